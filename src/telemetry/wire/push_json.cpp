// The streams of a JSON push request, as grafana/jsonparser walks them: it looks for the ends of things, and checks little in between.
#include <algorithm>
#include <cstring>
#include <limits>
#include <map>

#include "src/base/quote.h"
#include "src/telemetry/wire/json_frame.h"
#include "src/telemetry/wire/push_request.h"

namespace invar::loki_push {
namespace {

enum class Kind : uint8_t { kText, kNumber, kObject, kArray, kBoolean, kNull };

constexpr const char* kMalformedJson = "Malformed JSON error";
constexpr const char* kMalformedText = "Value is string, but can't find closing '\"' symbol";
constexpr const char* kMalformedArray = "Value is array, but can't find closing ']' symbol";
constexpr const char* kMalformedObject = "Value looks like object, but can't find closing '}' symbol";
constexpr const char* kMalformedValue = "Value looks like Number/Boolean/None, but can't find its end: ',' or '}' symbol";
constexpr const char* kOverflow = "Value is number, but overflowed while parsing";
constexpr const char* kMalformedEscape = "Encountered an invalid escape sequence in a string";
constexpr const char* kUnknownType = "Unknown value type";

constexpr size_t kNone = std::string_view::npos;
/// What is wrong; nullptr: nothing.
using Wrong = const char*;

size_t next_token(std::string_view text, size_t from) { return text.find_first_not_of(" \n\r\t", from); }

/// Behind the closing quote of a string whose opening one lies before `from`.
size_t text_end(std::string_view text, size_t from, bool& escaped) {
  escaped = false;
  for (size_t at = from;;) {
    const size_t quote = text.find('"', at);
    if (quote == kNone) {
      escaped = escaped || text.find('\\', from) != kNone;
      return kNone;
    }
    size_t slashes = 0;
    while (quote - slashes > from && text[quote - slashes - 1] == '\\') ++slashes;
    if (slashes % 2 == 0) {
      escaped = text.substr(from, quote - from).find('\\') != kNone;
      return quote + 1;
    }
    at = quote + 1;
  }
}

size_t block_end(std::string_view text, size_t from, char open, char close) {
  const char wanted[] = {'"', open, close};
  int level = 0;
  bool escaped = false;
  for (size_t at = from;;) {
    at = text.find_first_of(std::string_view(wanted, 3), at);
    if (at == kNone) return kNone;
    if (text[at] == '"') {
      at = text_end(text, at + 1, escaped);
      if (at == kNone) return kNone;
      continue;
    }
    level += text[at] == open ? 1 : -1;
    ++at;
    if (level == 0) return at;
  }
}

struct Found {
  std::string_view bytes;  // of a text without its quotes
  Kind kind = Kind::kNull;
  size_t end = 0;  // in the text looked at
};

Wrong find_value(std::string_view text, size_t from, Found& found) {
  const size_t begin = next_token(text, from);
  if (begin == kNone) return kMalformedJson;
  bool escaped = false;
  switch (text[begin]) {
    case '"':
      found.kind = Kind::kText;
      found.end = text_end(text, begin + 1, escaped);
      if (found.end == kNone) return kMalformedText;
      found.bytes = text.substr(begin + 1, found.end - begin - 2);
      return nullptr;
    case '[':
      found.kind = Kind::kArray;
      found.end = block_end(text, begin, '[', ']');
      if (found.end == kNone) return kMalformedArray;
      break;
    case '{':
      found.kind = Kind::kObject;
      found.end = block_end(text, begin, '{', '}');
      if (found.end == kNone) return kMalformedObject;
      break;
    default: {
      found.end = std::min(text.find_first_of(" \n\r\t,}]", begin), text.size());
      const std::string_view word = text.substr(begin, found.end - begin);
      if (word == "true" || word == "false") found.kind = Kind::kBoolean;
      else if (word == "null") found.kind = Kind::kNull;
      else if (text[begin] == '-' || (text[begin] >= '0' && text[begin] <= '9')) found.kind = Kind::kNumber;
      else return kUnknownType;
    }
  }
  found.bytes = text.substr(begin, found.end - begin);
  return nullptr;
}

int hex_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

/// One \uXXXX at the front, with its second half if it has one; the bytes taken, 0 when it is none.
size_t unicode_escape(std::string_view in, std::string& out) {
  const auto half = [&](size_t at) { return in.size() < at + 6 ? -1 : hex_of(in.substr(at + 2, 4)); };
  const int high = half(0);
  if (high < 0) return 0;
  if (high < 0xd800 || high > 0xdfff) return append_rune(out, static_cast<char32_t>(high)), 6;
  const int low = half(6);
  if (low < 0xdc00) return 0;
  const int64_t rune = 0x10000 + (static_cast<int64_t>(high) - 0xd800) * 0x400 + (low - 0xdc00);
  append_rune(out, rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000) ? 0xfffd : static_cast<char32_t>(rune));
  return 12;
}

/// A text without its escapes; nullopt when one of them is none.
bool unescape(std::string_view in, Arena& arena, std::string_view& out) {
  size_t slash = in.find('\\');
  if (slash == kNone) return out = in, true;
  static constexpr std::string_view kNamed = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
  std::string plain;
  plain.reserve(in.size());
  while (true) {
    plain.append(in.substr(0, slash));
    if (slash == kNone) break;
    in.remove_prefix(slash);
    if (in.size() < 2) return false;
    if (in[1] == 'u') {
      const size_t taken = unicode_escape(in, plain);
      if (taken == 0) return false;
      in.remove_prefix(taken);
    } else {
      const size_t at = kNamed.find(in[1]);
      if (at == kNone) return false;
      plain += kMeant[at];
      in.remove_prefix(2);
    }
    slash = in.find('\\');
    if (slash == kNone) {
      plain.append(in);
      break;
    }
  }
  return out = arena.copy(plain), true;
}

Wrong parse_int(std::string_view text, int64_t& value) {
  if (text.empty()) return kMalformedValue;
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  uint64_t n = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9' || (n == 0 && i != 0)) return kMalformedValue;
    if (n > std::numeric_limits<uint64_t>::max() / 10) return kOverflow;
    n *= 10;
    const uint64_t sum = n + static_cast<uint64_t>(text[i] - '0');
    if (sum < n) return kOverflow;
    n = sum;
  }
  constexpr uint64_t kSmallest = uint64_t{1} << 63;
  if (n >= kSmallest && !(negative && n == kSmallest)) return kOverflow;
  value = static_cast<int64_t>(negative ? 0 - n : n);
  return nullptr;
}

