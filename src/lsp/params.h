#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "src/lsp/position.h"
#include "src/text/json.h"

namespace invar::lsp {

/// What a client wrote below a path of keys, when it is there and of that type. Clients may write anything.
std::optional<json::Value> value_at(const json::Value& object, std::initializer_list<std::string_view> path);
std::optional<std::string> text_at(const json::Value& object, std::initializer_list<std::string_view> path);
std::optional<int64_t> integer_at(const json::Value& object, std::initializer_list<std::string_view> path);
bool is_true_at(const json::Value& object, std::initializer_list<std::string_view> path);
std::optional<LinePosition> position_at(const json::Value& object, std::initializer_list<std::string_view> path);

struct LineRange {
  LinePosition begin, end;
};
std::optional<LineRange> range_at(const json::Value& object, std::initializer_list<std::string_view> path);

}  // namespace invar::lsp
