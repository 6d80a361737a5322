#include "src/lint/helm/tpl.h"

#include <algorithm>

#include "src/base/quote.h"

namespace invar::lint {
namespace {

constexpr std::string_view kCode = "INV202";
constexpr int kMostAttempts = 200;  // actions that have to be taken out before the rest can be rendered

using Role = TemplateAction::Role;
using Range = std::pair<uint32_t, uint32_t>;

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
    TemplateRendering rendering = render();
    for (int attempt = 0; rendering.failure && attempt < kMostAttempts && take_out_failed(*rendering.failure); ++attempt) rendering = render();
    if (rendering.failure) report_failure(*rendering.failure);
    build(rendering);
    report_absent(rendering);
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
      report({i}, whole(owner(i)), "Helm will not render this: " + why);
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

  TemplateRendering render() const { return render_as_helm(masked(), data_, FixedClock::instance()); }

  std::optional<size_t> action_at(size_t offset) const {
    for (size_t i = 0; i < actions_.size(); ++i)
      if (!taken_out_[i] && actions_[i].begin <= offset && offset < actions_[i].end) return i;
    return std::nullopt;
  }

  /// A failure that an absent field of the root leads to is mended by escaping as well.
  bool take_out_failed(const TemplateRendering::Failure& failure) {
    const auto at = action_at(failure.at);
    if (!at || failure.absent.empty()) return false;
    const size_t reason = failure.what.rfind(": ");
    report({*at}, whole(owner(*at)), "Helm will not render this: " + (reason == std::string::npos ? failure.what : failure.what.substr(reason + 2)));
    return true;
  }

  void report_failure(const TemplateRendering::Failure& failure) {
    const auto at = action_at(failure.at);
    const Range range = at ? Range{actions_[*at].begin, actions_[*at].end} : Range{0, 0};
    // `template: tpl:3: ` says nothing here: line and column are told anyway.
    const size_t place = failure.what.find(": ", std::string_view("template: ").size());
    add_finding(range, "Helm will not render this: " + (place == std::string::npos ? failure.what : failure.what.substr(place + 2)), {}, std::nullopt);
  }

  /// Notes a finding about `first`, with a fix that escapes `all` of the actions; they are text from then on.
  void report(std::vector<size_t> first, const std::vector<size_t>& all, std::string message) {
    for (const size_t i : all) taken_out_[i] = true;
    add_finding({actions_[first.front()].begin, actions_[first.back()].end}, std::move(message),
                "Helm evaluates {{ }} before Alloy sees the text; {{ \"{{\" }} or {{`{{ ... }}`}} hands it on", escaping(all));
  }

  void add_finding(Range range, std::string message, std::string help, std::optional<Fix> fix) {
    const auto span = given_.map.origin(static_cast<uint32_t>(range.first), static_cast<uint32_t>(range.second));
    if (span) result_.findings.push_back({kCode, FindingSeverity::kError, *span, std::move(message), std::move(help), std::move(fix)});
  }

  std::optional<Fix> escaping(const std::vector<size_t>& actions) const {
    Fix fix{"escape it for Helm", true, {}};
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
          if (!part.absent.empty()) copy(begin, end);
          else if (part.same_end) copy(static_cast<uint32_t>(part.same_begin), static_cast<uint32_t>(part.same_end));
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

  // Fields that Helm's root does not have.

  void report_absent(const TemplateRendering& rendering) {
    for (size_t i = 0; i < rendering.parts.size(); ++i) {
      if (rendering.parts[i].absent.empty() || rendering.parts[i].kind == TemplatePart::Kind::kText) continue;
      // Several in one template are one mistake.
      const auto inside = value_around(rendering.parts[i]);
      size_t last = i;
      while (inside && last + 1 < rendering.parts.size() && rendering.parts[last + 1].begin < inside->second) ++last;
      std::vector<size_t> actions;
      for (size_t j = i; j <= last; ++j)
        if (!rendering.parts[j].absent.empty()) append_actions(rendering.parts[j], actions);
      const TemplateAction& first = actions_[actions.front()];
      report({actions.front()}, actions, absent_message(rendering, rendering.parts[i], std::string(shown(first)), first.role == Role::kOpens, inside));
      i = last;
    }
  }

  std::optional<Range> value_around(const TemplatePart& part) const {
    return stage_template_ ? stage_template_(static_cast<uint32_t>(part.begin)) : std::nullopt;
  }

  void append_actions(const TemplatePart& part, std::vector<size_t>& actions) const {
    for (size_t i = 0; i < actions_.size(); ++i)
      if (part.begin <= actions_[i].begin && actions_[i].end <= part.end && !taken_out_[i]) actions.push_back(i);
  }

  std::string absent_message(const TemplateRendering& rendering, const TemplatePart& part, const std::string& action, bool is_control,
                             const std::optional<Range>& inside) const {
    const std::string& name = part.absent.front();
    if (!is_control && part.text.empty()) return "Helm renders " + action + " empty: ." + name + " is a field of Alloy's template, not of Helm's";
    const auto whole = inside ? constant(rendering, *inside) : std::nullopt;
    if (whole) return "Helm evaluates " + action + " first; every line would become " + quoted(*whole);
    return "Helm evaluates " + action + " first, where ." + name + " is empty; " + quoted(trimmed(part.text)) + " is left of it";
  }

  static std::string trimmed(std::string_view text) {
    const size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
  }

  /// What is left of a range when Helm is through with it, if that is the same for every line.
  std::optional<std::string> constant(const TemplateRendering& rendering, Range range) const {
    std::string text;
    for (const TemplatePart& part : rendering.parts) {
      if (part.end <= range.first || part.begin >= range.second) continue;
      if (part.kind == TemplatePart::Kind::kOpaque) return std::nullopt;
      if (part.kind != TemplatePart::Kind::kText) {
        text += part.text;
        continue;
      }
      const size_t begin = std::max<size_t>(part.begin, range.first), end = std::min<size_t>(part.end, range.second);
      text += given_.text.substr(begin, end - begin);
    }
    if (text.find("{{") != std::string::npos) return std::nullopt;
    return trimmed(text);
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
