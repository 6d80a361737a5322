#include <algorithm>
#include <random>

#include "src/base/quote.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/format.h"
#include "src/text/gotemplate/random.h"
#include "src/text/gotemplate/strings.h"
#include "src/text/url.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

/// text[begin:end], with Go's panic.
std::string_view cut(std::string_view text, int64_t begin, int64_t end) {
  const auto fail = [](const std::string& bounds) { throw Failure{"runtime error: slice bounds out of range " + bounds}; };
  const std::string to = std::to_string(end);
  if (end < 0) fail("[:" + to + "]");
  if (end > static_cast<int64_t>(text.size())) fail("[:" + to + "] with length " + std::to_string(text.size()));
  if (begin < 0) fail("[" + std::to_string(begin) + ":]");
  if (begin > end) fail("[" + std::to_string(begin) + ":" + to + "]");
  return text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
}

// goutils.AbbreviateFull; a width it does not take gives nothing.
Value abbreviate(Run& run, std::string_view text, int64_t offset, int64_t width) {
  const auto size = static_cast<int64_t>(text.size());
  if (text.empty() || width < 4) return Value::of(std::string_view());
  if (size <= width) return Value::of(text);
  offset = std::min(offset, size);
  if (size - offset < width - 3) offset = size - (width - 3);
  if (offset <= 4) return Builder(run).add(cut(text, 0, width - 3)).add("...").done();
  if (width < 7) return Value::of(std::string_view());
  if (offset + width - 3 < size) {
    const std::string_view inner = abbreviate(run, text.substr(static_cast<size_t>(offset)), 0, width - 3).text();
    return Builder(run).add("...").add(inner).done();
  }
  return Builder(run).add("...").add(cut(text, size - (width - 3), size)).done();
}

Value abbrev(Run& run, Values a) { return a[0].integer < 4 ? a[1] : abbreviate(run, a[1].text(), 0, a[0].integer); }
Value abbrevboth(Run& run, Values a) {
  const int64_t left = a[0].integer, right = a[1].integer;
  return right < 4 || (left > 0 && right < 7) ? a[2] : abbreviate(run, a[2].text(), left, right);
}

Value trunc(Run&, Values a) {
  const int64_t count = a[0].integer;
  const std::string_view text = a[1].text();
  const auto size = static_cast<int64_t>(text.size());
  if (count < 0 && size + count > 0) return Value::of(text.substr(static_cast<size_t>(size + count)));
  return count >= 0 && size > count ? Value::of(text.substr(0, static_cast<size_t>(count))) : a[1];
}

Value substr(Run&, Values a) {
  const int64_t start = a[0].integer, end = a[1].integer;
  const std::string_view text = a[2].text();
  if (start < 0) return Value::of(cut(text, 0, end));
  if (end < 0 || end > static_cast<int64_t>(text.size())) return Value::of(cut(text, start, static_cast<int64_t>(text.size())));
  return Value::of(cut(text, start, end));
}

Value repeat(Run& run, Values a) {
  if (a[0].integer < 0) throw Failure{"strings: negative Repeat count"};
  return Builder(run).add_many(a[1].text(), static_cast<size_t>(a[1].text().empty() ? 0 : a[0].integer)).done();
}

Value trim_all(Run&, Values a) { return Value::of(trim_right(trim_left(a[1].text(), a[0].text()), a[0].text())); }
Value trim_blanks(Run&, Values a) { return Value::of(trim_space(a[0].text())); }
Value trim_suffix(Run&, Values a) {
  std::string_view text = a[1].text();
  if (text.ends_with(a[0].text())) text.remove_suffix(a[0].size);
  return Value::of(text);
}
Value trim_prefix(Run&, Values a) {
  std::string_view text = a[1].text();
  if (text.starts_with(a[0].text())) text.remove_prefix(a[0].size);
  return Value::of(text);
}

// goutils takes each byte for a rune.
Value nospace(Run& run, Values a) {
  Builder out(run);
  size_t kept = 0;
  for (const char c : a[0].text()) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_space(byte)) continue;
    ++kept;
    append_rune(out.raw(), byte);
  }
  return kept == a[0].size ? a[0] : out.done();
}

Value initials(Run& run, Values a) {
  Builder out(run);
  bool gap = true;
  for (const char c : a[0].text()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool blank = is_space(byte);
    if (!blank && gap) append_rune(out.raw(), byte);
    gap = blank;
  }
  return out.done();
}

