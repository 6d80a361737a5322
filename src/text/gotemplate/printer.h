#pragma once

#include <span>
#include <string>
#include <string_view>

#include "src/text/gotemplate/value.h"

namespace invar::gotemplate {

class Run;

/// Go's fmt: prints values with a verb and its flags. Appends to one text.
class Printer {
 public:
  Printer(Run& run, std::string& out) : run_(run), out_(out) {}

  void print_argument(const Value& value, char32_t verb);
  void print_format(std::string_view format, std::span<const Value> values);

 private:
  struct Flags {
    bool sharp = false, zero = false, plus = false, minus = false, space = false;
    bool sharp_v = false, plus_v = false;
    bool has_width = false, has_precision = false;
    int width = 0, precision = 0;
  };

  bool print_by_method(const Value& value, char32_t verb);
  void print_value(const Value& value, char32_t verb, int depth);
  void print_element(const Value& value, Type container, char32_t verb, int depth);
  void print_map(const Value& value, char32_t verb, int depth);
  void print_slice(const Value& value, char32_t verb, int depth);
  void print_struct(const Value& value, char32_t verb, int depth);
  void print_bytes(const Value& value, char32_t verb);
  void print_pointer(const Value& value, char32_t verb);
  void print_bool(const Value& value, char32_t verb);
  void print_integer(uint64_t number, bool is_signed, const Value& value, char32_t verb);
  void print_float(double number, const Value& value, char32_t verb);
  void print_complex(const Value& value, char32_t verb);
  void print_text(std::string_view text, const Value& value, char32_t verb);
  void bad_verb(const Value& value, char32_t verb);

  void pad(std::string_view text);
  void write_padding(int count);
  void format_integer(uint64_t number, unsigned base, bool is_signed, char32_t verb, bool upper);
  void format_float(double number, char verb, int precision);
  static void restore_zeros(std::string& digits, char verb, int precision);
  void format_hex(std::string_view bytes, bool upper);
  void format_quoted(std::string_view text);
  void format_unicode(uint64_t number);
  std::string_view truncated(std::string_view text) const;
  void write_0x(uint64_t number, bool prefix);

  // Of print_format.
  bool read_flags(std::string_view format, std::span<const Value> values);
  void read_index(std::string_view format, size_t count);
  void read_width(std::string_view format, std::span<const Value> values);
  void read_precision(std::string_view format, std::span<const Value> values);
  void print_extra(std::span<const Value> values);

  Run& run_;
  std::string& out_;
  Flags flags_;
  bool erroring_ = false;
  size_t at_ = 0, argument_ = 0;
  bool reordered_ = false, good_index_ = true, after_index_ = false;
};

}  // namespace invar::gotemplate
