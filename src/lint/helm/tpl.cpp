#include "src/lint/helm/tpl.h"

#include <algorithm>

#include "src/base/quote.h"

namespace invar::lint {
namespace {

constexpr std::string_view kCode = "INV202";
constexpr int kMostAttempts = 200;  // actions that have to be taken out before the rest can be rendered

using Role = TemplateAction::Role;
using Range = std::pair<uint32_t, uint32_t>;

constexpr std::string_view kBlanks = " \t\r\n";

bool is_of_helm(std::string_view action) {
  for (const std::string_view name : {".Values", ".Release", ".Chart", ".Capabilities", ".Files", ".Template", "include ", "tpl "})
    if (action.find(name) != std::string_view::npos) return true;
  return false;
}

/// Where a place of Alloy text lies: what has to stand there for the text to be read on.
enum class Context : uint8_t { kCode, kQuoted, kRaw, kComment };

Context context_after(std::string_view text) {
  Context context = Context::kCode;
  for (size_t i = 0; i < text.size(); ++i) {
    const char byte = text[i];
    switch (context) {
      case Context::kCode:
        if (byte == '"') context = Context::kQuoted;
        else if (byte == '`') context = Context::kRaw;
        else if (text.substr(i).starts_with("//")) context = Context::kComment;
        break;
      case Context::kQuoted:
        if (byte == '\\') ++i;
        else if (byte == '"' || byte == '\n') context = Context::kCode;
        break;
      case Context::kRaw:
        if (byte == '`') context = Context::kCode;
        break;
      case Context::kComment:
        if (byte == '\n') context = Context::kCode;
        break;
    }
  }
  return context;
}

class Evaluation {
 public:
  Evaluation(MappedText text, OpenScope& data, const FindStageTemplate& stage_template)
      : given_(std::move(text)), data_(data), stage_template_(stage_template), actions_(template_actions(given_.text)), taken_out_(actions_.size()) {}

  TplText run() {
    take_out_refused();
    TemplateRendering rendering = render(masked());
    for (int attempt = 0; attempt < kMostAttempts && take_out_absent(rendering); ++attempt) rendering = render(masked());
    if (rendering.failure) report_failure(*rendering.failure);
    build(rendering);
    std::stable_sort(result_.findings.begin(), result_.findings.end(), [](const Finding& a, const Finding& b) { return a.span.begin < b.span.begin; });
    return std::move(result_);
  }

 private:
  std::string_view shown(const TemplateAction& action) const { return std::string_view(given_.text).substr(action.begin, action.end - action.begin); }

  /// The actions that belong to the one at `i`: of a control up to its end.
  std::vector<size_t> whole(size_t i) const {
    std::vector<size_t> all{i};
    if (actions_[i].role != Role::kOpens) return all;
    int depth = 1;
    for (size_t j = i + 1; j < actions_.size() && depth > 0; ++j) {
      if (actions_[j].role == Role::kOpens) ++depth;
      if (actions_[j].role == Role::kEnds) --depth;
      all.push_back(j);
    }
    return all;
  }

  /// The control that an `else` or `end` belongs to, or the one around an action that cannot be taken out alone; the action itself otherwise.
  size_t owner(size_t i) const {
    if (actions_[i].role != Role::kGoesOn && actions_[i].role != Role::kEnds) return i;
    int depth = 1;
    for (size_t j = i; j-- > 0;) {
      if (actions_[j].role == Role::kEnds) ++depth;
      if (actions_[j].role == Role::kOpens && --depth == 0) return j;
    }
    return i;
  }

  /// What Helm's parser refuses in an action by itself. The rest is parsed without it.
  void take_out_refused() {
    for (size_t i = 0; i < actions_.size(); ++i) {
      const TemplateAction& action = actions_[i];
      if (taken_out_[i] || (action.error.empty() && action.unknown_function.empty())) continue;
      const std::string why = action.error.empty() ? "function " + quoted(action.unknown_function) + " not defined" : action.error;
      report(i, whole(owner(i)), "Helm will not render this: " + why);
    }
  }

  std::string masked() const {
    std::string text = given_.text;
    for (size_t i = 0; i < actions_.size(); ++i)
      if (taken_out_[i])
        for (size_t at = actions_[i].begin; at < actions_[i].end; ++at)
          if (text[at] == '{' || text[at] == '}') text[at] = '.';
    return text;
  }

  TemplateRendering render(std::string_view text) const { return render_as_helm(text, data_, FixedClock::instance()); }

  std::optional<size_t> action_at(size_t offset) const {
    for (size_t i = 0; i < actions_.size(); ++i)
      if (!taken_out_[i] && actions_[i].begin <= offset && offset < actions_[i].end) return i;
    return std::nullopt;
  }

  // Fields that Helm's root does not have: such an action is meant for Alloy.

