#include "src/text/url.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

TEST_CASE("urls are taken apart") {
  const auto url = parse_url("HTTP://us%20er:p%40ss@h.example:3100/loki/a%2Fb?x=1#f");
  REQUIRE(url.ok());
  CHECK(url->scheme == "http");
  CHECK(*url->user == "us er");
  CHECK(*url->password == "p@ss");
  CHECK(url->host == "h.example:3100");
  CHECK(url->hostname() == "h.example");
  CHECK(url->port() == "3100");
  CHECK(url->path == "/loki/a/b");
  CHECK(url->escaped_path() == "/loki/a%2Fb");
  CHECK(url->raw_query == "x=1");
  CHECK(url->text(true) == "http://us%20er:xxxxx@h.example:3100/loki/a%2Fb?x=1#f");
  CHECK(parse_url("http://[::1]:80/")->hostname() == "::1");
  CHECK(parse_url("/a b")->escaped_path() == "/a%20b");
  CHECK(parse_url("mailto:x@y")->opaque == "x@y");
}

TEST_CASE("urls refuse with Go's texts") {
  struct Row {
    std::string_view text, error;
  };
  for (const Row& row : {Row{"::x", "parse \"::x\": missing protocol scheme"}, Row{"http://a:b/", "parse \"http://a:b/\": invalid port \":b\" after host"},
                         Row{"http://[::1", "parse \"http://[::1\": missing ']' in host"}, Row{"http://a b/", "parse \"http://a b/\": invalid character \" \" in host name"},
                         Row{"/%zz", "parse \"/%zz\": invalid URL escape \"%zz\""}, Row{"a:b\x7f", "parse \"a:b\\x7f\": net/url: invalid control character in URL"},
                         Row{"1:2", "parse \"1:2\": first path segment in URL cannot contain colon"}}) {
    INFO(row.text);
    const auto url = parse_url(row.text);
    REQUIRE_FALSE(url.ok());
    CHECK(url.error().what == row.error);
  }
}

TEST_CASE("blanks are trimmed") {
  CHECK(trim_space(" \t\u3000x y\u00a0\n") == "x y");
  CHECK(trim_space(" \n").empty());
  CHECK(trim_space("\x80 ") == "\x80");
}

}  // namespace
}  // namespace invar
