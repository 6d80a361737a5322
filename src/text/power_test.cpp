#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "src/text/number.h"

using namespace invar;

TEST_CASE("powers are Go's to the last bit") {
  CHECK(go_pow(123456789.123, 5) == 2.867971874586519e+40);  // C: 2.8679718745865197e+40
  CHECK(go_pow(2, 10) == 1024);
  CHECK(go_pow(9, 0.5) == 3);
  CHECK(go_pow(2, -1) == 0.5);
  CHECK(go_pow(-2, 3) == -8);
  CHECK(go_pow(10, 308) == 1.0000000000000006e+308);
  CHECK(go_pow(1.5, 2.25) == 2.4900343193257237);
}

TEST_CASE("powers at the edges") {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  CHECK(go_pow(0, 0) == 1);
  CHECK(go_pow(1, kInf) == 1);
  CHECK(go_pow(0, -1) == kInf);
  CHECK(go_pow(-0.0, -1) == -kInf);
  CHECK(go_pow(-0.0, -2) == kInf);
  CHECK(std::signbit(go_pow(-0.0, 3)));
  CHECK(go_pow(kInf, -1) == 0);
  CHECK(go_pow(-kInf, 3) == -kInf);
  CHECK(go_pow(-1, kInf) == 1);
  CHECK(go_pow(0.5, kInf) == 0);
  CHECK(go_pow(-1, 1e300) == 1);
  CHECK(go_pow(2, 1e300) == kInf);
  CHECK(std::isnan(go_pow(-8, 1.0 / 3)));
}
