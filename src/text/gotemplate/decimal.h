#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace invar::gotemplate {

/// A decimal number of any length, as shopspring/decimal calculates: what sprig's addf, subf, mulf and divf do their sums with.
class Decimal {
 public:
  Decimal() = default;
  /// The shortest decimal that reads back as `number`, which must be finite.
  explicit Decimal(double number);

  Decimal plus(const Decimal& other) const;
  Decimal minus(const Decimal& other) const;
  Decimal times(const Decimal& other) const;
  /// Rounded, half away from zero, to 16 digits behind the point. `other` must not be zero.
  Decimal divided_by(const Decimal& other) const;
  bool is_zero() const { return digits_.empty(); }
  /// The nearest float64.
  double to_double() const;
  /// How many digits it has: the work that sums with it are.
  size_t size() const { return digits_.size(); }

 private:
  using Digits = std::vector<uint8_t>;  // the last one first, without leading zeros

  static void trim(Digits& digits);
  static int compare(const Digits& a, const Digits& b);
  static Digits sum(const Digits& a, const Digits& b);
  static Digits difference(const Digits& larger, const Digits& smaller);
  static Digits quotient(const Digits& a, const Digits& b, Digits& rest);
  static Digits shifted(const Digits& digits, int64_t places);

  Digits digits_;
  int64_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace invar::gotemplate
