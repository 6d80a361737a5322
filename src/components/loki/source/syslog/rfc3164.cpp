#include <algorithm>
#include <array>

#include "src/components/loki/source/syslog/message.h"
#include "src/components/loki/source/syslog/scan.h"
#include "src/text/civil_time.h"

namespace invar::loki_source_syslog {
namespace {

constexpr std::string_view kTimestamp = "expecting a Stamp timestamp";
constexpr std::string_view kSequence = "expecting a sequence number (from 1 to max 255 digits)";
constexpr std::string_view kHostname = "expecting an hostname (from 1 to max 255 US-ASCII characters)";
constexpr std::string_view kTag = "expecting an alphanumeric tag (max 32 characters)";
constexpr std::string_view kContentStart = "expecting a content part starting with a non-alphanumeric character";
constexpr size_t kMostHostname = 255, kMostTag = 48;

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string_view unless_nil(std::string_view field) { return field == "-" ? std::string_view() : field; }

/// What stands behind the timestamp: `[hostname ]tag[[content]]: text`, or some of it. Which of these a byte belongs to shows only later, so all that are possible are
/// followed at once, as the automaton of the library does: they share one mark, where the last of them to begin began, and odd messages come out as odd as there.
class Tail {
 public:
  Tail(std::string_view bytes, size_t from, bool newlines, Message& out) : bytes_(bytes), at_(from), newlines_(newlines), out_(out) {}

  /// False with the text of the error; some have none.
  bool run(std::string_view& what) {
    if (ordinary()) return true;
    for (; at_ < bytes_.size(); ++at_) {
      if (only_text()) {
        at_ = text_end();
        if (at_ == bytes_.size()) break;
      }
      const Alive before = alive_;
      alive_ = step(bytes_[at_]);
      if (!alive_.any()) return what = error_at(before), false;
    }
    if (alive_.text) out_.text = marked();
    if (alive_.text || alive_.ended) return true;
    return what = error_at(alive_), false;
  }
  size_t at() const { return at_; }

 private:
  struct Alive {
    bool before = false;       // in the blanks in front of the hostname
    size_t hostname = 0, tag = 0;  // bytes of it
    bool behind_hostname = false;  // in the blanks
    bool content_start = false, content = false, content_end = false;
    bool colon = false, text_start = false;  // behind the tag's colon, and its blank
    bool text = false;
    bool ended = false;  // by a line break
    bool any() const {
      return before || hostname || tag || behind_hostname || content_start || content || content_end || colon || text_start || text || ended;
    }
  };

  /// `hostname tag: text` or `hostname tag[content]: text`, where nothing can be taken for anything else: most messages. False, with nothing done, for all others.
  bool ordinary() {
    Scan scan(bytes_);
    scan.go_to(at_);
    const auto take_word = [&](size_t most, auto&& fits) {
      const size_t from = scan.at();
      while (!scan.ended() && scan.at() - from < most && fits(scan.peek())) scan.skip();
      return scan.since(from);
    };
    const auto word_byte = [](char c) { return is_graph(c) && c != ':' && c != '['; };
    const std::string_view hostname = take_word(kMostHostname, word_byte);
    if (hostname.empty() || !scan.take(' ')) return false;
    const std::string_view tag = take_word(kMostTag, word_byte);
    std::string_view content;
    if (tag.empty()) return false;
    if (scan.take('[')) {
      content = take_word(SIZE_MAX, [&](char c) { return word_byte(c) && c != ']'; });
      if (content.empty() || !scan.take(']')) return false;
    }
    if (!scan.take(':') || !scan.take(' ')) return false;
    const std::string_view text = scan.rest();
    if (text.empty() || !std::all_of(text.begin(), text.end(), [this](char c) { return visible(c) && c != '\n'; })) return false;
    out_.hostname = unless_nil(hostname);
    out_.app_name = unless_nil(tag);
    out_.proc_id = unless_nil(content);
    out_.text = text;
    return true;
  }

  bool visible(char c) const { return in(c, ' ', '~') || c == '\t' || c == '\r' || static_cast<unsigned char>(c) >= 0x80 || (newlines_ && c == '\n'); }
  std::string_view marked() const { return bytes_.substr(mark_, at_ - mark_); }

