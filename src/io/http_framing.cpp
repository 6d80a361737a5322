#include "src/io/http_framing.h"

#include <strings.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace invar {
namespace {

constexpr size_t kMaxLine = 8192;       // cpp-httplib's own limit
constexpr size_t kMaxOverhead = 16384;  // of chunk extensions and trailers

constexpr int kBadRequest = 400;
constexpr int kTooLarge = 413;
constexpr int kUriTooLong = 414;
constexpr int kUnsupportedEncoding = 415;
constexpr int kHeadTooLarge = 431;
constexpr int kNotImplemented = 501;
constexpr int kBadVersion = 505;

bool is_token_byte(unsigned char c) {
  return std::isalnum(c) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

bool equal_words(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Line ends are CR LF only, and nothing else is a control byte but the tab.
bool has_clean_bytes(std::string_view head) {
  for (size_t i = 0; i < head.size(); ++i) {
    const auto c = static_cast<unsigned char>(head[i]);
    if (c == '\r'   ? head[i + 1] != '\n'
        : c == '\n' ? i == 0 || head[i - 1] != '\r'
                    : (c < 0x20 && c != '\t') || c == 0x7f)
      return false;
  }
  return true;
}

/// 0 when the line is good.
int check_request_line(std::string_view line) {
  if (line.size() > kMaxLine) return kUriTooLong;
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last <= first + 1) return kBadRequest;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (method.empty() || !std::all_of(method.begin(), method.end(), is_token_byte)) return kBadRequest;
  if (target.find_first_of(" \t") != std::string_view::npos) return kBadRequest;
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return 0;
  return version.starts_with("HTTP/") ? kBadVersion : kBadRequest;
}

struct Fields {
  std::optional<size_t> length;
  bool encoded = false;
};

int read_length(std::string_view value, size_t body_limit, Fields& fields) {
  if (value.empty() || !std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
    return kBadRequest;
  size_t length = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), length);
  if (read.ec != std::errc()) return kTooLarge;
  if (fields.length && *fields.length != length) return kBadRequest;
  fields.length = length;
  return length > body_limit ? kTooLarge : 0;
}

int check_field(std::string_view line, size_t body_limit, RequestHead& head, Fields& fields) {
  if (line.size() > kMaxLine) return kHeadTooLarge;
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return kBadRequest;
  const std::string_view name = line.substr(0, colon);
  if (!std::all_of(name.begin(), name.end(), is_token_byte)) return kBadRequest;  // also refuses folded lines
  const std::string_view value = trim(line.substr(colon + 1));
  if (equal_words(name, "Content-Length")) return read_length(value, body_limit, fields);
  if (equal_words(name, "Transfer-Encoding")) {
    if (head.chunked) return kBadRequest;
    if (!equal_words(value, "chunked")) return kNotImplemented;
    head.chunked = true;
  } else if (equal_words(name, "Content-Encoding")) {
    fields.encoded = !value.empty() && !equal_words(value, "identity");
  } else if (equal_words(name, "Expect")) {
    head.expects_continue = equal_words(value, "100-continue");
  }
  return 0;
}

int check_head(std::string_view text, size_t body_limit, bool encoded, RequestHead& head) {
  if (!has_clean_bytes(text)) return kBadRequest;
  Fields fields;
  bool first = true;
  while (!text.empty()) {
    const size_t end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.empty()) break;
    const int status = first ? check_request_line(line) : check_field(line, body_limit, head, fields);
    head.body_bytes = fields.length.value_or(0);
    if (status != 0) return status;
    first = false;
  }
  if (first || (head.chunked && fields.length)) return kBadRequest;
  if (fields.encoded && !encoded && (head.chunked || head.body_bytes > 0)) return kUnsupportedEncoding;
  return 0;
}

}  // namespace

RequestHead read_request_head(std::string_view received, size_t head_limit, size_t body_limit, bool encoded) {
  RequestHead head;
  const size_t end = received.substr(0, head_limit).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (received.size() >= head_limit) {
      head.state = RequestHead::State::kRefused;
      head.status = kHeadTooLarge;
    }
    return head;
  }
  head.bytes = end + 4;
  head.status = check_head(received.substr(0, head.bytes), body_limit, encoded, head);
  head.state = head.status == 0 ? RequestHead::State::kComplete : RequestHead::State::kRefused;
  return head;
}

ChunkedBody::State ChunkedBody::take(std::string_view& received) {
  while (!received.empty()) {
    if (part_ == Part::kData) {
      const size_t here = std::min(left_, received.size());
      body_.append(received.substr(0, here));
      received.remove_prefix(here);
      left_ -= here;
      if (left_ == 0) part_ = Part::kDataEnd;
      continue;
    }
    const State state = step(received.front());
    received.remove_prefix(1);
    if (state != State::kIncomplete) return state;
  }
  return State::kIncomplete;
}

ChunkedBody::State ChunkedBody::step(char c) {
  const auto expect = [&](char wanted, Part next) {
    part_ = next;
    return c == wanted ? State::kIncomplete : State::kRefused;
  };
  switch (part_) {
    case Part::kSize: {
      unsigned digit = 0;
      if (std::from_chars(&c, &c + 1, digit, 16).ptr == &c + 1) {
        if (++digits_ > 8) return State::kTooLarge;
        left_ = left_ << 4 | digit;
        return left_ > limit_ - body_.size() ? State::kTooLarge : State::kIncomplete;
      }
      if (digits_ == 0) return State::kRefused;
      part_ = c == '\r' ? Part::kSizeEnd : Part::kExtension;
      return c == '\r' || c == ';' || c == ' ' ? State::kIncomplete : State::kRefused;
    }
    case Part::kExtension:
      if (c == '\r') part_ = Part::kSizeEnd;
      return c == '\n' || ++overhead_ > kMaxOverhead ? State::kRefused : State::kIncomplete;
    case Part::kSizeEnd:
      digits_ = 0;
      return expect('\n', left_ > 0 ? Part::kData : Part::kTrailer);
    case Part::kDataEnd:
      return expect('\r', Part::kDataEnd2);
    case Part::kDataEnd2:
      return expect('\n', Part::kSize);
    case Part::kTrailer:  // at the start of a line
      if (c == '\r') return expect('\r', Part::kLastEnd);
      part_ = Part::kTrailerEnd;
      return c == '\n' || ++overhead_ > kMaxOverhead ? State::kRefused : State::kIncomplete;
    case Part::kTrailerEnd:  // within a line
      if (c == '\n') part_ = Part::kTrailer;
      return ++overhead_ > kMaxOverhead ? State::kRefused : State::kIncomplete;
    case Part::kLastEnd:
      return c == '\n' ? State::kComplete : State::kRefused;
    case Part::kData:
      break;
  }
  return State::kRefused;
}

}  // namespace invar
