#include "src/lsp/params.h"

#include <cmath>

namespace invar::lsp {
namespace {

std::optional<uint32_t> coordinate(const json::Value& position, std::string_view key) {
  const auto number = integer_at(position, {key});
  if (!number || *number < 0) return std::nullopt;
  return static_cast<uint32_t>(std::min<int64_t>(*number, UINT32_MAX));
}

std::optional<LinePosition> read_position(const json::Value& value) {
  const auto line = coordinate(value, "line"), character = coordinate(value, "character");
  return line && character ? std::optional(LinePosition{*line, *character}) : std::nullopt;
}

}  // namespace

std::optional<json::Value> value_at(const json::Value& object, std::initializer_list<std::string_view> path) {
  json::Value at = object;
  for (const std::string_view key : path) {
    json::Value inner;
    if (at.kind() != json::Kind::kObject || !at.member(key, inner)) return std::nullopt;
    at = inner;
  }
  return at;
}

std::optional<std::string> text_at(const json::Value& object, std::initializer_list<std::string_view> path) {
  const auto value = value_at(object, path);
  return value && value->kind() == json::Kind::kString ? std::optional(std::string(value->as_string())) : std::nullopt;
}

std::optional<int64_t> integer_at(const json::Value& object, std::initializer_list<std::string_view> path) {
  static constexpr double kLargest = 9e15;
  const auto value = value_at(object, path);
  if (!value || value->kind() != json::Kind::kNumber) return std::nullopt;
  const double number = value->as_number();
  return std::abs(number) <= kLargest && std::trunc(number) == number ? std::optional(static_cast<int64_t>(number)) : std::nullopt;
}

bool is_true_at(const json::Value& object, std::initializer_list<std::string_view> path) {
  const auto value = value_at(object, path);
  return value && value->kind() == json::Kind::kBool && value->as_bool();
}

std::optional<LinePosition> position_at(const json::Value& object, std::initializer_list<std::string_view> path) {
  const auto value = value_at(object, path);
  return value ? read_position(*value) : std::nullopt;
}

std::optional<LineRange> range_at(const json::Value& object, std::initializer_list<std::string_view> path) {
  const auto value = value_at(object, path);
  if (!value) return std::nullopt;
  const auto begin = position_at(*value, {"start"}), end = position_at(*value, {"end"});
  return begin && end ? std::optional(LineRange{*begin, *end}) : std::nullopt;
}

}  // namespace invar::lsp
