#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "src/text/gotemplate/base64.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/random.h"
#include "src/text/ip_literal.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

std::string_view environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value ? std::string_view(value) : std::string_view();
}

Value env(Run&, Values a) { return Value::of(environment(std::string(a[0].text()))); }

bool is_special(char c) { return std::string_view("*#$@!?-0123456789").find(c) != std::string_view::npos && c != '\0'; }
bool is_name_byte(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// os.Expand's getShellName: the name at the front of `text`, behind a $, and how many bytes it takes.
std::string_view shell_name(std::string_view text, size_t& width) {
  if (text[0] == '{') {
    if (text.size() > 2 && is_special(text[1]) && text[2] == '}') return width = 3, text.substr(1, 1);
    const size_t close = text.find('}');
    if (close == std::string_view::npos) return width = 1, std::string_view();  // bad syntax: eats "${"
    if (close == 1) return width = 2, std::string_view();
    return width = close + 1, text.substr(1, close - 1);
  }
  if (is_special(text[0])) return width = 1, text.substr(0, 1);
  size_t end = 0;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return width = end, text.substr(0, end);
}

Value expandenv(Run& run, Values a) {
  const std::string_view text = a[0].text();
  Builder out(run);
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '$' || at + 1 >= text.size()) continue;
    out.add(text.substr(begin, at - begin));
    size_t width;
    const std::string_view name = shell_name(text.substr(at + 1), width);
    if (name.empty() && width == 0)
      out.add("$");  // a $ that no name follows stays
    else if (!name.empty())
      out.add(environment(std::string(name)));
    at += width;
    begin = at + 1;
  }
  return out.add(text.substr(std::min(begin, text.size()))).done();
}

/// Addresses and names of /etc/hosts only: a lane does not wait for a name server.
Value get_host_by_name(Run& run, Values a) {
  const std::string_view name = a[0].text();
  if (read_ip_literal(name)) return a[0];
  std::ifstream hosts("/etc/hosts");
  std::string line;
  while (std::getline(hosts, line)) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string address, word;
    words >> address;
    while (words >> word)
      if (word == name) return run.text(address);
  }
  throw Failure{"getHostByName: no address of " + std::string(name) + " without asking a name server"};
}

// Random texts.

template <class Accepts>
Value random_text(Run& run, int64_t count, Accepts&& accepts) {
  if (count <= 0) return Value::of(std::string_view());
  run.step(static_cast<uint64_t>(count));
  Builder out(run);
  while (out.raw().size() < static_cast<size_t>(count)) {
    const char c = static_cast<char>(' ' + random_below('~' - ' ' + 1));
    if (accepts(c)) out.raw() += c;
  }
  return out.done();
}
bool is_letter_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit_byte(char c) { return c >= '0' && c <= '9'; }

Value rand_alpha(Run& run, Values a) { return random_text(run, a[0].integer, is_letter_byte); }
Value rand_numeric(Run& run, Values a) { return random_text(run, a[0].integer, is_digit_byte); }
Value rand_alpha_num(Run& run, Values a) {
  return random_text(run, a[0].integer, [](char c) { return is_letter_byte(c) || is_digit_byte(c); });
}
Value rand_ascii(Run& run, Values a) {
  return random_text(run, a[0].integer, [](char) { return true; });
}

Value rand_bytes(Run& run, Values a) {
  if (a[0].integer < 0) throw Failure{"runtime error: makeslice: len out of range"};
  if (a[0].integer > static_cast<int64_t>(Memory::kLimit / 2)) throw Exhausted{"memory"};
  std::string bytes(static_cast<size_t>(a[0].integer), '\0');
  run.step(bytes.size() / 16);
  random_bytes(bytes.data(), bytes.size());
  return run.text(encode_base64(bytes));
}

Value uuidv4(Run& run, Values) {
  unsigned char bytes[16];
  random_bytes(bytes, sizeof bytes);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  Builder out(run);
  for (size_t i = 0; i < sizeof bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.raw() += '-';
    ((out.raw() += "0123456789abcdef"[bytes[i] >> 4]) += "0123456789abcdef"[bytes[i] & 15]);
  }
  return out.done();
}

constexpr Function kFunctions[] = {
    {"env", "s", env},
    {"expandenv", "s", expandenv},
    {"getHostByName", "s", get_host_by_name},
    {"randAlpha", "i", rand_alpha},
    {"randAlphaNum", "i", rand_alpha_num},
    {"randAscii", "i", rand_ascii},
    {"randBytes", "i", rand_bytes},
    {"randNumeric", "i", rand_numeric},
    {"uuidv4", "", uuidv4},
};

}  // namespace

std::span<const Function> system_functions() { return kFunctions; }

}  // namespace invar::gotemplate
