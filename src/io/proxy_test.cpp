#include "src/io/proxy.h"

#include <doctest/doctest.h>

using namespace invar;

TEST_CASE("no_proxy lists are read as Go reads them") {
  struct Row {
    std::string_view no_proxy, url;
    bool proxied;
  };
  for (const Row& row : {
           Row{"other", "http://example.com/", true},
           Row{"example.com", "http://example.com/", false},
           Row{"example.com", "http://www.example.com/", false},
           Row{".example.com", "http://example.com/", true},
           Row{".example.com", "http://a.example.com/", false},
           Row{"*.example.com", "http://a.example.com/", false},
           Row{"*.example.com", "http://example.com/", true},
           Row{"example.com", "http://notexample.com/", true},
           Row{"example.com:8080", "http://example.com/", true},
           Row{"example.com:80", "http://example.com/", false},
           Row{"example.com:443", "https://example.com/", false},
           Row{" EXAMPLE.com , b ", "http://example.COM/", false},
           Row{"*", "http://example.com/", false},
           Row{"10.0.0.0/8", "http://10.1.2.3:3100/", false},
           Row{"10.0.0.0/8", "http://11.1.2.3:3100/", true},
           Row{"10.1.2.3", "http://10.1.2.3:3100/", false},
           Row{"10.1.2.3:99", "http://10.1.2.3:3100/", true},
           Row{"fd00::/8", "http://[fd00::1]:3100/", false},
           Row{"[fd00::1]:3100", "http://[fd00::1]:3100/", false},
           Row{"0.0.0.0/0", "http://[fd00::1]:3100/", true},
           Row{":80,,/,10.0.0.0/99", "http://example.com/", true},
           Row{"other", "http://localhost:3100/", false},
           Row{"other", "http://127.5.5.5/", false},
           Row{"other", "http://[::1]/", false},
       }) {
    INFO(row.no_proxy, " ", row.url);
    ProxyConfig config;
    config.url = "http://proxy:1";
    config.no_proxy = row.no_proxy;
    CHECK(choose_proxy(config, {}, row.url) == (row.proxied ? "http://proxy:1" : ""));
  }
}

TEST_CASE("a proxy without a no_proxy list takes everything") {
  ProxyConfig config;
  config.url = "http://proxy:1";
  CHECK(choose_proxy(config, {}, "http://localhost/") == "http://proxy:1");
  CHECK(choose_proxy({}, {"http://env", "http://env", "", false}, "http://example.com/") == "");
}

TEST_CASE("the environment names one proxy per scheme") {
  ProxyConfig config;
  config.from_environment = true;
  const ProxyEnvironment environment{"plain:3128", "http://tls:3128", "internal", false};
  CHECK(choose_proxy(config, environment, "http://example.com/") == "http://plain:3128");
  CHECK(choose_proxy(config, environment, "https://example.com/") == "http://tls:3128");
  CHECK(choose_proxy(config, environment, "https://a.internal/") == "");
  CHECK(choose_proxy(config, environment, "http://localhost/") == "");
  ProxyEnvironment cgi = environment;
  cgi.cgi = true;
  CHECK(choose_proxy(config, cgi, "http://example.com/") == "");
}
