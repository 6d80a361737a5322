#include "src/components/loki/source/syslog/message.h"

#include <algorithm>
#include <array>

#include "src/text/ascii.h"
#include "src/text/url.h"

namespace invar::loki_source_syslog {
namespace {

/// Priorities of raw lines go to 255: facilities beyond the last one have no word.
constexpr std::array<std::string_view, 24> kFacilities{"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
                                                       "ntp", "security", "console", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"};
constexpr std::array<std::string_view, 8> kSeverities{"emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"};

/// RFC 3339 with the fraction's trailing zeros left out, and Z for no offset.
void append_time(std::string_view written, std::string& out) {
  constexpr size_t kSeconds = sizeof "2006-01-02T15:04:05" - 1;
  out += written.substr(0, kSeconds);
  std::string_view rest = written.substr(kSeconds);
  if (rest.starts_with('.')) {
    const size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    std::string_view fraction = rest.substr(0, end);
    while (fraction.ends_with('0')) fraction.remove_suffix(1);
    if (fraction.size() > 1) out += fraction;
    rest.remove_prefix(end);
  }
  const bool utc = rest == "Z" || rest.substr(1) == "00:00";
  out += utc ? "Z" : rest;
}

void append_field(std::string_view field, std::string& out) {
  out += ' ';
  out += field.empty() ? "-" : field;
}

void append_param(const StructuredParam& param, std::string& out) {
  out += ' ';
  out += param.name;
  out += "=\"";
  out += param.value;  // escaped as it has to be
  out += '"';
}

void append_structured_data(const Message& message, std::string& out) {
  if (message.elements.empty()) return append_field({}, out);
  out += ' ';
  std::vector<StructuredElement> elements = message.elements;
  std::sort(elements.begin(), elements.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const StructuredElement& element : elements) {
    out += '[';
    out += element.id;
    const auto first = message.params.begin() + static_cast<ptrdiff_t>(element.first);
    std::vector<StructuredParam> params(first, first + static_cast<ptrdiff_t>(element.count));
    std::stable_sort(params.begin(), params.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    // Of equal names the last one counts.
    for (size_t i = 0; i < params.size(); ++i)
      if (i + 1 == params.size() || params[i].name != params[i + 1].name) append_param(params[i], out);
    out += ']';
  }
}

}  // namespace

void Message::clear() {
  priority.reset();
  version = 0;
  time.reset();
  time_text = hostname = app_name = proc_id = msg_id = structured_data = text = {};
  counter.reset();
  sequence.reset();
  elements.clear();
  params.clear();
}

std::string_view severity_word(uint8_t priority) { return kSeverities[priority % 8]; }
std::string_view facility_word(uint8_t priority) { return priority / 8 < kFacilities.size() ? kFacilities[priority / 8] : std::string_view(); }

void parse_raw(std::string_view bytes, Message& out) {
  out.clear();
  if (bytes.size() >= 3 && bytes[0] == '<') {
    uint64_t priority = 0;  // wraps around as it does in Go
    size_t at = 1;
    for (; at < bytes.size() && ascii::is_digit(bytes[at]); ++at) priority = priority * 10 + static_cast<uint64_t>(bytes[at] - '0');
    if (at > 1 && at < bytes.size() && bytes[at] == '>' && priority <= 255) {
      out.priority = static_cast<uint8_t>(priority);
      bytes.remove_prefix(at + 1);
    }
  }
  out.text = trim_space(bytes);
}

void append_unescaped(const StructuredParam& param, std::string& out) {
  if (!param.escaped) {
    out += param.value;
    return;
  }
  for (size_t i = 0; i < param.value.size(); ++i) {
    if (param.value[i] == '\\') ++i;
    out += param.value[i];
  }
}

void append_rfc5424(const Message& message, std::string& out) {
  if (!message.priority || message.version == 0) return;
  out += '<';
  out += std::to_string(*message.priority);
  out += '>';
  out += std::to_string(message.version);
  out += ' ';
  if (message.time) append_time(message.time_text, out);
  else out += '-';
  append_field(message.hostname, out);
  append_field(message.app_name, out);
  append_field(message.proc_id, out);
  append_field(message.msg_id, out);
  append_structured_data(message, out);
  if (!message.text.empty()) {
    out += ' ';
    out += message.text;
  }
}

}  // namespace invar::loki_source_syslog
