#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/language/value.h"

namespace invar {

/// Go's fmt of one value: prints it with a verb and what stands before the verb.
class ValuePrinter {
 public:
  /// What stands between `%` and the verb.
  struct Flags {
    bool minus = false, plus = false, sharp = false, space = false, zero = false;
    bool go_syntax = false;    // %#v
    bool field_names = false;  // %+v
    std::optional<int> width, precision;
  };

  std::string out;  // where everything is appended
  Flags flags;

  void print(const Value& value, char32_t verb);
  void append_verb(char32_t verb);
  /// As %T shows it.
  static std::string go_type(const Value& value);

 private:
  void bad_verb(const Value& value, char32_t verb);
  void fill(int count, bool zeros);
  void pad(std::string_view text, bool zeros_allowed = true);
  void print_text(const Value& value, const std::string& text, char32_t verb);
  void quote(std::string_view text);
  void hex(std::string_view text, const char* digits);
  void print_number(const Value& value, char32_t verb);
  static char32_t valid_rune(uint64_t bits);
  void print_integer(uint64_t number, unsigned base, bool is_signed, char32_t verb, const char* digits);
  void print_unicode(uint64_t bits);
  void print_float(const Value& value, char32_t verb);
  /// `#`: always a point, and the trailing zeros that %g drops.
  static std::string with_point(std::string text, char form, int precision);
  void print_element(const Value& value, char32_t verb);
  void print_array(const Value& value, char32_t verb);
  void print_object(const Value& value, char32_t verb);
  void print_capsule(const Value& value, char32_t verb);
};

}  // namespace invar
