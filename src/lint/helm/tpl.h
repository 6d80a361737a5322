#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/lint/finding.h"
#include "src/lint/snippet_text.h"
#include "src/text/gotemplate/partial.h"

namespace invar::lint {

/// A text after Helm's tpl.
struct TplText {
  /// What Alloy gets, as far as the text tells. Actions that Helm should not have been given stand in it as they are written: what else is wrong shows.
  MappedText text;
  /// Bytes of `text` whose real content only rendering tells.
  std::vector<std::pair<uint32_t, uint32_t>> opaque;
  std::vector<Finding> findings;
  /// Something in `text` is not written in the file: a value was put in, a control was followed.
  bool substituted = false;
};

/// Where in a text a Go template of Alloy's own stands as the value of a stage: the range of bytes around `offset`, without quotes; nullopt when `offset` is in none.
using FindStageTemplate = std::function<std::optional<std::pair<uint32_t, uint32_t>>(uint32_t offset)>;

/// Evaluates what Helm evaluates first, and reports what it would swallow or refuse (INV202). `stage_template` may be empty.
TplText apply_tpl(MappedText text, OpenScope& data, const FindStageTemplate& stage_template);

/// A text with its actions written so that Helm's tpl gives them back as they are.
std::string escape_for_tpl(std::string_view text);

}  // namespace invar::lint