  bool only_text() const {
    return alive_.text && !alive_.before && !alive_.hostname && !alive_.tag && !alive_.behind_hostname && !alive_.content_start && !alive_.content &&
           !alive_.content_end && !alive_.colon && !alive_.text_start && !alive_.ended;
  }
  size_t text_end() const {
    size_t at = at_;
    while (at < bytes_.size() && visible(bytes_[at]) && bytes_[at] != '\n') ++at;
    return at;
  }

  Alive step(char c) {
    Alive next;
    bool begins = false;  // one of them begins here
    const bool tag_byte = in(c, ' ', '~') && c != ' ' && c != ':' && c != '[';
    if (alive_.text || alive_.text_start) next.text = visible(c);
    if (alive_.hostname) {
      if (c == ' ') {
        out_.hostname = unless_nil(marked());
        next.behind_hostname = true;
      } else if (is_graph(c) && c != ':' && alive_.hostname < kMostHostname) {
        next.hostname = alive_.hostname + 1;
      }
    }
    if (alive_.tag) {
      if (c == ':' || c == '[') {
        out_.app_name = unless_nil(marked());
        (c == ':' ? next.colon : next.content_start) = true;
      } else if (tag_byte && alive_.tag < kMostTag) {
        next.tag = alive_.tag + 1;
      }
    }
    if (alive_.text_start && visible(c)) begins = true;
    if (alive_.before || alive_.behind_hostname) {
      (alive_.before ? next.before : next.behind_hostname) |= c == ' ';
      if (alive_.before && is_graph(c) && c != ':') next.hostname = 1;
      if (tag_byte) next.tag = 1;
      // The automaton forgets there that a line break is none of the text.
      if (visible(c) || (c == '\n' && alive_.before && !alive_.text)) next.text = begins = true;
    }
    if (alive_.content_start && (c == ']' || (c != '[' && visible(c)))) begins = true;
    if (begins) mark_ = at_;
    if (alive_.text && c == '\n') {
      out_.text = marked();
      next.ended = true;
    }
    if (alive_.content_start || alive_.content) {
      if (c == ']') {
        out_.proc_id = unless_nil(marked());
        next.content_end = true;
      } else if (c != '[' && visible(c)) {
        next.content = true;
      }
    }
    if (alive_.content_end && c == ':') next.colon = true;
    if (alive_.colon && c == ' ') next.text_start = true;
    return next;
  }

  static std::string_view error_at(const Alive& alive) {
    if (alive.before || alive.hostname) return kHostname;
    if (alive.behind_hostname) return kTag;
    if (alive.content_start || alive.content) return kContentStart;
    return {};
  }

  std::string_view bytes_;
  size_t at_;
  bool newlines_;
  Message& out_;
  size_t mark_ = 0;
  Alive alive_{.before = true};
};

class Parser {
 public:
  Parser(std::string_view bytes, const Rfc3164Options& options, Message& out, std::string& why)
      : bytes_(bytes), scan_(bytes), options_(options), out_(out), why_(why) {}

  bool parse() {
    if (!read_priority(scan_, out_, why_)) return false;
    blanks();
    if (!counters()) return silent_;
    if (!timestamp()) return silent_;
    if (options_.cisco()) scan_.take(':');
    if (!scan_.take(' ')) return true;  // an error without a text
    Tail tail(bytes_, scan_.at(), options_.newlines, out_);
    std::string_view what;
    if (tail.run(what) || what.empty()) return true;
    return explain(what, tail.at(), why_);
  }

 private:
  bool fail(std::string_view what) { return explain(what, scan_.at(), why_); }
  bool fail_silently() { return silent_ = true, false; }
  void blanks() {
    while (scan_.take(' ')) {
    }
  }

  /// `digits:`; false without the colon.
  bool counter(std::optional<uint32_t>& into) {
    const size_t from = scan_.at();
    while (scan_.take_digit()) {
    }
    const std::string_view digits = scan_.since(from);
    if (!scan_.take(':')) return false;
    into = static_cast<uint32_t>(number(digits));
    blanks();
    return true;
  }

