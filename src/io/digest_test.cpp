#include "src/io/digest.h"

#include <doctest/doctest.h>

TEST_CASE("sha256 over pieces") {
  invar::Sha256 digest;
  digest.add("a");
  digest.add("bc");
  CHECK(digest.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
