#include "stdlib/functions/go/function.h"

namespace invar {

bool go_internal::check_count(const Value& self, size_t given, size_t wanted, bool at_least, ValueError& error) {
  if (at_least ? given >= wanted : given == wanted) return true;
  error = ValueError::about(self, std::string(at_least ? "expected at least " : "expected ") + std::to_string(wanted) + " args, got " +
                                      std::to_string(given));
  return false;
}

ValueError wrong_argument(const Value& argument, ValueType expected) {
  return ValueError::type(argument, type_name(expected)).in_argument(argument);
}

}  // namespace invar
