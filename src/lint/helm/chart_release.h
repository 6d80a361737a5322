#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/document.h"

namespace invar::lint {

enum class Chart : uint8_t { kAlloy, kMonitoring };

/// How a k8s-monitoring chart lays its values out.
enum class Layout : uint8_t {
  kFirst,    // 1: externalServices, metrics, logs
  kSecond,   // 2 and 3: destinations is a list, each collector a root key
  kThird,    // 4: collectors and destinations are maps
  kUnknown,  // of the alloy chart
};
/// `2-3`.
std::string_view layout_name(Layout layout);

/// What a release knows of one key.
struct KeyFacts {
  bool open = false, tpl = false, undocumented = false, unused = false;
  uint8_t types = 0;
  uint16_t only_for = 0;
  std::optional<SnippetKind> snippet;
  std::string_view wrapper;      // `loki.process body`
  std::string_view collector;
  std::string_view renamed_to;   // in the newest release
  std::string_view description;

  bool takes_map() const;
  bool takes_list() const;
};

/// A release of a chart whose values are known. A handle: cheap to copy, lives for ever.
class ChartRelease {
 public:
  /// A name of the values with all above it; the same number in all releases of a chart.
  using Key = uint16_t;

  explicit ChartRelease(uint8_t number) : number_(number) {}
  Chart chart() const;
  Layout layout() const;
  std::string_view minor() const;    // 3.8
  std::string_view version() const;  // 3.8.12
  friend bool operator==(const ChartRelease&, const ChartRelease&) = default;

  Key root() const;
  /// The key below another one: by its name, or the one that users name (`*`). nullopt: this release has none.
  std::optional<Key> child(Key parent, std::string_view name) const;
  /// Items of a list.
  std::optional<Key> item(Key list) const { return child(list, "[]"); }
  /// nullopt: this release does not have it.
  std::optional<KeyFacts> facts(Key key) const;
  /// Names of the keys below that this release has; without `*` and `[]`.
  std::vector<std::string_view> names_below(Key key) const;
  /// What facts() says of nothing that users can name: the key has no keys below it.
  bool has_keys_below(Key key) const;
  /// The key is for destinations (or data processors) of that type.
  bool is_for(const KeyFacts& facts, std::string_view type) const;
  /// All types that keys below one are for: of destinations, of data processors.
  std::vector<std::string_view> types_below(Key key) const;
  /// `loki, prometheus`: the types it is for.
  std::string types_of(const KeyFacts& facts) const;

 private:
  uint8_t number_;
};

/// Oldest first.
std::vector<ChartRelease> chart_releases(Chart chart);
ChartRelease newest_release(Chart chart);
std::optional<ChartRelease> newest_release(Layout layout);
/// `3.8`, `3.8.12`, `v4.4.0`, `4`; the release of that minor version. nullopt when there is none.
std::optional<ChartRelease> find_release(Chart chart, std::string_view version);
/// The version is above all known ones.
bool is_newer_than_known(Chart chart, std::string_view version);

}  // namespace invar::lint