Value wrap_text(Run& run, std::string_view text, int64_t width, std::string_view newline, bool wraps_long) {
  if (text.empty()) return Value::of(text);
  if (newline.empty()) newline = "\n";
  const auto limit = static_cast<size_t>(std::clamp<int64_t>(width, 1, UINT32_MAX));
  Builder out(run);
  size_t offset = 0;
  while (text.size() - offset > limit) {
    if (text[offset] == ' ') {
      ++offset;
      continue;
    }
    size_t blank = text.substr(offset, limit + 1).rfind(' ');
    if (blank == std::string_view::npos && wraps_long) {
      out.add(text.substr(offset, limit)).add(newline);
      offset += limit;
      continue;
    }
    if (blank == std::string_view::npos) {
      const size_t behind = text.find(' ', offset + limit);
      if (behind == std::string_view::npos) break;
      blank = behind - offset;
    }
    out.add(text.substr(offset, blank)).add(newline);
    offset += blank + 1;
  }
  return out.add(text.substr(offset)).done();
}
Value wrap(Run& run, Values a) { return wrap_text(run, a[1].text(), a[0].integer, "", false); }
Value wrap_with(Run& run, Values a) { return wrap_text(run, a[2].text(), a[0].integer, a[1].text(), true); }

Value contains(Run&, Values a) { return Value::of(a[1].text().find(a[0].text()) != std::string_view::npos); }
Value has_prefix(Run&, Values a) { return Value::of(a[1].text().starts_with(a[0].text())); }
Value has_suffix(Run&, Values a) { return Value::of(a[1].text().ends_with(a[0].text())); }

Value quote(Run& run, Values a) {
  std::string out;
  bool first = true;
  for (const Value& value : a) {
    if (value.is_absent()) continue;
    if (!first) out += ' ';
    first = false;
    append_quoted(out, string_value(run, value));
  }
  return run.text(out);
}

Value squote(Run& run, Values a) {
  std::string out;
  bool first = true;
  for (const Value& value : a) {
    if (value.is_absent()) continue;
    out += first ? "'" : " '";
    first = false;
    append_value(run, out, value);
    out += '\'';
  }
  return run.text(out);
}

Value cat(Run& run, Values a) {
  std::string out;
  bool first = true;
  for (const Value& value : a) {
    if (value.is_absent()) continue;
    if (!first) out += ' ';
    first = false;
    append_value(run, out, value);
  }
  return run.text(out);
}

Value indent_text(Run& run, int64_t count, std::string_view text, std::string_view before) {
  if (count < 0) throw Failure{"strings: negative Repeat count"};
  const auto blanks = static_cast<size_t>(count);
  Builder out(run);
  out.add(before).add_many(" ", blanks);
  for (size_t at; (at = text.find('\n')) != std::string_view::npos; text.remove_prefix(at + 1))
    out.add(text.substr(0, at + 1)).add_many(" ", blanks);
  return out.add(text).done();
}
Value indent(Run& run, Values a) { return indent_text(run, a[0].integer, a[1].text(), ""); }
Value nindent(Run& run, Values a) { return indent_text(run, a[0].integer, a[1].text(), "\n"); }

Value replace(Run& run, Values a) { return replace_text(run, a[2].text(), a[0].text(), a[1].text(), -1); }
Value plural(Run&, Values a) { return a[2].integer == 1 ? a[0] : a[1]; }
Value to_string(Run& run, Values a) { return Value::of(string_value(run, a[0])); }
Value hello(Run&, Values) { return Value::of(std::string_view("Hello!")); }

Value shuffle(Run& run, Values a) {
  std::vector<std::string> runes;
  std::string_view text = a[0].text();
  for (size_t length; !text.empty(); text.remove_prefix(length)) append_rune(runes.emplace_back(), decode_rune(text, length));
  for (size_t i = runes.size(); i > 1; --i) std::swap(runes[i - 1], runes[random_below(i)]);
  Builder out(run);
  for (const std::string& rune : runes) out.add(rune);
  return out.done();
}

// Lists of texts.

Value split_list(Run& run, Values a) { return split_text(run, a[1].text(), a[0].text(), -1); }

Value as_numbered(Run& run, const Value& parts) {
  const Value dict = make_dict(run.memory(), Type::kTexts);
  const auto items = items_of(parts);
  for (size_t i = 0; i < items.size(); ++i) {
    run.step(1 + i / 64);
    dict.dict->set(run.memory(), run.memory().copy("_" + std::to_string(i)), items[i]);
  }
  return dict;
}
Value split(Run& run, Values a) { return as_numbered(run, split_text(run, a[1].text(), a[0].text(), -1)); }
Value splitn(Run& run, Values a) { return as_numbered(run, split_text(run, a[2].text(), a[0].text(), a[1].integer)); }

