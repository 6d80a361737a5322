#include "src/components/loki/write/refusal.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "src/text/series_labels.h"
#include "src/text/time_layout.h"

namespace invar::loki_write {
namespace {

using Kind = Complaint::Kind;
using Labels = Complaint::Labels;

/// Walks a text: each take_ that fits moves on, one that does not leaves it where it is.
struct Reader {
  std::string_view left;

  bool take(std::string_view word) {
    if (!left.starts_with(word)) return false;
    left.remove_prefix(word.size());
    return true;
  }
  bool take_number(int64_t& number) {
    const auto [end, error] = std::from_chars(left.data(), left.data() + left.size(), number);
    if (error != std::errc()) return false;
    left.remove_prefix(static_cast<size_t>(end - left.data()));
    return true;
  }
  /// `{a="b", ..}`: up to the brace that is in no quotes.
  bool take_labels(std::string_view& labels) {
    if (!left.starts_with('{')) return false;
    bool quoted = false;
    for (size_t i = 1; i < left.size(); ++i) {
      if (left[i] == '\\' && quoted) ++i;
      else if (left[i] == '"') quoted = !quoted;
      else if (left[i] == '}' && !quoted) {
        labels = left.substr(0, i + 1);
        left.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }
  /// Up to `end`, and that too.
  bool take_until(std::string_view end, std::string_view& text) {
    const size_t at = left.find(end);
    if (at == std::string_view::npos) return false;
    text = left.substr(0, at);
    left.remove_prefix(at + end.size());
    return true;
  }
  /// RFC 3339, as long as it goes.
  bool take_time(Instant& time) {
    const std::string_view text = left.substr(0, left.find_first_not_of("0123456789-:.TZ+"));
    // A stop may follow that belongs to the sentence.
    for (size_t size = text.size(); size >= 20; --size) {
      if (!parse_rfc3339(text.substr(0, size), time)) continue;
      left.remove_prefix(size);
      return true;
    }
    return false;
  }
  /// Go's time.String: `2006-01-02 15:04:05.999 +0000 UTC`.
  bool take_go_time(int64_t& ns) {
    Reader ahead{left};
    std::string_view date, clock, zone;
    if (!ahead.take_until(" ", date) || !ahead.take_until(" ", clock) || !ahead.take_until(" ", zone) || zone.size() != 5 || date.size() > 10 || clock.size() > 18) return false;
    const std::string text = std::string(date) + "T" + std::string(clock) + std::string(zone.substr(0, 3)) + ":" + std::string(zone.substr(3));
    Instant time{};
    if (!parse_rfc3339(text, time)) return false;
    ns = time.unix_nanos();
    left = ahead.left;
    return true;
  }
};

std::optional<Labels> sorted_labels(std::string_view text) {
  auto parsed = parse_series_labels(text);
  if (!parsed) return std::nullopt;
  std::erase_if(*parsed, [](const auto& label) { return label.second.empty(); });
  std::sort(parsed->begin(), parsed->end());
  return std::move(*parsed);
}

Complaint of_stream(Kind kind, std::string_view reason, std::string_view labels, int64_t limit = 0) {
  return {.kind = kind, .reason = reason, .stream = sorted_labels(labels), .limit = limit, .bound = {}};
}

/// `entry for stream '..' has timestamp too old: ..` and its relatives.
bool read_entry_for_stream(Reader& reader, std::vector<Complaint>& found) {
  Reader at = reader;
  std::string_view labels;
  if (!at.take("entry for stream '") || !at.take_labels(labels) || !at.take("' has ")) return false;
  Instant time{}, oldest{};
  int64_t number = 0, limit = 0;
  if (at.take("timestamp too old: ") && at.take_time(time)) {
    Complaint complaint = of_stream(Kind::kTooOld, "greater_than_max_sample_age", labels, time.seconds);
    if (at.take(", oldest acceptable timestamp is: ") && at.take_time(oldest)) complaint.bound = oldest.seconds;
    found.push_back(std::move(complaint));
  } else if (at.take("timestamp too new: ") && at.take_time(time)) {
    found.push_back(of_stream(Kind::kTooNew, "too_far_in_future", labels, time.seconds));
  } else if (at.take_number(number) && at.take(" label names; limit ") && at.take_number(limit)) {
    found.push_back(of_stream(Kind::kLabelCount, "max_label_names_per_series", labels, limit));
  } else {
    return false;
  }
  reader = at;
  return true;
}

/// `stream '..' has label name too long: ..` and its relatives.
bool read_stream(Reader& reader, std::vector<Complaint>& found) {
  Reader at = reader;
  std::string_view labels;
  if (!at.take("stream '") || !at.take_labels(labels) || !at.take("' ")) return false;
  int64_t number = 0, limit = 0;
  if (at.take("has label name too long: ")) {
    found.push_back(of_stream(Kind::kStream, "label_name_too_long", labels));
  } else if (at.take("has label value too long: ")) {
    found.push_back(of_stream(Kind::kStream, "label_value_too_long", labels));
  } else if (at.take("has duplicate label name: ")) {
    found.push_back(of_stream(Kind::kStream, "duplicate_label_names", labels));
  } else if (at.take("includes structured metadata, but this feature is disallowed")) {
    found.push_back(of_stream(Kind::kMetadata, "disallowed_structured_metadata", labels));
  } else if (at.take("has structured metadata too large: '") && at.take_number(number) && at.take("' bytes, limit: '") && at.take_number(limit)) {
    found.push_back(of_stream(Kind::kMetadataBytes, "structured_metadata_too_large", labels, limit));
  } else if (at.take("has too many structured metadata labels: '") && at.take_number(number) && at.take("', limit: '") && at.take_number(limit)) {
    found.push_back(of_stream(Kind::kMetadataCount, "structured_metadata_too_many", labels, limit));
  } else {
    return false;
  }
  reader = at;
  return true;
}

bool read_line_too_long(Reader& reader, std::vector<Complaint>& found) {
  Reader at = reader;
  std::string_view labels;
  int64_t limit = 0, size = 0;
  if (!at.take("max entry size '") && !at.take("Max entry size '")) return false;
  if (!at.take_number(limit) || !at.take("' bytes exceeded for stream '") || !at.take_labels(labels) || !at.take("' while adding an entry with length '") || !at.take_number(size))
    return false;
  found.push_back(of_stream(Kind::kLineTooLong, "line_too_long", labels, limit));
  reader = at;
  return true;
}

bool read_labels(Reader& reader, std::vector<Complaint>& found) {
  Reader at = reader;
  std::string_view labels, names, user;
  if (at.take("error at least one label pair is required per stream")) {
    found.push_back({.kind = Kind::kNoLabels, .reason = "missing_labels", .stream = {}, .bound = {}});
  } else if (at.take("missing required labels '") && at.take_until("' for user '", names) && at.take_until("' for stream '", user) && at.take_labels(labels)) {
    found.push_back(of_stream(Kind::kStream, "missing_enforced_labels", labels));
  } else if (at = reader; at.take("error parsing labels '") && at.take_until("' with error: ", labels)) {
    Complaint complaint = of_stream(Kind::kStream, "invalid_labels", labels);
    if (!complaint.stream) complaint.kind = Kind::kSomeStream;
    found.push_back(std::move(complaint));
  } else if (at = reader; at.take("couldn't parse labels: ")) {
    found.push_back({.kind = Kind::kSomeStream, .reason = "invalid_labels", .stream = {}, .bound = {}});
  } else {
    return false;
  }
  reader = at;
  return true;
}

/// An ingester's: `entry with timestamp .. ignored, reason: '..',` for some entries, and the stream of all of them at the end, or behind each.
bool read_ignored(Reader& reader, std::vector<Complaint>& found) {
  Reader at = reader;
  int64_t time_ns = 0;
  std::string_view zone, labels;
  if (!at.take("entry with timestamp ") || !at.take_go_time(time_ns) || !at.take_until(" ignored, reason: '", zone) || zone.size() > 16) return false;
  Complaint complaint{.kind = Kind::kIgnored, .reason = {}, .stream = {}, .limit = time_ns, .bound = {}};
  Instant entry{}, oldest{};
  if (at.take("entry too far behind")) {
    complaint.reason = "too_far_behind";
    if (at.take(", entry timestamp is: ") && at.take_time(entry) && at.take(", oldest acceptable timestamp is: ") && at.take_time(oldest)) complaint.bound = oldest.seconds;
  } else if (at.take("entry out of order")) {
    complaint.reason = "out_of_order";
  } else {
    return false;
  }
  if (!at.take("'")) return false;
  if (at.take(" for stream: ") && at.take_labels(labels)) complaint.stream = sorted_labels(labels);
  found.push_back(std::move(complaint));
  reader = at;
  return true;
}

/// `total ignored: 3 out of 10 for stream: {..}` closes the entries in front of it.
bool read_total(Reader& reader, std::vector<Complaint>& found) {
  Reader at = reader;
  int64_t ignored = 0, all = 0;
  std::string_view labels;
  if (!at.take("total ignored: ") || !at.take_number(ignored) || !at.take(" out of ") || !at.take_number(all)) return false;
  if (at.take(" for stream: ") && at.take_labels(labels)) {
    const auto stream = sorted_labels(labels);
    for (auto complaint = found.rbegin(); complaint != found.rend() && complaint->kind == Kind::kIgnored && !complaint->stream; ++complaint) complaint->stream = stream;
  }
  reader = at;
  return true;
}

/// `3 errors like: ` right in front.
uint64_t count_before(std::string_view text) {
  constexpr std::string_view kWords = " errors like: ";
  if (!text.ends_with(kWords)) return 1;
  text.remove_suffix(kWords.size());
  size_t digits = text.size();
  while (digits > 0 && text.size() - digits < 9 && text[digits - 1] >= '0' && text[digits - 1] <= '9') --digits;
  uint64_t count = 1;
  std::from_chars(text.data() + digits, text.data() + text.size(), count);
  return std::max<uint64_t>(count, 1);
}

}  // namespace

std::vector<Complaint> read_complaints(std::string_view body) {
  constexpr size_t kMost = 10'000;
  std::vector<Complaint> found;
  Reader reader{body};
  while (!reader.left.empty() && found.size() < kMost) {
    const char first = reader.left.front();
    const size_t at = body.size() - reader.left.size(), before = found.size();
    const bool begins = first == 'e' || first == 's' || first == 'm' || first == 'M' || first == 'c' || first == 't';
    if (begins && (read_entry_for_stream(reader, found) || read_stream(reader, found) || read_line_too_long(reader, found) || read_labels(reader, found) ||
                   read_ignored(reader, found) || read_total(reader, found))) {
      if (found.size() > before) found.back().count = count_before(body.substr(0, at));
      continue;
    }
    reader.left.remove_prefix(1);
  }
  return found;
}

}  // namespace invar::loki_write
