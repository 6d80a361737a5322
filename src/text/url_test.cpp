#include "src/text/url.h"

#include <doctest/doctest.h>

#include "src/text/ip_literal.h"

namespace invar {
namespace {

TEST_CASE("a URL is taken apart") {
  const auto url = parse_url("HTTPS://me%40x:a%3Ab@[fe80::1%25en0]:3100/loki/a%2fb c?x=1&y#top%20");
  REQUIRE(url.ok());
  CHECK(url->scheme == "https");
  CHECK(url->user == "me@x");
  CHECK(url->password == "a:b");
  CHECK(url->host == "[fe80::1%en0]:3100");
  CHECK(url->hostname() == "fe80::1%en0");
  CHECK(url->port() == "3100");
  CHECK(url->path == "/loki/a/b c");
  // Written with a blank it cannot be sent as it is, and the default encoding keeps slashes.
  CHECK(url->escaped_path() == "/loki/a/b%20c");
  CHECK(url->raw_query == "x=1&y");
  CHECK(url->fragment == "top ");
}

TEST_CASE("a URL prints as it was written") {
  struct Row {
    std::string_view text, printed;
  };
  for (const Row& row :
       {Row{"http://a", "http://a"}, Row{"http://a/?", "http://a/?"}, Row{"mailto:x@y", "mailto:x@y"}, Row{"file:/x", "file:/x"},
        Row{"file:///x", "file:///x"}, Row{"//h/p", "//h/p"}, Row{"", ""}, Row{"*", "*"}, Row{"a/b", "a/b"},
        Row{"http://a/%2F?%2F#%2F", "http://a/%2F?%2F#%2F"}, Row{"http://\u00e4/\u00e4", "http://%C3%A4/%C3%A4"},
        Row{"HTTP://u@h:/", "http://u@h:/"}, Row{"http://h/a#", "http://h/a"}}) {
    INFO(row.text);
    const auto url = parse_url(row.text);
    REQUIRE(url.ok());
    CHECK(url->text() == row.printed);
    CHECK(url->text(true) == row.printed);
  }
}

TEST_CASE("a password is not shown") {
  const auto url = parse_url("http://me:secret@h/p");
  REQUIRE(url.ok());
  CHECK(url->text() == "http://me:secret@h/p");
  CHECK(url->text(true) == "http://me:xxxxx@h/p");
  CHECK(parse_url("http://me:@h")->text(true) == "http://me:xxxxx@h");
}

TEST_CASE("bad URLs are refused with Go's texts") {
  struct Row {
    std::string_view text, error;
  };
  for (const Row& row : {
           Row{"::x", "parse \"::x\": missing protocol scheme"},
           Row{"1x:y", "parse \"1x:y\": first path segment in URL cannot contain colon"},
           Row{"http://a b/", "parse \"http://a b/\": invalid character \" \" in host name"},
           Row{"http://a:b/", "parse \"http://a:b/\": invalid port \":b\" after host"},
           Row{"http://a:1:2/", "parse \"http://a:1:2/\": invalid port \":1:2\" after host"},
           Row{"http://[::1", "parse \"http://[::1\": missing ']' in host"},
           Row{"http://x[::1]", "parse \"http://x[::1]\": invalid IP-literal"},
           Row{"http://[1.2.3.4]", "parse \"http://[1.2.3.4]\": invalid IP-literal"},
           Row{"http://[::g]", "parse \"http://[::g]\": invalid host: ParseAddr(\"::g\"): each colon-separated field must have at least "
                               "one digit (at \"g\")"},
           Row{"http://a%41/", "parse \"http://a%41/\": invalid URL escape \"%41\""},
           Row{"http://a/%zz", "parse \"http://a/%zz\": invalid URL escape \"%zz\""},
           Row{"http://a/#%4", "parse \"http://a/#%4\": invalid URL escape \"%4\""},
           Row{"http://a/%4#x", "parse \"http://a/%4\": invalid URL escape \"%4\""},
           Row{"http://u u@a/", "parse \"http://u u@a/\": net/url: invalid userinfo"},
           Row{"http://a\n", "parse \"http://a\\n\": net/url: invalid control character in URL"},
       }) {
    INFO(row.text);
    const auto url = parse_url(row.text);
    REQUIRE(!url.ok());
    CHECK(url.error().what == row.error);
  }
}

TEST_CASE("IP literals") {
  struct Row {
    std::string_view text, error;
  };
  for (const Row& row : {Row{"1.2.3.4", ""}, Row{"::", ""}, Row{"1::", ""}, Row{"::ffff:1.2.3.4", ""}, Row{"1:2:3:4:5:6:7:8%eth0", ""},
                         Row{"x", "unable to parse IP"}, Row{"1.2.3", "IPv4 address too short"},
                         Row{"1.2.3.04", "IPv4 field has octet with leading zero"}, Row{"1:2", "address string too short"},
                         Row{"1::2::3", "multiple :: in address (at \":3\")"}, Row{"::1%", "zone must be a non-empty string"},
                         Row{"1:2:3:4:5:6:7:8:9", "trailing garbage after address (at \"9\")"},
                         Row{"12345::", "each group must have 4 or less digits (at \"12345::\")"}}) {
    const auto family = read_ip_literal(row.text);
    const std::string want = row.error.empty() ? "" : "ParseAddr(\"" + std::string(row.text) + "\"): " + std::string(row.error);
    CHECK((family.ok() ? "" : family.error().what) == want);
  }
}

TEST_CASE("blanks are trimmed") {
  CHECK(trim_space(" \t\u00a0x y\u2003\r\n") == "x y");
  CHECK(trim_space("\u3000\u0085") == "");
  CHECK(trim_space("\xa0x\xa0") == "\xa0x\xa0");
  CHECK(trim_space("x\xe1\u00a0") == "x\xe1");
  CHECK(trim_space("") == "");
}

}  // namespace
}  // namespace invar