/// Calls `member(key, found)` for each of an object; what it returns ends the walk.
template <class Member>
Wrong each_member(std::string_view text, Arena& arena, Member member) {
  size_t at = next_token(text, 0);
  if (at == kNone || text[at] != '{') return kMalformedObject;
  at = next_token(text, at + 1);
  if (at == kNone) return kMalformedJson;
  if (text[at] == '}') return nullptr;
  while (at < text.size()) {
    if (text[at] == '}') return nullptr;
    if (text[at] != '"') return kMalformedObject;
    bool escaped = false;
    const size_t end = text_end(text, at + 1, escaped);
    if (end == kNone) return kMalformedJson;
    std::string_view key = text.substr(at + 1, end - at - 2);
    if (escaped && !unescape(key, arena, key)) return kMalformedEscape;
    at = next_token(text, end);
    if (at == kNone || text[at] != ':') return kMalformedJson;
    Found found;
    if (const Wrong wrong = find_value(text, at + 1, found)) return wrong;
    if (const Wrong wrong = member(key, found)) return wrong;
    at = next_token(text, found.end);
    if (at == kNone) return kMalformedArray;
    if (text[at] == '}') return nullptr;
    if (text[at] != ',') return kMalformedObject;
    at = next_token(text, at + 1);
    if (at == kNone) return kMalformedArray;
  }
  return kMalformedObject;
}

/// Calls `element(found)` for each of an array; it goes to the end whatever that says, and the first complaint counts, before its own.
template <class Element>
Wrong each_element(std::string_view text, Element element) {
  if (text.empty()) return kMalformedObject;
  size_t at = next_token(text, 0);
  if (at == kNone) return kMalformedJson;
  at = next_token(text, at + 1);  // whatever the first byte is
  if (at == kNone) return kMalformedJson;
  if (text[at] == ']') return nullptr;
  while (true) {
    Found found;
    if (const Wrong wrong = find_value(text, at, found)) return wrong;
    // A value of no bytes ends it quietly.
    if (found.end == at) return nullptr;
    element(found);
    at = next_token(text, found.end);
    if (at == kNone) return kMalformedArray;
    if (text[at] == ']') return nullptr;
    if (text[at] != ',') return kMalformedArray;
    ++at;
  }
}

class Reader {
 public:
  explicit Reader(PushRequest& request) : request_(request) {}

