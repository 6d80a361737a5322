#include "src/lsp/framing.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace invar::lsp {
namespace {

std::vector<std::string> all_of(MessageReader& reader) {
  std::vector<std::string> all;
  while (auto message = reader.next()) all.push_back(*message);
  return all;
}

TEST_CASE("messages are cut out of what comes, in any pieces") {
  const std::string bytes = framed("{}") + "content-type: x\r\nCONTENT-LENGTH:  3 \r\n\r\nabc" + framed("");
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    MessageReader reader;
    std::vector<std::string> all;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.feed(std::string_view(bytes).substr(at, piece));
      for (std::string& message : all_of(reader)) all.push_back(std::move(message));
    }
    CHECK(all == std::vector<std::string>{"{}", "abc", ""});
    CHECK(reader.failure().empty());
  }
}

TEST_CASE("what is no header ends it") {
  const auto failure = [](std::string_view bytes) {
    MessageReader reader;
    reader.feed(bytes);
    CHECK(all_of(reader).empty());
    reader.feed(framed("{}"));
    CHECK(all_of(reader).empty());
    return reader.failure();
  };
  CHECK(failure("hello\r\n\r\n") == "no header field: \"hello\"");
  CHECK(failure("Content-Length: -1\r\n\r\n") == "no length: \"Content-Length: -1\"");
  CHECK(failure("Content-Length: 99999999999999999999999\r\n\r\n").starts_with("no length"));
  CHECK(failure("A: b\r\n\r\n") == "a header without Content-Length");
  CHECK(failure(std::string(5000, 'x')) == "a header without end");
}

TEST_CASE("a message that is too long is passed over") {
  MessageReader reader;
  const size_t length = MessageReader::kLongestMessage + 1;
  reader.feed("Content-Length: " + std::to_string(length) + "\r\n\r\n");
  const std::string block(1u << 20, 'x');
  for (size_t sent = 0; sent < length; sent += block.size()) {
    reader.feed(std::string_view(block).substr(0, std::min(block.size(), length - sent)));
    CHECK(all_of(reader).empty());
  }
  reader.feed(framed("next"));
  CHECK(all_of(reader) == std::vector<std::string>{"next"});
  CHECK(reader.passed_over() == 1);
}

}  // namespace
}  // namespace invar::lsp
