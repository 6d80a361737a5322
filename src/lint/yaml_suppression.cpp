#include "src/lint/yaml_suppression.h"

#include <algorithm>

#include "src/text/yaml_stream.h"

namespace invar::lint {
namespace {

struct Stretch {
  uint32_t begin, end;
};

/// What comments may be about, and where no comment stands, each in the order of the text.
class Places {
 public:
  explicit Places(const yaml::Stream& stream) {
    for (const yaml::Placed* document : stream.documents()) add(*document);
    const auto earlier = [](const Stretch& a, const Stretch& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; };
    std::sort(covered_.begin(), covered_.end(), earlier);
    std::sort(scalars_.begin(), scalars_.end(), earlier);
  }

  bool is_in_scalar(uint32_t offset) const {
    const auto after = std::upper_bound(scalars_.begin(), scalars_.end(), offset, [](uint32_t at, const Stretch& scalar) { return at < scalar.begin; });
    return after != scalars_.begin() && offset < std::prev(after)->end;
  }

  /// The first key or element behind `offset`, the widest of those that begin there; nullptr when there is none.
  const Stretch* behind(uint32_t offset) const {
    const auto found = std::lower_bound(covered_.begin(), covered_.end(), offset, [](const Stretch& place, uint32_t at) { return place.begin < at; });
    return found == covered_.end() ? nullptr : &*found;
  }

 private:
  void add(const yaml::Placed& node) {
    if (node.is_scalar()) scalars_.push_back({node.begin, node.end});
    const size_t step = node.is_mapping() ? 2 : 1;
    for (size_t i = 0; i + step <= node.items.size(); i += step) {
      covered_.push_back({node.items[i]->begin, node.items[i + step - 1]->end});
      for (size_t part = 0; part < step; ++part) add(*node.items[i + part]);
    }
  }

  std::vector<Stretch> covered_, scalars_;
};

}  // namespace

std::vector<Suppression> yaml_suppressions_of(const Source& source) {
  static constexpr std::string_view kMarker = "invar:ignore";
  std::vector<Suppression> all;
  const std::string_view text = source.text();
  if (text.find(kMarker) == std::string_view::npos) return all;
  const auto read = yaml::Stream::read(text);
  const auto* stream = std::get_if<yaml::Stream>(&read);
  if (!stream) return all;
  const Places places(*stream);
  for (size_t at = text.find(kMarker); at != std::string_view::npos; at = text.find(kMarker, at + 1)) {
    const uint32_t number = source.position(static_cast<uint32_t>(at)).line;
    std::string_view line = source.line(number);
    while (line.ends_with('\r')) line.remove_suffix(1);
    const auto line_begin = static_cast<uint32_t>(line.data() - text.data());
    const size_t sign = line.rfind('#', at - line_begin);
    if (sign == std::string_view::npos || places.is_in_scalar(line_begin + static_cast<uint32_t>(sign))) continue;
    const Span comment{&source, line_begin + static_cast<uint32_t>(sign), line_begin + static_cast<uint32_t>(line.size())};
    Suppression suppression;
    if (!read_suppression(comment.text(), comment, suppression)) continue;
    // Behind something it is about what begins on its line.
    const bool alone = line.find_first_not_of(" \t-") == sign;
    const Stretch* place = places.behind(alone ? comment.end : line_begin);
    if (place) suppression.covers = {&source, place->begin, place->end};
    all.push_back(std::move(suppression));
  }
  return all;
}

}  // namespace invar::lint
