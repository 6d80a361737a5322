#include <algorithm>

#include "src/components/loki/source/syslog/message.h"
#include "src/components/loki/source/syslog/scan.h"

namespace invar::loki_source_syslog {
namespace {

constexpr std::string_view kVersion = "expecting a version value in the range 1-999";
constexpr std::string_view kTimestamp = "expecting a RFC3339MICRO timestamp or a nil value";
constexpr std::string_view kHostname = "expecting an hostname (from 1 to max 255 US-ASCII characters) or a nil value";
constexpr std::string_view kAppName = "expecting an app-name (from 1 to max 48 US-ASCII characters) or a nil value";
constexpr std::string_view kProcId = "expecting a procid (from 1 to max 128 US-ASCII characters) or a nil value";
constexpr std::string_view kMsgId = "expecting a msgid (from 1 to max 32 US-ASCII characters) or a nil value";
constexpr std::string_view kStructuredData =
    "expecting a structured data section containing one or more elements (`[id( key=\"value\")*]+`) or a nil value";
constexpr std::string_view kElementId =
    "expecting a structured data element id (from 1 to max 32 US-ASCII characters; except `=`, ` `, `]`, and `\"`";
constexpr std::string_view kElementIdTwice = "duplicate structured data element id";
constexpr std::string_view kParam =
    "expecting a structured data parameter (`key=\"value\"`, both part from 1 to max 32 US-ASCII characters; key cannot contain `=`, ` `, `]`, and `\"`, while value "
    "cannot contain `]`, backslash, and `\"` unless escaped)";
constexpr std::string_view kEscape = "expecting chars `]`, `\"`, and `\\` to be escaped within param value";
constexpr std::string_view kParse = "parsing error";
constexpr size_t kMostNameBytes = 32;

bool is_name_byte(char c) { return is_graph(c) && c != '=' && c != ']' && c != '"'; }

class Parser {
 public:
  Parser(std::string_view bytes, Message& out, std::string& why) : scan_(bytes), out_(out), why_(why) {}

  bool parse() {
    return read_priority(scan_, out_, why_) && version() && blank() && timestamp() && blank() && field(255, kHostname, out_.hostname) && blank() &&
           field(48, kAppName, out_.app_name) && blank() && field(128, kProcId, out_.proc_id) && blank() && field(32, kMsgId, out_.msg_id) && blank() &&
           structured_data() && text();
  }

 private:
  bool fail(std::string_view what) { return explain(what, scan_.at(), why_); }

  bool version() {
    const size_t from = scan_.at();
    if (scan_.ended() || !in(scan_.peek(), '1', '9')) return fail(kVersion);
    while (!scan_.ended() && ascii::is_digit(scan_.peek()) && scan_.at() - from < 3) scan_.skip();
    out_.version = static_cast<uint16_t>(number(scan_.since(from)));
    return scan_.at() - from == 1 || (!scan_.ended() && scan_.peek() == ' ') || fail(kVersion);
  }

  bool blank() { return scan_.take(' ') || fail(kParse); }

  bool timestamp() {
    if (scan_.take('-')) return true;
    const size_t from = scan_.at();
    if (!take_date(scan_) || !scan_.take('T') || !take_clock(scan_) || !take_fraction(scan_) || !take_offset(scan_)) return fail(kTimestamp);
    out_.time_text = scan_.since(from);
    Instant time;
    if (parse_rfc3339(out_.time_text, time)) return out_.time = time, true;
    static const TimeLayout kLayout("2006-01-02T15:04:05.999999Z07:00");
    const auto explained = kLayout.parse_or_explain(out_.time_text, TimeZone());
    return fail(explained ? kTimestamp : std::string_view(explained.error().what));
  }

  bool field(size_t most, std::string_view what, std::string_view& into) {
    const size_t from = scan_.at();
    while (!scan_.ended() && is_graph(scan_.peek()) && scan_.at() - from < most) scan_.skip();
    if (scan_.at() == from || scan_.ended() || scan_.peek() != ' ') return fail(what);
    into = scan_.since(from);
    if (into == "-") into = {};
    return true;
  }

  bool structured_data() {
    if (scan_.take('-')) return true;
    const size_t from = scan_.at();
    if (scan_.ended() || scan_.peek() != '[') return fail(kStructuredData);
    while (scan_.take('['))
      if (!element()) return false;
    out_.structured_data = scan_.since(from);
    return scan_.ended() || scan_.peek() == ' ' || fail(kStructuredData);
  }

  bool element() {
    const std::string_view id = name();
    if (id.empty() || scan_.ended()) return fail(kElementId);
    const bool known = std::any_of(out_.elements.begin(), out_.elements.end(), [&](const auto& other) { return other.id == id; });
    if (scan_.peek() != ' ' && scan_.peek() != ']') return fail(known ? kElementIdTwice : kElementId);
    if (known) return fail(kElementIdTwice);
    out_.elements.push_back({id, out_.params.size(), 0});
    while (scan_.take(' '))
      if (!param()) return false;
    if (!scan_.take(']')) return fail(kParam);
    out_.elements.back().count = out_.params.size() - out_.elements.back().first;
    return true;
  }

  std::string_view name() {
    const size_t from = scan_.at();
    while (!scan_.ended() && is_name_byte(scan_.peek()) && scan_.at() - from < kMostNameBytes) scan_.skip();
    return scan_.since(from);
  }

  bool param() {
    StructuredParam param;
    param.name = name();
    if (param.name.empty() || !scan_.take('=') || !scan_.take('"')) return fail(kParam);
    const size_t from = scan_.at();
    while (true) {
      if (scan_.ended()) return fail(kEscape);
      const char c = scan_.peek();
      if (c == '"') break;
      if (c == ']') return fail(kEscape);
      if (c == '\\') {
        scan_.skip();
        if (scan_.ended() || !(scan_.peek() == '"' || scan_.peek() == '\\' || scan_.peek() == ']')) return fail(kEscape);
        param.escaped = true;
        scan_.skip();
      } else {
        const size_t rune = scan_.at();
        if (!scan_.take_utf8()) return fail(scan_.at() == rune ? kEscape : kParam);
      }
    }
    param.value = scan_.since(from);
    scan_.skip();
    out_.params.push_back(param);
    return true;
  }

  bool text() {
    if (scan_.ended()) return true;
    if (!scan_.take(' ')) return fail(kParse);
    out_.text = scan_.rest();
    return true;
  }

  Scan scan_;
  Message& out_;
  std::string& why_;
};

}  // namespace

bool parse_rfc5424(std::string_view bytes, Message& out, std::string& why) {
  out.clear();
  return Parser(bytes, out, why).parse();
}

}  // namespace invar::loki_source_syslog