  /// Reports the first of them, and what belongs to it. False: there is none.
  bool take_out_absent(const TemplateRendering& rendering) {
    for (const TemplateRendering::Absent& absent : rendering.absent) {
      const auto at = action_at(absent.at);
      if (!at) continue;
      const size_t first = owner(*at);
      std::vector<size_t> all = whole(first);
      const auto inside = stage_template_ ? stage_template_(static_cast<uint32_t>(actions_[first].begin)) : std::nullopt;
      const std::string message = absent_message(rendering, absent.name, first, inside);
      // Several in one template are one mistake.
      if (inside)
        for (const TemplateRendering::Absent& other : rendering.absent)
          if (const auto more = action_at(other.at); more && inside->first <= actions_[*more].begin && actions_[*more].end <= inside->second)
            for (const size_t i : whole(owner(*more)))
              if (std::find(all.begin(), all.end(), i) == all.end()) all.push_back(i);
      std::sort(all.begin(), all.end());
      report(first, all, message);
      return true;
    }
    return false;
  }

  std::string absent_message(const TemplateRendering& rendering, const std::string& name, size_t first, const std::optional<Range>& inside) const {
    const std::string action(shown(actions_[first]));
    if (rendering.failure) {
      const size_t reason = rendering.failure->what.rfind(": ");
      return "Helm will not render this: " + (reason == std::string::npos ? rendering.failure->what : rendering.failure->what.substr(reason + 2));
    }
    if (actions_[first].role == Role::kPlain) return "Helm renders " + action + " empty: ." + name + " is a field of Alloy's template, not of Helm's";
    if (const auto text = inside ? rendered(*inside) : std::nullopt) return "Helm evaluates " + action + " first; every line would become " + quoted(*text);
    const std::vector<size_t> all = whole(first);
    const auto left = rendered({actions_[first].begin, actions_[all.back()].end});
    return "Helm evaluates " + action + " first, where ." + name + " is empty" + (left ? "; " + quoted(*left) + " is left of it" : std::string());
  }

  /// What Helm makes of a range of the text, without blanks around it; nullopt when only a real rendering tells.
  std::optional<std::string> rendered(Range range) const {
    const TemplateRendering rendering = render(masked().substr(range.first, range.second - range.first));
    if (rendering.failure) return std::nullopt;
    std::string text;
    for (const TemplatePart& part : rendering.parts) {
      if (part.kind == TemplatePart::Kind::kOpaque) return std::nullopt;
      text += part.kind == TemplatePart::Kind::kText ? given_.text.substr(range.first + part.begin, part.end - part.begin) : part.text;
    }
    if (text.find("{{") != std::string::npos) return std::nullopt;
    const size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
    return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
  }

  void report_failure(const TemplateRendering::Failure& failure) {
    const auto at = action_at(failure.at);
    const Range range = at ? Range{actions_[*at].begin, actions_[*at].end} : Range{0, 0};
    // `template: tpl:3: ` says nothing here: line and column are told anyway.
    const size_t place = failure.what.find(": ", std::string_view("template: ").size());
    add_finding(range, "Helm will not render this: " + (place == std::string::npos ? failure.what : failure.what.substr(place + 2)), {}, std::nullopt);
  }

  /// Notes a finding about `first`, with a fix that escapes `all` of the actions; they are text from then on.
  void report(size_t first, const std::vector<size_t>& all, std::string message) {
    for (const size_t i : all) taken_out_[i] = true;
    add_finding({actions_[first].begin, actions_[first].end}, std::move(message),
                "Helm evaluates {{ }} before Alloy sees the text; {{ \"{{\" }} or {{`{{ ... }}`}} hands it on", escaping(all));
  }

  void add_finding(Range range, std::string message, std::string help, std::optional<Fix> fix) {
    const auto span = given_.map.origin(static_cast<uint32_t>(range.first), static_cast<uint32_t>(range.second));
    if (span) result_.findings.push_back({kCode, FindingSeverity::kError, *span, std::move(message), std::move(help), std::move(fix)});
  }

  std::optional<Fix> escaping(const std::vector<size_t>& actions) const {
    // What reads Helm's own fields may be meant for Helm.
    const bool is_safe = std::none_of(actions.begin(), actions.end(), [&](size_t i) { return is_of_helm(shown(actions_[i])); });
    Fix fix{"escape it for Helm", is_safe, {}};
    const Source source("", given_.text);  // carry_over() looks at offsets only
    for (const size_t i : actions) {
      const auto begin = static_cast<uint32_t>(actions_[i].begin), end = static_cast<uint32_t>(actions_[i].end);
      const bool raw = shown(actions_[i]).find('`') == std::string_view::npos;
      for (const Edit& edit : {raw ? Edit{{&source, begin, begin}, "{{`"} : Edit{{&source, begin, begin + 2}, "{{ \"{{\" }}"},
                               raw ? Edit{{&source, end, end}, "`}}"} : Edit{{&source, end - 2, end}, "{{ \"}}\" }}"}}) {
        auto carried = given_.map.carry_over(edit);
        if (!carried) return std::nullopt;
        // Two actions without a byte between them: one edit, so that their order is certain.
        if (!fix.edits.empty() && fix.edits.back().span == carried->span) fix.edits.back().text += carried->text;
        else fix.edits.push_back(std::move(*carried));
      }
    }
    return fix;
  }