  bool counters() {
    if (options_.message_counter && !scan_.ended() && (ascii::is_digit(scan_.peek()) || scan_.peek() == ':') && !counter(out_.counter)) return fail_silently();
    if (options_.sequence_number && !scan_.ended() && ascii::is_digit(scan_.peek()) && !counter(out_.sequence)) return fail_silently();
    return true;
  }

  /// `hostname:` in front of the timestamp; false, at its place, when there is none.
  bool hostname_first(size_t& died) {
    const size_t from = scan_.at();
    while (!scan_.ended() && is_graph(scan_.peek()) && scan_.peek() != ':' && scan_.at() - from < kMostHostname) scan_.skip();
    died = scan_.at();
    if (died > from && scan_.take(':')) {
      // The mark of a timestamp that may begin behind an asterisk is the hostname's too.
      constexpr std::string_view kMonthInitials = "JFMASOND";
      const bool marked_again = bytes_[from] == '*' && kMonthInitials.find(bytes_[from + 1]) != std::string_view::npos;
      out_.hostname = unless_nil(bytes_.substr(from + marked_again, died - from - marked_again));
      blanks();
      return true;
    }
    scan_.go_to(from);
    return false;
  }

  bool timestamp() {
    size_t died = 0;
    bool named = false;
    if (options_.hostname_first) named = hostname_first(died);
    const size_t begin = scan_.at();
    if (options_.cisco()) scan_.take('*');
    const size_t from = scan_.at();
    if (!take_stamp()) {
      const size_t failed = std::max(died, scan_.at());
      scan_.go_to(failed);
      if (failed == begin && !named) return fail(out_.sequence ? kHostname : kSequence);
      return fail(died == failed && !named ? kHostname : kTimestamp);
    }
    const std::string_view written = scan_.since(from);
    // What follows has to be looked at first: a timestamp is one only when it is left.
    if (scan_.ended() || !(scan_.peek() == ' ' || (options_.cisco() && scan_.peek() == ':'))) return fail_silently();
    return read_stamp(written);
  }

  bool take_stamp() {
    if (!take_month() || !scan_.take(' ')) return false;
    bool day;
    if (scan_.take(' ')) day = scan_.take_between('1', '9');
    else if (scan_.take('3')) day = scan_.take_between('0', '1');
    else day = scan_.take_between('1', '2') && scan_.take_digit();
    if (!day || !scan_.take(' ') || !take_clock(scan_)) return false;
    return !options_.second_fractions || take_fraction(scan_);
  }

  /// Stops at the first letter that no month has there.
  bool take_month() {
    const size_t from = scan_.at();
    for (size_t i = 0; i < 3; ++i) {
      if (scan_.ended()) return false;
      const std::string_view before = scan_.since(from);
      const bool fits = std::any_of(kMonths.begin(), kMonths.end(), [&](std::string_view month) { return month.starts_with(before) && month[i] == scan_.peek(); });
      if (!fits) return false;
      scan_.skip();
    }
    return true;
  }

  bool read_stamp(std::string_view text) {
    const auto two = [&](size_t at) { return (text[at] == ' ' ? 0 : text[at] - '0') * 10 + text[at + 1] - '0'; };
    CivilTime civil;
    const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3));
    civil.month = static_cast<int32_t>(month - kMonths.begin()) + 1;
    civil.day = two(4);
    civil.hour = two(7);
    civil.minute = two(10);
    civil.second = two(13);
    if (civil.day > days_in_month(civil.month, 0)) return fail("parsing time \"" + std::string(text) + "\": day out of range");
    civil.year = 0;
    Instant time{seconds_from_civil(civil), 0};
    int32_t unit = 100'000'000;
    for (size_t at = 16; at < text.size(); ++at, unit /= 10) time.nanos += (text[at] - '0') * unit;
    out_.time = time;
    return true;
  }

  std::string_view bytes_;
  Scan scan_;
  const Rfc3164Options& options_;
  Message& out_;
  std::string& why_;
  bool silent_ = false;
};

}  // namespace

bool parse_rfc3164(std::string_view bytes, const Rfc3164Options& options, Message& out, std::string& why) {
  out.clear();
  return Parser(bytes, options, out, why).parse();
}

}  // namespace invar::loki_source_syslog
