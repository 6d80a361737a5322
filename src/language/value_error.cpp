#include "src/language/value_error.h"

#include "src/base/quote.h"

namespace invar {

ValueError ValueError::about(Value value, std::string message) {
  ValueError error;
  error.text_ = message;
  error.steps_.push_back({std::move(value), {}, std::move(message)});
  return error;
}

ValueError ValueError::type(Value value, std::string_view expected) {
  const std::string got(type_name(value.type()));
  ValueError error;
  error.text_ = "expected " + std::string(expected) + ", got " + got;
  error.steps_.push_back({std::move(value), {}, "should be " + std::string(expected) + ", got " + got});
  return error;
}

ValueError ValueError::plain(std::string message) {
  ValueError error;
  error.text_ = std::move(message);
  return error;
}

ValueError ValueError::missing_key(Value value, const std::string& key) {
  ValueError error;
  error.text_ = "key " + quoted(key) + " does not exist";
  error.steps_.push_back({std::move(value), {}, "does not have field named " + quoted(key)});
  return error;
}

ValueError ValueError::in_element(Value array, size_t index) && {
  steps_.push_back({std::move(array), "[" + std::to_string(index) + "]", {}});
  return std::move(*this);
}

ValueError ValueError::in_field(Value object, const std::string& field) && {
  steps_.push_back({std::move(object), "." + field, {}});
  return std::move(*this);
}

ValueError ValueError::in_argument(Value argument) && {
  steps_.push_back({std::move(argument), {}, text_});
  return std::move(*this);
}

ValueError ValueError::without_outer_step() && {
  if (!steps_.empty()) steps_.pop_back();
  return std::move(*this);
}

}  // namespace invar