Value strings_of(Run& run, const Value& value) {
  if (value.is(Type::kListString)) return value;
  Value out = make_list(run.memory(), 0, Type::kListString);
  if (value.kind() != Kind::kSlice) {
    if (!value.is_absent()) push(run.memory(), out, Value::of(string_value(run, value)));
    return out;
  }
  for (const Value& item : items_of(value))
    if (!item.is_absent()) push(run.memory(), out, Value::of(string_value(run, item)));
  return out;
}
Value to_strings(Run& run, Values a) { return strings_of(run, a[0]); }

Value join(Run& run, Values a) {
  const Value texts = strings_of(run, a[1]);
  Builder out(run);
  bool first = true;
  for (const Value& text : items_of(texts)) {
    if (!first) out.add(a[0].text());
    first = false;
    out.add(text.text());
  }
  return out.done();
}

Value sort_alpha(Run& run, Values a) {
  const Value texts = strings_of(run, a[0]);
  if (a[0].kind() != Kind::kSlice) {
    if (!a[0].is_absent()) return texts;
    Value list = make_list(run.memory(), 1, Type::kListString);
    list.list->items[0] = run.text("<nil>");
    return list;
  }
  const auto items = items_of(texts);  // of a []string itself: sorted in place, as sprig does
  std::sort(items.begin(), items.end(), [](const Value& x, const Value& y) { return x.text() < y.text(); });
  return texts;
}

constexpr Function kFunctions[] = {
    {"abbrev", "is", abbrev},
    {"abbrevboth", "iis", abbrevboth},
    {"cat", "a*", cat},
    {"contains", "ss", contains},
    {"hasPrefix", "ss", has_prefix},
    {"hasSuffix", "ss", has_suffix},
    {"hello", "", hello},
    {"indent", "is", indent},
    {"initials", "s", initials},
    {"join", "sa", join},
    {"nindent", "is", nindent},
    {"nospace", "s", nospace},
    {"plural", "ssi", plural},
    {"quote", "a*", quote},
    {"repeat", "is", repeat},
    {"replace", "sss", replace},
    {"shuffle", "s", shuffle},
    {"sortAlpha", "a", sort_alpha},
    {"split", "ss", split},
    {"splitList", "ss", split_list},
    {"splitn", "sis", splitn},
    {"squote", "a*", squote},
    {"substr", "iis", substr},
    {"toString", "a", to_string},
    {"toStrings", "a", to_strings},
    {"trim", "s", trim_blanks},
    {"trimAll", "ss", trim_all},
    {"trimPrefix", "ss", trim_prefix},
    {"trimSuffix", "ss", trim_suffix},
    {"trimall", "ss", trim_all},
    {"trunc", "is", trunc},
    {"wrap", "is", wrap},
    {"wrapWith", "iss", wrap_with},
};

// Alloy's own.

Value own_replace(Run& run, Values a) { return replace_text(run, a[0].text(), a[1].text(), a[2].text(), a[3].integer); }
Value own_trim(Run&, Values a) { return Value::of(trim_right(trim_left(a[0].text(), a[1].text()), a[1].text())); }
Value own_trim_left(Run&, Values a) { return Value::of(trim_left(a[0].text(), a[1].text())); }
Value own_trim_right(Run&, Values a) { return Value::of(trim_right(a[0].text(), a[1].text())); }
Value own_trim_prefix(Run& run, Values a) { return std::swap(a[0], a[1]), trim_prefix(run, a); }
Value own_trim_suffix(Run& run, Values a) { return std::swap(a[0], a[1]), trim_suffix(run, a); }

}  // namespace

std::span<const Function> text_functions() { return kFunctions; }

Value call_upper(Run& run, Values a) { return upper_text(run, a[0].text()); }
Value call_lower(Run& run, Values a) { return lower_text(run, a[0].text()); }
std::span<const Function> alloy_functions() {
  static constexpr Function kOwn[] = {
      {"Hash", "ss", call_hash},
      {"Replace", "sssi", own_replace},
      {"Sha2Hash", "ss", call_sha2_hash},
      {"ToLower", "s", call_lower},
      {"ToUpper", "s", call_upper},
      {"Trim", "ss", own_trim},
      {"TrimLeft", "ss", own_trim_left},
      {"TrimPrefix", "ss", own_trim_prefix},
      {"TrimRight", "ss", own_trim_right},
      {"TrimSpace", "s", trim_blanks},
      {"TrimSuffix", "ss", own_trim_suffix},
      {"regexReplaceAll", "sss", call_regex_replace_all},
      {"regexReplaceAllLiteral", "sss", call_regex_replace_literal},
  };
  return kOwn;
}

}  // namespace invar::gotemplate
