#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "src/base/quote.h"
#include "stdlib/functions/go/format.h"

namespace invar {

namespace {

/// Go writes exponents with two digits at least.
void widen_exponent(std::string& text, char mark) {
  const size_t at = text.rfind(mark);
  if (at == std::string::npos || at + 2 >= text.size()) return;
  if (text.size() - at == 3) text.insert(at + 2, 1, '0');
}

std::string scientific_form(double value) {
  char buffer[64];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr);
}

std::string printed(const char* format, int precision, double value) {
  std::string text(static_cast<size_t>(precision) + 400, '\0');
  text.resize(static_cast<size_t>(std::snprintf(text.data(), text.size(), format, precision, value)));
  return text;
}

/// The shortest form turns scientific at 1e+06, as strconv decides; an explicit precision decides like C's %g.
std::string general(double value, int precision) {
  if (precision >= 0) return printed("%.*g", precision == 0 ? 1 : precision, value);
  std::string scientific = scientific_form(value);
  const int exponent = std::atoi(scientific.c_str() + scientific.rfind('e') + 1);
  return exponent < -4 || exponent >= 6 ? scientific : format_float(value);
}

std::string hexadecimal(double value, int precision) {
  char buffer[1100];
  if (precision < 0) std::snprintf(buffer, sizeof buffer, "%a", value);
  else std::snprintf(buffer, sizeof buffer, "%.*a", std::min(precision, 1000), value);
  std::string text(buffer);
  widen_exponent(text, 'p');
  return text;
}

std::string binary(double value) {
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(value), &exponent);
  const auto mantissa = static_cast<uint64_t>(std::ldexp(fraction, 53));
  const int shift = value == 0 ? -1074 : exponent - 53;
  return (std::signbit(value) ? "-" : "") + std::to_string(mantissa) + "p" + (shift >= 0 ? "+" : "") + std::to_string(shift);
}

}  // namespace

std::string go_float(double value, char verb, int precision) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::string text;
  switch (verb) {
    case 'e':
    case 'E': text = precision < 0 ? scientific_form(value) : printed("%.*e", precision, value); break;
    case 'f': text = precision < 0 ? format_float(value) : printed("%.*f", precision, value); break;
    case 'b': return binary(value);
    case 'x':
    case 'X': text = hexadecimal(value, precision); break;
    default: text = general(value, precision); break;
  }
  if (verb == 'E' || verb == 'G' || verb == 'X')
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return text;
}

}  // namespace invar
