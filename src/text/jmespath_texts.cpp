// Functions on texts, as Go's strings package does them.
#include <algorithm>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/jmespath_functions.h"

namespace invar::jmespath::functions {
namespace {

using Kind = Value::Kind;

constexpr size_t kMaxText = 16u << 20;  // more than any line is long

template <class F>
void each_rune(std::string_view text, F&& see) {
  for (size_t length; !text.empty(); text.remove_prefix(length)) {
    const char32_t rune = decode_rune(text, length);
    see(rune, text.substr(0, length));
  }
}

bool is_space(char32_t rune) {
  return (rune >= 9 && rune <= 13) || rune == ' ' || rune == 0x85 || rune == 0xA0 || rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) ||
         rune == 0x2028 || rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

bool give(Evaluation& evaluation, std::string_view text, Value& out) {
  return out = Value::text(evaluation.memory().copy(text)), true;
}

template <char32_t (*Map)(char32_t)>
bool mapped(Evaluation& evaluation, Args args, Value& out) {
  std::string text;
  each_rune(args[0].as_text(), [&](char32_t rune, std::string_view) { append_rune(text, Map(rune)); });
  return give(evaluation, text, out);
}

/// The part of the first text that the third and fourth argument name. False when they are no integers.
bool searched(Args args, std::string_view& within, size_t& start) {
  const std::string_view text = args[0].as_text();
  const auto size = static_cast<int64_t>(text.size());
  int64_t from = 0, to = size;
  if (args.size() > 2 && !to_integer(args[2], from)) return false;
  if (args.size() > 3 && !to_integer(args[3], to)) return false;
  from = std::max<int64_t>(0, from);
  to = std::min(to, size);
  start = static_cast<size_t>(from);
  within = from <= to ? text.substr(start, static_cast<size_t>(to - from)) : std::string_view();  // Go panics where they cross
  return true;
}

template <bool Last>
bool find(Args args, Value& out) {
  const std::string_view wanted = args[1].as_text();
  if (args[0].as_text().empty() || wanted.empty()) return true;
  std::string_view within;
  size_t start;
  if (!searched(args, within, start)) return false;
  const size_t at = Last ? within.rfind(wanted) : within.find(wanted);
  if (at != std::string_view::npos) out = Value::number(static_cast<double>(start + at));
  return true;
}

/// The text and what it lacks to its width.
bool padding(Args args, std::string& out) {
  int64_t width;
  if (!to_integer(args[1], width) || width < 0) return false;
  const std::string_view pad = args.size() > 2 ? args[2].as_text() : " ";
  if (pad.size() > 1 || width > static_cast<int64_t>(kMaxText)) return false;
  const size_t size = args[0].as_text().size();
  if (static_cast<size_t>(width) > size && !pad.empty()) out.assign(static_cast<size_t>(width) - size, pad[0]);
  return true;
}

enum Side : unsigned { kLeft = 1, kRight = 2 };

bool trimmed(Args args, unsigned sides, Value& out) {
  std::u32string cut;
  if (args.size() > 1) each_rune(args[1].as_text(), [&](char32_t rune, std::string_view) { cut += rune; });
  const std::string_view text = args[0].as_text();
  size_t begin = text.size(), end = 0, at = 0;
  each_rune(text, [&](char32_t rune, std::string_view bytes) {
    const bool drop = cut.empty() ? is_space(rune) : cut.find(rune) != std::u32string::npos;
    if (!drop) begin = std::min(begin, at), end = at + bytes.size();
    at += bytes.size();
  });
  if (!(sides & kLeft)) begin = 0;
  if (!(sides & kRight)) end = text.size();
  return out = Value::text(begin < end ? text.substr(begin, end - begin) : std::string_view()), true;
}

/// Cuts at each `separator`, at most `most` times.
std::vector<std::string_view> cut_text(std::string_view text, std::string_view separator, uint64_t most) {
  std::vector<std::string_view> parts;
  if (separator.empty()) {
    while (!text.empty() && parts.size() < most) {
      size_t length;
      decode_rune(text, length);
      parts.push_back(text.substr(0, length));
      text.remove_prefix(length);
    }
    if (!text.empty()) parts.push_back(text);
    return parts;
  }
  for (size_t at; parts.size() < most && (at = text.find(separator)) != std::string_view::npos; text.remove_prefix(at + separator.size()))
    parts.push_back(text.substr(0, at));
  parts.push_back(text);
  return parts;
}

}  // namespace

bool contains_text(std::string_view text, const Value& wanted) {
  return wanted.is(Kind::kString) && text.find(wanted.as_text()) != std::string_view::npos;
}

bool ends_with(Evaluation&, Args args, Value& out) { return out = Value::boolean(args[0].as_text().ends_with(args[1].as_text())), true; }
bool starts_with(Evaluation&, Args args, Value& out) {
  return out = Value::boolean(args[0].as_text().starts_with(args[1].as_text())), true;
}

bool find_first(Evaluation&, Args args, Value& out) { return find<false>(args, out); }
bool find_last(Evaluation&, Args args, Value& out) { return find<true>(args, out); }

bool join(Evaluation& evaluation, Args args, Value& out) {
  std::string text;
  for (const Value& part : args[1].as_array()) {
    if (&part != args[1].as_array().begin()) text += args[0].as_text();
    text += part.as_text();
    if (text.size() > kMaxText) return false;
  }
  return give(evaluation, text, out);
}

bool lower(Evaluation& evaluation, Args args, Value& out) { return mapped<&to_lower>(evaluation, args, out); }
bool upper(Evaluation& evaluation, Args args, Value& out) { return mapped<&to_upper>(evaluation, args, out); }

bool pad_left(Evaluation& evaluation, Args args, Value& out) {
  std::string text;
  return padding(args, text) && give(evaluation, text.append(args[0].as_text()), out);
}

bool pad_right(Evaluation& evaluation, Args args, Value& out) {
  std::string pad;
  return padding(args, pad) && give(evaluation, std::string(args[0].as_text()) + pad, out);
}

bool replace(Evaluation& evaluation, Args args, Value& out) {
  int64_t most = INT64_MAX;
  if (args.size() > 3 && (!to_integer(args[3], most) || most < 0)) return false;
  const std::string_view from = args[1].as_text(), to = args[2].as_text();
  std::string_view rest = args[0].as_text();
  if (from == to) return out = args[0], true;
  std::string text;
  // An empty `from` stands before every rune and at the end.
  for (bool first = true; most > 0; --most, first = false) {
    size_t at = 0;
    if (!from.empty()) {
      at = rest.find(from);
    } else if (!first) {
      if (rest.empty()) break;
      decode_rune(rest, at);
    }
    if (at == std::string_view::npos) break;
    text.append(rest.substr(0, at)).append(to);
    rest.remove_prefix(at + from.size());
    if (text.size() > kMaxText) return false;
  }
  return give(evaluation, text.append(rest), out);
}

bool reverse_text(Evaluation& evaluation, std::string_view text, Value& out) {
  std::u32string runes;
  each_rune(text, [&](char32_t rune, std::string_view) { runes += rune; });
  std::string reversed;
  std::for_each(runes.rbegin(), runes.rend(), [&](char32_t rune) { append_rune(reversed, rune); });
  return give(evaluation, reversed, out);
}

bool split(Evaluation& evaluation, Args args, Value& out) {
  const std::string_view text = args[0].as_text();
  int64_t most = INT64_MAX;
  if (!text.empty() && args.size() > 2 && (!to_integer(args[2], most) || most < 0)) return false;
  const auto parts = text.empty() ? std::vector<std::string_view>() : cut_text(text, args[1].as_text(), static_cast<uint64_t>(most));
  Array* const array = evaluation.memory().make_array(parts.size());
  for (size_t i = 0; i < array->size; ++i) array->items[i] = Value::text(parts[i]);
  return out = Value::array(array), true;
}

bool trim(Evaluation&, Args args, Value& out) { return trimmed(args, kLeft | kRight, out); }
bool trim_left(Evaluation&, Args args, Value& out) { return trimmed(args, kLeft, out); }
bool trim_right(Evaluation&, Args args, Value& out) { return trimmed(args, kRight, out); }

}  // namespace invar::jmespath::functions
