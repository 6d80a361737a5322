#include "src/lsp/uri.h"

#include <doctest/doctest.h>

namespace invar::lsp {
namespace {

TEST_CASE("URIs of files") {
  CHECK(path_of_uri("file:///a/b.alloy") == "/a/b.alloy");
  CHECK(path_of_uri("file://localhost/a%20b/%C3%A4.alloy") == "/a b/\u00e4.alloy");
  CHECK(!path_of_uri("untitled:Untitled-1"));
  CHECK(!path_of_uri("file://host/a"));
  CHECK(!path_of_uri("file:///%zz"));
  CHECK(!path_of_uri(""));
  CHECK(uri_of_path("/a b/\u00e4#.alloy") == "file:///a%20b/%C3%A4%23.alloy");
}

}  // namespace
}  // namespace invar::lsp
