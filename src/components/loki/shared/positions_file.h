#pragma once

#include <map>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/components/loki/shared/shared_text.h"

namespace invar {

/// Alloy's positions.yml: offsets (as text; cursors of other components as well) by path and label text.
struct PositionKey {
  SharedText path;
  SharedText labels;
  friend auto operator<=>(const PositionKey&, const PositionKey&) = default;
};
using PositionMap = std::map<PositionKey, std::string>;

/// The entries of a positions.yml; an empty file has none. Error: go-yaml's words.
Result<PositionMap> read_positions_file(std::string_view text);
/// Those of the positions.yml at `path`; none when there is no such file. Blocks.
Result<PositionMap> load_positions_file(const std::string& path);
/// The entries of a Promtail or static mode file (path -> offset), as Alloy converts them: labels `{}`.
Result<PositionMap> read_legacy_positions_file(std::string_view text);
/// The file as Alloy writes it. Entries that are not UTF-8 are left out.
std::string write_positions_file(const PositionMap& positions);

}  // namespace invar
