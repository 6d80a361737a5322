#include "stdlib/functions/go/yaml.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "src/base/quote.h"
#include "src/text/number.h"
#include "src/text/yaml.h"
#include "stdlib/functions/go/base64.h"

namespace invar {

namespace {

using yaml::Node;

/// A Go map with keys of any type: nothing can look into it.
class AnyKeyMap final : public Capsule {
 public:
  std::string_view type_name() const override { return "map[interface {}]interface {}"; }
};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string short_tag(std::string_view tag) {
  constexpr std::string_view kLong = "tag:yaml.org,2002:";
  if (tag.starts_with(kLong)) return "!!" + std::string(tag.substr(kLong.size()));
  return std::string(tag);
}

/// A number in front of `text`, of `least` to `most` digits.
bool take_digits(std::string_view& text, size_t least, size_t most, int& number) {
  size_t count = 0;
  for (number = 0; count < text.size() && count < most && text[count] >= '0' && text[count] <= '9'; ++count)
    number = number * 10 + (text[count] - '0');
  if (count < least) return false;
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

int days_of(int year, int month) {
  constexpr std::array kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<size_t>(month - 1)];
}

/// `+05:00`, `Z`, or nothing behind a blank-separated time.
bool take_zone(std::string_view& text, bool wanted, std::string& zone) {
  zone = "Z";
  if (!wanted) return text.empty();
  if (take(text, 'Z')) return text.empty();
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const std::string_view written = text;
  text.remove_prefix(1);
  int hours, minutes;
  if (!take_digits(text, 2, 2, hours) || !take(text, ':') || !take_digits(text, 2, 2, minutes) || !text.empty()) return false;
  if (hours > 24 || minutes > 59) return false;
  if (hours != 0 || minutes != 0) zone = written;
  return true;
}

/// A timestamp in one of yaml.v3's four layouts, as Go's time.Time writes itself: RFC 3339 with the shortest fraction.
bool read_timestamp(std::string_view text, std::string& out) {
  int year, month, day, hour = 0, minute = 0, second = 0;
  if (!take_digits(text, 4, 4, year) || !take(text, '-') || !take_digits(text, 1, 2, month) || !take(text, '-') ||
      !take_digits(text, 1, 2, day) || month < 1 || month > 12 || day < 1 || day > days_of(year, month))
    return false;
  std::string fraction, zone = "Z";
  if (!text.empty()) {
    const bool blank = text[0] == ' ';
    if (!blank && text[0] != 'T' && text[0] != 't') return false;
    text.remove_prefix(1);
    if (!take_digits(text, 1, 2, hour) || !take(text, ':') || !take_digits(text, 1, 2, minute) || !take(text, ':') ||
        !take_digits(text, 1, 2, second) || hour > 23 || minute > 59 || second > 59)
      return false;
    if (take(text, '.')) {
      while (!text.empty() && text[0] >= '0' && text[0] <= '9') fraction += text[0], text.remove_prefix(1);
      if (fraction.empty()) return false;
      fraction.resize(std::min<size_t>(fraction.size(), 9));
      while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    }
    if (!take_zone(text, !blank, zone)) return false;
  }
  char whole[64];
  std::snprintf(whole, sizeof whole, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, hour, minute, second);
  out = whole + (fraction.empty() ? "" : "." + fraction) + zone;
  return true;
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto digits = [&] {
    size_t count = 0;
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; ++count) text.remove_prefix(1);
    return count;
  };
  const size_t before = digits();
  const size_t after = take(text, '.') ? digits() : 0;
  if (before + after == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return digits() > 0 && text.empty();
}

bool read_number(std::string_view text, Value& value) {
  std::string plain(text);
  std::erase(plain, '_');
  if (const auto number = parse_int(plain, 0)) return value = Value::integer(*number), true;
  if (const auto number = parse_uint(plain, 0)) return value = Value::unsigned_integer(*number), true;
  if (looks_like_float(plain))
    if (const auto number = parse_float(plain)) return value = Value::floating(*number), true;
  const bool negative = plain.starts_with('-');
  const std::string digits = negative ? plain.substr(1) : plain;
  const int base = digits.starts_with("0b") ? 2 : digits.starts_with("0o") ? 8 : 0;
  if (base == 0) return false;
  const auto number = parse_int((negative ? "-" : "") + digits.substr(2), base);
  return number.ok() && (value = Value::integer(*number), true);
}

/// A scalar without quotes and without a tag.
Value resolve_plain(const std::string& text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return Value();
  if (is_one_of(text, {"true", "True", "TRUE"})) return Value::boolean(true);
  if (is_one_of(text, {"false", "False", "FALSE"})) return Value::boolean(false);
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return Value::floating(std::numeric_limits<double>::quiet_NaN());
  if (is_one_of(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) return Value::floating(std::numeric_limits<double>::infinity());
  if (is_one_of(text, {"-.inf", "-.Inf", "-.INF"})) return Value::floating(-std::numeric_limits<double>::infinity());
  Value number;
  if (text[0] == '.') {
    if (const auto parsed = parse_float(text)) return Value::floating(*parsed);
  } else if (text[0] == '+' || text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) {
    std::string time;
    if (read_timestamp(text, time)) return Value::string(std::move(time));
    if (read_number(text, number)) return number;
  }
  return Value::string(text);
}

class Reader {
 public:
  Result<Value> read(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kSequence: return sequence(node);
      case Node::Kind::kMapping: return mapping(node);
      case Node::Kind::kScalar: break;
    }
    return scalar(node);
  }

  /// yaml.v3 collects what does not fit and goes on.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  static Result<Value> scalar(const Node& node) {
    const std::string tag = short_tag(node.tag);
    if (tag == "!!binary") {
      auto bytes = go_base64_decode(node.scalar, Base64Alphabet::kStandard);
      if (!bytes) return Error{"yaml: !!binary value contains invalid base64 data", {}};
      return Value::string(std::move(*bytes));
    }
    const bool resolvable = is_one_of(tag, {"", "!!bool", "!!int", "!!float", "!!null", "!!timestamp"});
    if (tag == "!!str" || (tag.empty() && node.quoted) || !resolvable) return Value::string(node.scalar);
    return tagged(node, tag, resolve_plain(node.scalar));
  }

