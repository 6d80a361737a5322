#include "src/components/loki/process/event_message.h"

#include <optional>

#include "src/base/quote.h"

namespace invar::loki_process {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kSectionEnd = "\r\n\r\n";

bool is_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

/// Go's strings.Split, one part at a time.
class Parts {
 public:
  Parts(std::string_view text, std::string_view separator) : left_(text), separator_(separator) {}
  std::optional<std::string_view> next() {
    if (done_) return std::nullopt;
    const size_t end = left_.find(separator_);
    const std::string_view part = left_.substr(0, end);
    done_ = end == std::string_view::npos;
    if (!done_) left_.remove_prefix(end + separator_.size());
    return part;
  }

 private:
  std::string_view left_, separator_;
  bool done_ = false;
};

void each_line_of_section(std::string_view section, const SeePair& see) {
  Parts lines(section, kLineEnd);
  std::string_view prefix;
  std::string key, value;
  auto line = lines.next();
  for (bool first = true; line; first = false) {
    const size_t colon = line->find(':');
    const std::string_view current = *line;
    line = lines.next();
    if (colon == std::string_view::npos) continue;
    const std::string_view name = current.substr(0, colon);
    if (colon + 1 == current.size()) {
      if (first) prefix = name;
      continue;
    }
    value = current.substr(colon + 1);
    for (; line && !line->empty() && line->find(':') == std::string_view::npos; line = lines.next()) value.append(",").append(*line);
    key.clear();
    if (!prefix.empty()) key.append(prefix).append("_");
    key += name;
    see(key, value);
  }
}

}  // namespace

bool is_legacy_label_name(std::string_view name) {
  if (name.empty() || is_digit(static_cast<unsigned char>(name[0]))) return false;
  for (const char c : name)
    if (!is_letter(static_cast<unsigned char>(c)) && !is_digit(static_cast<unsigned char>(c))) return false;
  return true;
}

void append_sanitized_name(std::string_view name, std::string& out) {
  if (name.empty()) out += '_';
  for (bool first = true; !name.empty(); first = false) {
    size_t length;
    const char32_t rune = decode_rune(name, length);
    out += is_letter(rune) || (is_digit(rune) && !first) ? static_cast<char>(rune) : '_';
    name.remove_prefix(length);
  }
}

void each_message_line(std::string_view message, const SeePair& see) {
  Parts lines(message, kLineEnd);
  while (const auto line = lines.next())
    if (const size_t colon = line->find(':'); colon != std::string_view::npos) see(line->substr(0, colon), line->substr(colon + 1));
}

void each_section_line(std::string_view message, const SeePair& see) {
  Parts sections(message, kSectionEnd);
  see("Description", *sections.next());
  while (const auto section = sections.next()) each_line_of_section(*section, see);
}

}  // namespace invar::loki_process
