#pragma once

#include <string>
#include <vector>

#include "src/lint/helm/values_reading.h"
#include "src/text/gotemplate/partial.h"

namespace invar::lint {

/// The data that a chart hands to tpl: `.Values` as far as the files tell, what Helm adds as something unknown.
class TplScope final : public OpenScope {
 public:
  /// `scope`: the key whose values the text sees as `.Values` (a feature sees its own); empty for all. Values that the files do not give may have a default.
  TplScope(const ValuesReading& reading, std::string_view scope);

  Found find(uint32_t map, std::string_view name) override;
  bool is_filled(uint32_t map) override;

 private:
  struct Map {
    const HelmValue* value;  // nullptr: given nowhere
    std::optional<ChartRelease::Key> key;
    bool open = false;       // the chart may have anything there
  };
  Found found(Map map);
  static Found list(const HelmValue& value);

  const ValuesReading& reading_;
  std::vector<Map> maps_;  // by number; the root has 0 and no entry of interest, `.Values` 1
};

}  // namespace invar::lint