  /// What was resolved has to be of the type that the tag names.
  static Result<Value> tagged(const Node& node, const std::string& tag, Value value) {
    if (tag.empty()) return value;
    std::string got = "!!str", time;
    switch (value.type()) {
      case ValueType::kNull: got = "!!null"; break;
      case ValueType::kBool: got = "!!bool"; break;
      case ValueType::kNumber: got = value.number_kind() == NumberKind::kFloat ? "!!float" : "!!int"; break;
      default:
        if (read_timestamp(node.scalar, time)) got = "!!timestamp";
    }
    if (tag == "!!float" && got == "!!int") return Value::floating(value.as_float());
    if (tag == got) return value;
    return Error{"yaml: cannot decode " + got + " `" + node.scalar + "` as a " + tag, {}};
  }

  Result<Value> sequence(const Node& node) {
    std::vector<Value> elements;
    for (const Node& item : node.items) {
      auto element = read(item);
      if (!element) return element;
      elements.push_back(std::move(*element));
    }
    return Value::array(std::move(elements));
  }

  static bool is_merge(const Node& key) {
    return key.kind == Node::Kind::kScalar && key.scalar == "<<" && !key.quoted && key.tag.empty();
  }

  static bool is_string(const Node& key) {
    if (key.kind != Node::Kind::kScalar) return false;
    if (short_tag(key.tag) == "!!str" || (key.tag.empty() && key.quoted)) return true;
    std::string time;
    return key.tag.empty() && resolve_plain(key.scalar).is(ValueType::kString) && !read_timestamp(key.scalar, time);
  }

  Result<Value> mapping(const Node& node) {
    Members members;
    std::set<std::string, std::less<>> own;
    std::vector<const Node*> merges;
    bool strings = true;
    for (size_t i = 0; i + 1 < node.items.size(); i += 2) {
      const Node& key = node.items[i];
      if (is_merge(key)) {
        merges.push_back(&node.items[i + 1]);
        continue;
      }
      strings = strings && is_string(key);
      auto value = read(node.items[i + 1]);
      if (!value) return value;
      if (key.kind == Node::Kind::kScalar && !own.insert(key.scalar).second) complain_twice(node, i);
      members.insert_or_assign(key.scalar, std::move(*value));
    }
    for (const Node* merged : merges)
      if (auto failed = merge(*merged, members, strings)) return *failed;
    if (!strings) return Value::capsule(std::make_shared<AnyKeyMap>());
    return Value::object(std::move(members));
  }

  void complain_twice(const Node& node, size_t i) {
    size_t first = 0;
    while (node.items[first].scalar != node.items[i].scalar) first += 2;
    complaints_.push_back("line " + std::to_string(node.items[i].line) + ": mapping key " + quoted(node.items[i].scalar) +
                          " already defined at line " + std::to_string(node.items[first].line));
  }

  /// `<<`: members that are not there yet.
  std::optional<Error> merge(const Node& from, Members& members, bool& strings) {
    if (from.kind == Node::Kind::kSequence) {
      for (const Node& item : from.items) {
        if (!item.is_mapping()) return Error{"yaml: map merge requires map or sequence of maps as the value", {}};
        if (auto failed = merge(item, members, strings)) return failed;
      }
      return std::nullopt;
    }
    if (!from.is_mapping()) return Error{"yaml: map merge requires map or sequence of maps as the value", {}};
    auto value = mapping(from);
    if (!value) return value.error();
    if (!value->is(ValueType::kObject)) return strings = false, std::nullopt;
    for (const auto& [key, member] : value->members()) members.emplace(key, member);
    return std::nullopt;
  }

  std::vector<std::string> complaints_;
};

}  // namespace

Result<Value> go_yaml_decode(std::string_view text) {
  const auto document = yaml::parse_v3(text);
  if (!document) return Error{document.error().what, {}};
  Reader reader;
  auto value = reader.read(*document);
  if (!value || reader.complaints().empty()) return value;
  std::string what = "yaml: unmarshal errors:";
  for (const std::string& complaint : reader.complaints()) what += "\n  " + complaint;
  return Error{std::move(what), {}};
}

}  // namespace invar
