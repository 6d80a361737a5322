#include <algorithm>

#include "tests/conformance/suite.h"

namespace invar {
namespace {

constexpr size_t kMaxFindings = 12;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr size_t kMaxLength = 600;
  if (text.size() > kMaxLength) text = text.substr(0, kMaxLength) + "...";
  return text;
}

class Comparison {
 public:
  void compare(const std::string& path, const Json& expected, const Json& got) {
    if (expected == got) return;
    if (expected.is_object() && got.is_object()) return compare_objects(path, expected, got);
    if (expected.is_array() && got.is_array() && expected.size() == got.size()) return compare_arrays(path, expected, got);
    if (are_texts(expected) && are_texts(got)) return compare_texts(path, expected, got);
    if (expected.is_string() && got.is_string() && shown(expected).size() + shown(got).size() > 160)
      return add(path + ":\n" + text_difference(expected.get_ref<const std::string&>(), got.get_ref<const std::string&>()));
    add(path + ":\n    expected " + shown(expected) + "\n    got      " + shown(got) + "\n");
  }
  std::string text() && {
    if (count_ > kMaxFindings) text_ += "  ... and " + std::to_string(count_ - kMaxFindings) + " more\n";
    return std::move(text_);
  }

 private:
  void compare_objects(const std::string& path, const Json& expected, const Json& got) {
    for (const auto& [key, value] : expected.items()) {
      if (got.contains(key))
        compare(path + "." + key, value, got[key]);
      else
        add(path + "." + key + ": missing, expected " + shown(value) + "\n");
    }
    for (const auto& [key, value] : got.items())
      if (!expected.contains(key)) add(path + "." + key + ": not expected, got " + shown(value) + "\n");
  }
  static bool are_texts(const Json& list) {
    return list.is_array() && std::all_of(list.begin(), list.end(), [](const Json& item) { return item.is_string(); });
  }
  /// Lists of different length: what is in one of them only.
  void compare_texts(const std::string& path, const Json& expected, const Json& got) {
    for (const Json& text : expected)
      if (std::count(expected.begin(), expected.end(), text) > std::count(got.begin(), got.end(), text)) add(path + ": missing " + shown(text) + "\n");
    for (const Json& text : got)
      if (std::count(got.begin(), got.end(), text) > std::count(expected.begin(), expected.end(), text)) add(path + ": not expected, got " + shown(text) + "\n");
  }
  void compare_arrays(const std::string& path, const Json& expected, const Json& got) {
    for (size_t i = 0; i < expected.size(); ++i) compare(path + "[" + std::to_string(i) + "]", expected[i], got[i]);
  }
  void add(const std::string& finding) {
    if (++count_ <= kMaxFindings) text_ += "  " + finding;
  }

  std::string text_;
  size_t count_ = 0;
};

}  // namespace

std::string text_difference(std::string_view expected, std::string_view got) {
  if (expected == got) return {};
  const auto want = lines_of(expected), have = lines_of(got);
  std::string out;
  size_t findings = 0;
  for (size_t i = 0; i < std::max(want.size(), have.size()); ++i) {
    if (i < want.size() && i < have.size() && want[i] == have[i]) continue;
    if (++findings > kMaxFindings) return out + "    ...\n";
    const std::string number = std::to_string(i + 1);
    if (i < want.size()) out.append("    -").append(number).append(": ").append(want[i]).append("\n");
    if (i < have.size()) out.append("    +").append(number).append(": ").append(have[i]).append("\n");
  }
  return out;
}

std::string difference(const Json& expected, const Json& got) {
  Comparison comparison;
  comparison.compare("$", expected, got);
  return std::move(comparison).text();
}

std::string base64_decoded(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t digit = alphabet.find(c);
    if (digit == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if ((count += 6) < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFF);
  }
  return out;
}

std::optional<std::string> text_of(const Json& object, std::string_view key) {
  const std::string name(key);
  if (const auto plain = object.find(name); plain != object.end() && plain->is_string()) return plain->get<std::string>();
  if (const auto coded = object.find(name + "_b64"); coded != object.end()) return base64_decoded(coded->get<std::string>());
  return std::nullopt;
}

}  // namespace invar
