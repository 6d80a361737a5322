#include "tools/loki_sink/tally/tally.h"

namespace invar::loki_sink {
namespace {

void append_utf8(std::string& into, uint32_t rune) {
  if (rune < 0x80) {
    into += static_cast<char>(rune);
  } else if (rune < 0x800) {
    into += {static_cast<char>(0xc0 | rune >> 6), static_cast<char>(0x80 | (rune & 0x3f))};
  } else if (rune < 0x10000) {
    into += {static_cast<char>(0xe0 | rune >> 12), static_cast<char>(0x80 | (rune >> 6 & 0x3f)),
             static_cast<char>(0x80 | (rune & 0x3f))};
  } else {
    into += {static_cast<char>(0xf0 | rune >> 18), static_cast<char>(0x80 | (rune >> 12 & 0x3f)),
             static_cast<char>(0x80 | (rune >> 6 & 0x3f)), static_cast<char>(0x80 | (rune & 0x3f))};
  }
}

uint32_t read_hex(std::string_view digits) {
  uint32_t number = 0;
  for (const char digit : digits) number = number * 16 + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
  return number;
}

// The character an escape letter stands for, or the letter itself (quotes, backslash, slash).
char plain_escape(char letter) {
  switch (letter) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'v': return '\v';
    case 'a': return '\a';
    default: return letter;
  }
}

// Reads a quoted string at the front of `rest`, Go's and JSON's escapes alike, and cuts it off.
bool cut_quoted(std::string_view& rest, std::string& into) {
  if (rest.empty() || rest[0] != '"') return false;
  for (size_t at = 1; at < rest.size(); at++) {
    if (rest[at] == '"') {
      rest.remove_prefix(at + 1);
      return true;
    }
    if (rest[at] != '\\' || at + 1 >= rest.size()) {
      into += rest[at];
      continue;
    }
    const char letter = rest[++at];
    const size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (digits == 0) {
      into += plain_escape(letter);
      continue;
    }
    if (at + digits >= rest.size()) return false;
    const uint32_t number = read_hex(rest.substr(at + 1, digits));
    if (letter == 'x') into += static_cast<char>(number);
    else append_utf8(into, number);
    at += digits;
  }
  return false;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_labels(std::string_view labels) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (labels.empty() || labels[0] != '{') return pairs;
  for (std::string_view rest = labels.substr(1);;) {
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == ',')) rest.remove_prefix(1);
    std::string name, value;
    if (!rest.empty() && rest[0] == '"') {
      if (!cut_quoted(rest, name)) return pairs;
    } else {
      const size_t end = rest.find_first_of("=:}");
      if (end == std::string_view::npos || rest[end] == '}') return pairs;
      name = rest.substr(0, end);
      rest.remove_prefix(end);
    }
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '=' || rest[0] == ':')) rest.remove_prefix(1);
    if (!cut_quoted(rest, value)) return pairs;
    pairs.emplace_back(std::move(name), std::move(value));
  }
}

void Tally::enter(std::string_view labels) {
  const auto [place, is_new] = ids_.try_emplace(std::string(labels), static_cast<uint32_t>(streams_.size()));
  if (is_new) streams_.push_back({std::string(labels)});
  current_ = place->second;
}

Tally::ByLabel Tally::by_label() const {
  ByLabel shares;
  for (const Stream& stream : streams_) {
    for (auto& [name, value] : read_labels(stream.labels)) {
      Share& share = shares[name][value];
      share.lines += stream.lines;
      share.bytes += stream.bytes;
      share.streams++;
    }
  }
  return shares;
}

}  // namespace invar::loki_sink
