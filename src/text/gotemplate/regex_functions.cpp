#include "src/text/gotemplate/builder.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

Value match(Run& run, Values a) {
  std::string why;
  const Regex* const regex = run.find_regex(a[0].text(), why);
  return Value::of(regex != nullptr && regex->matches(a[1].text()));
}
Value must_match(Run& run, Values a) { return Value::of(run.regex(a[0].text(), false).matches(a[1].text())); }

// Those whose name begins with must give an error where the others panic; both end the execution.

template <bool panics>
Value find(Run& run, Values a) {
  std::string_view groups[1];
  const bool found = run.regex(a[0].text(), panics).find(a[1].text(), groups);
  return Value::of(found ? groups[0] : std::string_view());
}

/// Up to `count` matches, all when negative. A []string, nil without a match.
template <bool panics>
Value find_all(Run& run, Values a) {
  const Regex& regex = run.regex(a[0].text(), panics);
  const int64_t count = a[2].integer;
  Value list = Value::of(Type::kListString);
  std::string_view groups[1];
  RegexMatches matches(regex, a[1].text());
  for (int64_t i = 0; (count < 0 || i < count) && matches.next(groups); ++i) {
    run.step();
    if (!list.list) list = make_list(run.memory(), 0, Type::kListString);
    push(run.memory(), list, Value::of(groups[0]));
  }
  return list;
}

template <bool panics>
Value split(Run& run, Values a) {
  const Regex& regex = run.regex(a[0].text(), panics);
  std::string_view text = a[1].text();
  if (text.data() == nullptr) text = {"", 0};
  const int64_t count = a[2].integer;
  if (count == 0) return Value::of(Type::kListString);
  Value list = make_list(run.memory(), 0, Type::kListString);
  if (!a[0].text().empty() && text.empty()) {
    push(run.memory(), list, Value::of(text));
    return list;
  }
  size_t begin = 0, end = 0;
  std::string_view groups[1];
  RegexMatches matches(regex, text);
  for (int64_t i = 0; (count < 0 || i < count) && matches.next(groups); ++i) {
    run.step();
    if (count > 0 && list.list->size + 1 == static_cast<uint64_t>(count)) break;
    end = static_cast<size_t>(groups[0].data() - text.data());
    const size_t behind = end + groups[0].size();
    if (behind != 0) push(run.memory(), list, Value::of(text.substr(begin, end - begin)));
    begin = behind;
  }
  if (end != text.size()) push(run.memory(), list, Value::of(text.substr(begin)));
  return list;
}

/// Puts what `append` makes in the place of every match.
template <class Append>
Value replace(Run& run, const Regex& regex, std::string_view text, std::span<std::string_view> groups, Append&& append) {
  if (text.data() == nullptr) text = {"", 0};
  RegexMatches matches(regex, text);
  if (!matches.next(groups)) return Value::of(text);
  Builder out(run);
  size_t begin = 0;
  do {
    const auto at = static_cast<size_t>(groups[0].data() - text.data());
    out.add(text.substr(begin, at - begin));
    append(out);
    out.add({});
    begin = at + groups[0].size();
  } while (matches.next(groups));
  return out.add(text.substr(begin)).done();
}

template <bool panics>
Value replace_all(Run& run, Values a) {
  const Run::Replacement& replacement = run.replacement(a[0].text(), a[2].text(), panics);
  const auto& used = replacement.text.groups();
  const size_t count = used.empty() ? 1 : static_cast<size_t>(used.back()) + 1;
  constexpr size_t kLocal = 12;
  std::string_view local[kLocal];
  const std::span<std::string_view> groups(count <= kLocal ? local : run.memory().array<std::string_view>(count), count);
  return replace(run, replacement.regex, a[1].text(), groups, [&](Builder& out) { replacement.text.append(out.raw(), groups); });
}

template <bool panics>
Value replace_literal(Run& run, Values a) {
  std::string_view groups[1];
  return replace(run, run.regex(a[0].text(), panics), a[1].text(), groups, [&](Builder& out) { out.add(a[2].text()); });
}

Value quote_meta(Run& run, Values a) { return run.text(Regex::quote(a[0].text())); }

constexpr Function kFunctions[] = {
    {"mustRegexFind", "ss", find<false>},
    {"mustRegexFindAll", "ssi", find_all<false>},
    {"mustRegexMatch", "ss", must_match},
    {"mustRegexReplaceAll", "sss", replace_all<false>},
    {"mustRegexReplaceAllLiteral", "sss", replace_literal<false>},
    {"mustRegexSplit", "ssi", split<false>},
    {"regexFind", "ss", find<true>},
    {"regexFindAll", "ssi", find_all<true>},
    {"regexMatch", "ss", match},
    {"regexQuoteMeta", "s", quote_meta},
    {"regexSplit", "ssi", split<true>},
};

}  // namespace

Value call_regex_replace_all(Run& run, Values a) { return replace_all<true>(run, a); }
Value call_regex_replace_literal(Run& run, Values a) { return replace_literal<true>(run, a); }

std::span<const Function> regex_functions() { return kFunctions; }

}  // namespace invar::gotemplate