  void build(const TemplateRendering& rendering) {
    uint32_t end = 0;
    for (const TemplatePart& part : rendering.parts) {
      const auto begin = static_cast<uint32_t>(part.begin);
      end = static_cast<uint32_t>(part.end);
      switch (part.kind) {
        case TemplatePart::Kind::kText: copy(begin, end); break;
        case TemplatePart::Kind::kOpaque: copy_opaque(begin, end); break;
        case TemplatePart::Kind::kRendered:
          if (part.same_end) copy(static_cast<uint32_t>(part.same_begin), static_cast<uint32_t>(part.same_end));
          else put(part.text, begin, end), result_.substituted = true;
          break;
      }
    }
    if (!rendering.failure) return;
    const auto size = static_cast<uint32_t>(given_.text.size());
    result_.opaque.emplace_back(static_cast<uint32_t>(result_.text.text.size()), static_cast<uint32_t>(result_.text.text.size()) + size - end);
    copy(end, size);
  }

  void copy(uint32_t begin, uint32_t end) {
    given_.map.copy_to(result_.text.map, begin, end, static_cast<uint32_t>(result_.text.text.size()), end - begin);
    result_.text.text.append(given_.text, begin, end - begin);
  }

  /// What comes out of bytes [begin, end).
  void put(const std::string& text, uint32_t begin, uint32_t end) {
    if (const auto span = given_.map.origin(begin, end)) {
      const auto at = static_cast<uint32_t>(result_.text.text.size());
      result_.text.map.add({.begin = at, .end = at + static_cast<uint32_t>(text.size()), .origin = *span});
    }
    result_.text.text += text;
  }

  /// A control or what a chart's template gives is left out; of anything else a name or text of its own stands in for it.
  void copy_opaque(uint32_t begin, uint32_t end) {
    const auto at = static_cast<uint32_t>(result_.text.text.size());
    const auto action = std::find_if(actions_.begin(), actions_.end(), [&](const TemplateAction& action) { return action.begin == begin; });
    const std::string_view inner = action == actions_.end() ? std::string_view() : shown(*action);
    const bool is_field = action != actions_.end() && action->role == Role::kPlain && action->end == end && inner.find("include") == std::string_view::npos &&
                          inner.find("tpl ") == std::string_view::npos && inner.find("toYaml") == std::string_view::npos && inner.find("template") == std::string_view::npos;
    std::string stand_in = is_field ? "opaque" + std::to_string(result_.opaque.size()) : std::string();
    if (is_field && inner.find("quote") != std::string_view::npos && context_after(result_.text.text) == Context::kCode) stand_in = quoted(stand_in);
    put(stand_in, begin, end);
    result_.opaque.emplace_back(at, static_cast<uint32_t>(result_.text.text.size()));
    result_.substituted = true;
  }

  /// Nothing of what Helm renders here depends on the time.
  struct FixedClock final : Clock {
    int64_t wall_ns() const override { return 0; }
    int64_t steady_ns() const override { return 0; }
    static const FixedClock& instance() {
      static const FixedClock kClock;
      return kClock;
    }
  };

  MappedText given_;
  OpenScope& data_;
  const FindStageTemplate& stage_template_;
  std::vector<TemplateAction> actions_;
  std::vector<bool> taken_out_;
  TplText result_;
};

}  // namespace

TplText apply_tpl(MappedText text, OpenScope& data, const FindStageTemplate& stage_template) {
  if (text.text.find("{{") == std::string::npos) return {std::move(text), {}, {}};
  return Evaluation(std::move(text), data, stage_template).run();
}

std::string escape_for_tpl(std::string_view text) {
  std::string escaped;
  size_t end = 0;
  for (const TemplateAction& action : template_actions(text)) {
    escaped += text.substr(end, action.begin - end);
    const std::string_view inner = text.substr(action.begin, action.end - action.begin);
    if (inner.find('`') == std::string_view::npos) escaped += "{{`" + std::string(inner) + "`}}";
    else escaped += "{{ \"{{\" }}" + std::string(inner.substr(2, inner.size() - 4)) + "{{ \"}}\" }}";
    end = action.end;
  }
  return escaped += text.substr(end);
}

}  // namespace invar::lint
