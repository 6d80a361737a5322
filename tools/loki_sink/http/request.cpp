#include "tools/loki_sink/http/request.h"

#include <algorithm>
#include <charconv>

namespace invar::loki_sink {
namespace {

constexpr size_t kMaxHead = 64 << 10;

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view cut_until(std::string_view& rest, std::string_view end) {
  const size_t at = rest.find(end);
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + end.size());
  return part;
}

int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char letter = digit | 0x20;
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (size_t at = 0; at < text.size(); at++) {
    if (text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 && hex_digit(text[at + 2]) >= 0) {
      plain += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
      at += 2;
    } else {
      plain += text[at] == '+' ? ' ' : text[at];
    }
  }
  return plain;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 411: return "Length Required";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Status";
  }
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_word(key, name)) return value;
  return {};
}

bool Request::has_parameter(std::string_view name) const {
  for (std::string_view rest = query; !rest.empty();) {
    std::string_view pair = cut_until(rest, "&");
    if (cut_until(pair, "=") == name) return true;
  }
  return false;
}

std::string Request::parameter(std::string_view name) const {
  for (std::string_view rest = query; !rest.empty();) {
    std::string_view pair = cut_until(rest, "&");
    if (cut_until(pair, "=") == name) return percent_decoded(pair);
  }
  return {};
}

Result<bool> read_head(std::string_view bytes, Request& request) {
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() > kMaxHead) return Error{"request head of more than 64 KiB", "head"};
    return false;
  }
  request = Request{};
  request.head_size = end + 4;
  std::string_view rest = bytes.substr(0, end);
  std::string_view line = cut_until(rest, "\r\n");
  request.method = cut_until(line, " ");
  std::string_view target = cut_until(line, " ");
  if (request.method.empty() || target.empty() || !line.starts_with("HTTP/1.")) return Error{"not an HTTP/1 request", "head"};
  request.path = cut_until(target, "?");
  request.query = target;
  while (!rest.empty()) {
    std::string_view value = cut_until(rest, "\r\n");
    const std::string_view name = cut_until(value, ":");
    request.headers.emplace_back(name, trim(value));
  }
  const std::string_view length = request.header("Content-Length");
  const auto [stop, code] = std::from_chars(length.data(), length.data() + length.size(), request.body_size);
  if (!length.empty() && (code != std::errc() || stop != length.data() + length.size())) return Error{"bad Content-Length", "head"};
  if (!request.header("Transfer-Encoding").empty()) return Error{"chunked requests are not taken", "chunked"};
  request.keeps_alive = !same_word(request.header("Connection"), "close");
  return true;
}

std::string write_reply(const Reply& reply, bool keeps_alive) {
  std::string bytes = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  bytes += reason_of(reply.status);
  bytes += "\r\n";
  if (reply.status != 204)
    bytes += "Content-Type: " + reply.content_type + "\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n";
  bytes += reply.header;
  if (!keeps_alive) bytes += "Connection: close\r\n";
  bytes += "\r\n";
  if (reply.status != 204) bytes += reply.body;
  return bytes;
}

}  // namespace invar::loki_sink
