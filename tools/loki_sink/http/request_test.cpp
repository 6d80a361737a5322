#include "tools/loki_sink/http/request.h"

#include <doctest/doctest.h>

namespace invar::loki_sink {

TEST_CASE("a head is read once it is whole") {
  Request request;
  const std::string whole = "POST /push?a=1&b=x%20y+z HTTP/1.1\r\nHost: h\r\ncontent-length: 12\r\n\r\nbody";
  for (size_t size = 0; size < whole.size() - 4; size++) {
    const auto read = read_head(std::string_view(whole).substr(0, size), request);
    REQUIRE(read.ok());
    CHECK_FALSE(*read);
  }
  const auto read = read_head(whole, request);
  REQUIRE(read.ok());
  CHECK(*read);
  CHECK(request.method == "POST");
  CHECK(request.path == "/push");
  CHECK(request.parameter("b") == "x y z");
  CHECK(request.has_parameter("a"));
  CHECK_FALSE(request.has_parameter("c"));
  CHECK(request.header("HOST") == "h");
  CHECK(request.body_size == 12);
  CHECK(request.head_size == whole.size() - 4);
}

TEST_CASE("what is not a request is refused") {
  Request request;
  for (const std::string_view head : {"\r\n\r\n", "GET\r\n\r\n", "GET / FTP/1\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                                      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    INFO(head);
    CHECK_FALSE(read_head(head, request).ok());
  }
  CHECK_FALSE(read_head(std::string(100'000, 'x'), request).ok());
}

TEST_CASE("an answer carries its length, a 204 none") {
  CHECK(write_reply({.status = 204}, true) == "HTTP/1.1 204 No Content\r\n\r\n");
  const std::string reply = write_reply({.status = 429, .body = "slow down"}, false);
  CHECK(reply.starts_with("HTTP/1.1 429 Too Many Requests\r\n"));
  CHECK(reply.find("Content-Length: 9\r\n") != std::string::npos);
  CHECK(reply.ends_with("Connection: close\r\n\r\nslow down"));
}

}  // namespace invar::loki_sink
