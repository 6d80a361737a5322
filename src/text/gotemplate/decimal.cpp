#include "src/text/gotemplate/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "src/text/number.h"

namespace invar::gotemplate {

Decimal::Decimal(double number) {
  if (number == 0) return;
  negative_ = std::signbit(number);
  char text[40];  // -d.ddde+ddd
  const auto end = std::to_chars(text, text + sizeof text, std::fabs(number), std::chars_format::scientific).ptr;
  const std::string_view written(text, static_cast<size_t>(end - text));
  const size_t e = written.find('e');
  for (const char c : written.substr(0, e))
    if (c != '.') digits_.insert(digits_.begin(), static_cast<uint8_t>(c - '0'));
  std::string_view power = written.substr(e + 1);
  if (power.starts_with('+')) power.remove_prefix(1);
  exponent_ = *to_int(power) - static_cast<int64_t>(digits_.size()) + 1;
}

void Decimal::trim(Digits& digits) {
  while (!digits.empty() && digits.back() == 0) digits.pop_back();
}

int Decimal::compare(const Digits& a, const Digits& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (size_t i = a.size(); i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

Decimal::Digits Decimal::sum(const Digits& a, const Digits& b) {
  Digits out;
  unsigned carry = 0;
  for (size_t i = 0; i < std::max(a.size(), b.size()) || carry; ++i) {
    const unsigned total = carry + (i < a.size() ? a[i] : 0u) + (i < b.size() ? b[i] : 0u);
    out.push_back(static_cast<uint8_t>(total % 10));
    carry = total / 10;
  }
  return out;
}

Decimal::Digits Decimal::difference(const Digits& larger, const Digits& smaller) {
  Digits out;
  int borrow = 0;
  for (size_t i = 0; i < larger.size(); ++i) {
    int digit = larger[i] - borrow - (i < smaller.size() ? smaller[i] : 0);
    borrow = digit < 0;
    if (borrow) digit += 10;
    out.push_back(static_cast<uint8_t>(digit));
  }
  trim(out);
  return out;
}

Decimal::Digits Decimal::shifted(const Digits& digits, int64_t places) {
  if (digits.empty()) return digits;
  Digits out(static_cast<size_t>(places), 0);
  out.insert(out.end(), digits.begin(), digits.end());
  return out;
}

Decimal::Digits Decimal::quotient(const Digits& a, const Digits& b, Digits& rest) {
  Digits out(a.size(), 0);
  rest.clear();
  for (size_t i = a.size(); i-- > 0;) {
    rest.insert(rest.begin(), a[i]);
    trim(rest);
    while (compare(rest, b) >= 0) {
      rest = difference(rest, b);
      ++out[i];
    }
  }
  trim(out);
  return out;
}

Decimal Decimal::plus(const Decimal& other) const {
  Decimal out;
  out.exponent_ = std::min(exponent_, other.exponent_);
  const Digits a = shifted(digits_, exponent_ - out.exponent_), b = shifted(other.digits_, other.exponent_ - out.exponent_);
  if (negative_ == other.negative_) {
    out.digits_ = sum(a, b);
    out.negative_ = negative_;
  } else {
    const bool first = compare(a, b) >= 0;
    out.digits_ = first ? difference(a, b) : difference(b, a);
    out.negative_ = first ? negative_ : other.negative_;
  }
  if (out.digits_.empty()) out.negative_ = false;
  return out;
}

Decimal Decimal::minus(const Decimal& other) const {
  Decimal opposite = other;
  opposite.negative_ = !other.negative_ && !other.is_zero();
  return plus(opposite);
}

Decimal Decimal::times(const Decimal& other) const {
  Decimal out;
  if (is_zero() || other.is_zero()) return out;
  std::vector<uint32_t> totals(digits_.size() + other.digits_.size(), 0);
  for (size_t i = 0; i < digits_.size(); ++i)
    for (size_t k = 0; k < other.digits_.size(); ++k) totals[i + k] += static_cast<uint32_t>(digits_[i] * other.digits_[k]);
  uint32_t carry = 0;
  for (const uint32_t total : totals) {
    carry += total;
    out.digits_.push_back(static_cast<uint8_t>(carry % 10));
    carry /= 10;
  }
  trim(out.digits_);
  out.exponent_ = exponent_ + other.exponent_;
  out.negative_ = negative_ != other.negative_;
  return out;
}

Decimal Decimal::divided_by(const Decimal& other) const {
  constexpr int64_t kPlaces = 16;
  Decimal out;
  out.exponent_ = -kPlaces;
  const int64_t shift = exponent_ - other.exponent_ + kPlaces;
  const Digits a = shift > 0 ? shifted(digits_, shift) : digits_, b = shift < 0 ? shifted(other.digits_, -shift) : other.digits_;
  Digits rest;
  out.digits_ = quotient(a, b, rest);
  if (compare(sum(rest, rest), b) >= 0) out.digits_ = sum(out.digits_, {1});
  out.negative_ = negative_ != other.negative_ && !out.digits_.empty();
  return out;
}

double Decimal::to_double() const {
  if (digits_.empty()) return 0;
  std::string text = negative_ ? "-" : "";
  for (size_t i = digits_.size(); i-- > 0;) text += static_cast<char>('0' + digits_[i]);
  text += "e" + std::to_string(exponent_);
  double number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc::result_out_of_range) return number;
  const bool large = static_cast<int64_t>(digits_.size()) + exponent_ > 0;
  return (negative_ ? -1 : 1) * (large ? HUGE_VAL : 0.0);
}

}  // namespace invar::gotemplate