  Wrong stream(std::string_view text) {
    PushRequest::Stream stream;
    stream.first = request_.entries.size();
    const Wrong wrong = each_member(text, request_.arena, [&](std::string_view key, const Found& found) -> Wrong {
      if (key == "stream") return labels(found, stream);
      if (key != "values" || found.kind == Kind::kNull) return nullptr;
      request_.entries.resize(stream.first);  // the last one counts
      return values(found.bytes);
    });
    if (wrong) return wrong;
    stream.count = request_.entries.size() - stream.first;
    request_.streams.push_back(std::move(stream));
    return nullptr;
  }

 private:
  Wrong labels(const Found& found, PushRequest::Stream& stream) {
    std::map<std::string, std::string> sorted;
    const Wrong wrong = each_member(found.bytes, request_.arena, [&](std::string_view key, const Found& member) -> Wrong {
      std::string_view name, value;
      if (!unescape(member.bytes, request_.arena, value) || !unescape(key, request_.arena, name)) return kMalformedValue;
      sorted[std::string(name)] = value;
      return nullptr;
    });
    if (wrong) return wrong;
    stream.labels.assign(sorted.begin(), sorted.end());
    return nullptr;
  }

  Wrong values(std::string_view text) {
    Wrong first = nullptr;
    const Wrong wrong = each_element(text, [&](const Found& found) {
      if (first || found.kind == Kind::kNull) return;
      PushRequest::Entry entry;
      first = value(found.bytes, entry);
      if (!first) request_.entries.push_back(entry);
    });
    return wrong ? wrong : first;
  }

  Wrong value(std::string_view text, PushRequest::Entry& entry) {
    Wrong last = nullptr;
    size_t index = 0;
    const Wrong wrong = each_element(text, [&](const Found& found) {
      Wrong here = nullptr;
      if (index < 2 && found.kind != Kind::kText) here = kMalformedText;
      else if (index == 2 && found.kind != Kind::kObject) here = kMalformedObject;
      else if (index == 0) here = parse_int(found.bytes, entry.time_ns);
      else if (index == 1) here = unescape(found.bytes, request_.arena, entry.line) ? nullptr : kMalformedValue;
      else if (index == 2) here = metadata(found.bytes, entry);
      if (here) last = here;
      else ++index;
    });
    return last ? last : wrong;
  }

  Wrong metadata(std::string_view text, PushRequest::Entry& entry) {
    pairs_.clear();
    const Wrong wrong = each_member(text, request_.arena, [&](std::string_view key, const Found& found) -> Wrong {
      if (found.kind != Kind::kText) return kMalformedText;
      std::string_view meant;
      if (!unescape(found.bytes, request_.arena, meant)) return kMalformedValue;
      pairs_.push_back({key, meant});
      return nullptr;
    });
    if (wrong) return wrong;
    const std::span<Label> kept = request_.arena.array<Label>(pairs_.size());
    std::copy(pairs_.begin(), pairs_.end(), kept.begin());
    entry.metadata = kept;
    return nullptr;
  }

  PushRequest& request_;
  std::vector<Label> pairs_;
};

void read_streams(JsonFrame& frame, Reader& reader) {
  const char c = frame.next_token();
  if (c == 'n') return frame.expect("ull", "skipThreeBytes");
  if (c != '[') return frame.report("decode slice", std::string("expect [ or n, but found ") + c);
  if (frame.next_token() == ']') return;
  frame.unread();
  char after = 0;
  do {
    frame.next_token();
    frame.unread();
    const size_t from = frame.position();
    frame.skip();
    const Wrong wrong = reader.stream(frame.text().substr(from, frame.position() - from));
    if (wrong) frame.report("unmarshalerDecoder", wrong);
    if (frame.failed()) return;
    after = frame.next_token();
  } while (after == ',');
  if (after != ']') frame.report("decode slice", std::string("expect ], but found ") + after);
}

}  // namespace

Result<void> decode_json(PushRequest& request) {
  if (request.body.empty()) return Error{"EOF", "malformed"};
  JsonFrame frame(request.body);
  Reader reader(request);
  if (!frame.object_start()) {
    if (frame.failed()) return Error{frame.error(), "malformed"};
    return {};
  }
  do {
    const auto name = frame.field_name();
    if (name && *name == "streams") {
      request.streams.clear();
      request.entries.clear();
      read_streams(frame, reader);
      frame.wrap("[]loghttp.Stream: ");
      frame.wrap("Streams: ");
    } else if (!frame.failed()) {
      frame.skip();
    }
  } while (!frame.failed() && !frame.object_end());
  frame.wrap("loghttp.PushRequest.");
  if (frame.failed()) return Error{frame.error(), "malformed"};
  return {};
}

}  // namespace invar::loki_push
