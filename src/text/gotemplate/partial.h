#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/clock.h"

namespace invar {

/// Data of a template that is known in part: maps whose entries are asked for one by one.
class OpenScope {
 public:
  /// Texts must live until the rendering is over.
  struct Found {
    enum class Kind : uint8_t { kAbsent, kUnknown, kNull, kText, kTexts, kBool, kNumber, kMap };
    Kind kind = Kind::kAbsent;
    std::string_view text;                // kText
    std::vector<std::string_view> texts;  // kTexts: a list
    bool boolean = false;    // kBool
    double number = 0;       // kNumber
    uint32_t map = 0;        // kMap: what find() is asked with from then on
  };

  virtual ~OpenScope() = default;
  /// An entry of a map; of the root when `map` is 0.
  virtual Found find(uint32_t map, std::string_view name) = 0;
  /// The map certainly has an entry.
  virtual bool is_filled(uint32_t map) = 0;
};

/// A piece of a template on its uppermost level: text between actions, an action, or a control from its `if` to its `end`.
struct TemplatePart {
  enum class Kind : uint8_t {
    kText,      // comes out as it is written
    kRendered,  // an action or control, and what it comes out as
    kOpaque,    // what comes out only a real rendering tells
  };
  Kind kind = Kind::kText;
  size_t begin = 0, end = 0;  // bytes of the template
  std::string text;           // what comes out
  /// kRendered, of an action that is one text constant: the bytes of the template that come out as they are; empty otherwise.
  size_t same_begin = 0, same_end = 0;
};

/// What a template becomes, as far as it and the data tell.
struct TemplateRendering {
  struct Failure {
    std::string what;  // in Go's words
    size_t at = 0;     // byte of the template
  };
  /// A field of the root that was asked for and is not there.
  struct Absent {
    std::string name;
    size_t at = 0;
  };
  std::vector<TemplatePart> parts;
  std::vector<Absent> absent;  // in the order in which they were asked for; also in parts that are opaque, and in what failed
  /// Parsing or rendering fails for certain; `parts` has what came before.
  std::optional<Failure> failure;
};

/// One `{{ ... }}` of a template's text.
struct TemplateAction {
  size_t begin = 0, end = 0;
  enum class Role : uint8_t { kPlain, kOpens, kGoesOn, kEnds };  // kOpens: if, range, with, define, block; kGoesOn: else
  Role role = Role::kPlain;
  /// The first name in it that is called and that Helm has no function for; empty when there is none.
  std::string_view unknown_function;
  /// Why it is no action, in Go's words; empty when it may be one.
  std::string error;
};
/// The actions of a text in their order, each looked at by itself; comments left out. Ends at an action without an end.
std::vector<TemplateAction> template_actions(std::string_view text);

/// Renders a text as Helm's tpl does: Go's text/template with Helm's functions, `<no value>` taken out. Bounded as GoTemplateExecutor is.
TemplateRendering render_as_helm(std::string_view text, OpenScope& data, const Clock& clock);

}  // namespace invar
