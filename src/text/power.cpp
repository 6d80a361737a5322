#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "src/text/number.h"

// Go's math package (BSD license, The Go Authors): pow.go, log_amd64.s, exp_amd64.s with fused multiply-add.

namespace invar {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Of a positive, finite number. Like Go's, it takes subnormal numbers for normal ones.
double log_of(double x) {
  constexpr double kLn2Hi = 6.93147180369123816490e-01, kLn2Lo = 1.90821492927058770002e-10;
  constexpr double kL1 = 6.666666666666735130e-01, kL2 = 3.999999999940941908e-01, kL3 = 2.857142874366239149e-01, kL4 = 2.222219843214978396e-01,
                   kL5 = 1.818357216161805012e-01, kL6 = 1.531383769920937332e-01, kL7 = 1.479819860511658591e-01;
  const auto bits = std::bit_cast<uint64_t>(x);
  double f = std::bit_cast<double>((bits & 0x000fffffffffffff) | std::bit_cast<uint64_t>(0.5));
  double k = static_cast<double>(static_cast<int64_t>(bits >> 52 & 0x7ff) - 0x3fe);
  if (f <= 7.07106781186547524401e-01) f *= 2, k -= 1;
  f -= 1;
  const double s = f / (2 + f), s2 = s * s, s4 = s2 * s2;
  const double t1 = s2 * (kL1 + s4 * (kL3 + s4 * (kL5 + s4 * kL7)));
  const double t2 = s4 * (kL2 + s4 * (kL4 + s4 * kL6));
  const double half = 0.5 * f * f;
  return k * kLn2Hi - ((half - (s * (half + (t1 + t2)) + k * kLn2Lo)) - f);
}

/// Of a finite number within the range of results.
double exp_of(double x) {
  constexpr double kLog2E = 1.4426950408889634073599246810018920, kLn2U = 0.69314718055966295651160180568695068359375,
                   kLn2L = 0.28235290563031577122588448175013436025525412068e-12;
  const double turns = std::nearbyint(x * kLog2E);
  x = std::fma(-kLn2U, turns, x);
  x = std::fma(-kLn2L, turns, x);
  x *= 0.0625;
  double sum = 2.4801587301587301587e-5;
  for (const double term : {1.9841269841269841270e-4, 1.3888888888888888889e-3, 8.3333333333333333333e-3, 4.1666666666666666667e-2, 1.6666666666666666667e-1, 0.5, 1.0})
    sum = std::fma(sum, x, term);
  x *= sum;
  for (int doubled = 0; doubled < 3; ++doubled) x *= x + 2;
  x = std::fma(x, x + 2, 1.0);
  return std::ldexp(x, static_cast<int>(turns));
}

bool is_odd(double y) {
  if (std::fabs(y) >= 0x1p53) return false;
  double whole;
  return std::modf(y, &whole) == 0 && (static_cast<int64_t>(whole) & 1) == 1;
}

double power_of_zero(double x, double y) {
  const bool signed_result = std::signbit(x) && is_odd(std::fabs(y));
  if (y < 0) return signed_result ? std::copysign(kInf, x) : kInf;
  return signed_result ? x : 0;
}

double power_of_infinity(double x, double y) {
  if (x > 0) return y < 0 ? 0 : kInf;
  return go_pow(1 / x, -y);  // -0 to the power -y
}

/// x to the power of a whole number, times `begin`.
double whole_power(double x, int64_t whole, double begin, bool inverse) {
  double result = begin;
  int exponent = 0, of_x;
  double part = std::frexp(x, &of_x);
  for (; whole != 0; whole >>= 1) {
    if (of_x < -(1 << 12) || of_x > 1 << 12) {
      exponent += of_x;  // far out of range
      break;
    }
    if (whole & 1) result *= part, exponent += of_x;
    part *= part;
    of_x *= 2;
    if (part < .5) part += part, --of_x;
  }
  if (inverse) result = 1 / result, exponent = -exponent;
  return std::ldexp(result, exponent);
}

}  // namespace

double go_pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (y == 1) return x;
  if (std::isnan(x) || std::isnan(y)) return kNaN;
  if (x == 0) return power_of_zero(x, y);
  if (std::isinf(y)) return x == -1 ? 1 : (std::fabs(x) < 1) == (y > 0) ? 0 : kInf;
  if (std::isinf(x)) return power_of_infinity(x, y);
  if (y == 0.5) return std::sqrt(x);
  if (y == -0.5) return 1 / std::sqrt(x);
  double whole, fraction = std::modf(std::fabs(y), &whole);
  if (fraction != 0 && x < 0) return kNaN;
  if (whole >= 0x1p63) return x == -1 ? 1 : (std::fabs(x) < 1) == (y > 0) ? 0 : kInf;
  double begin = 1;
  if (fraction != 0) {
    if (fraction > 0.5) --fraction, ++whole;
    begin = exp_of(fraction * log_of(x));
  }
  return whole_power(x, static_cast<int64_t>(whole), begin, y < 0);
}

}  // namespace invar
