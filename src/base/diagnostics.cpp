#include "src/base/diagnostics.h"

#include <algorithm>

#include "src/base/quote.h"

namespace invar {
namespace {

constexpr size_t kTabWidth = 4;
// Of excerpts; the findings behind it show their first line only. Thousands of errors in one huge line would print gigabytes.
constexpr size_t kMaxExcerpts = 4 << 20;

/// First and last byte of a span as people count; a point is its own last byte.
struct Range {
  Position first, last;
  bool multiline() const { return last.line > first.line; }
  bool holds(uint32_t line, uint32_t column) const {
    if (line < first.line || line > last.line) return false;
    if (line == first.line) return column >= first.column;
    return line != last.line || column <= last.column;
  }
};

Range range_of(const Span& span) {
  const Position first = span.source->position(span.begin);
  return {first, span.end > span.begin ? span.source->position(span.end - 1) : first};
}

bool is_wide(char32_t rune) { return rune == '\t' || rune == '\v'; }

void append_margin(std::string& out, size_t width, uint32_t number) {
  const std::string text = std::to_string(number);
  out.append(width - text.size(), ' ').append(text).append(" | ");
}

/// The line as it is shown: tabs as spaces, no carriage returns.
void append_source_line(std::string& out, std::string_view line) {
  while (!line.empty()) {
    size_t length;
    const char32_t rune = decode_rune(line, length);
    if (is_wide(rune))
      out.append(kTabWidth, ' ');
    else if (rune != '\r')
      append_rune(out, rune);
    line.remove_prefix(length);
  }
  out += '\n';
}

/// The ^^^ below a line.
void append_focus(std::string& out, std::string_view line, uint32_t number, const Range& range) {
  const char blank = range.multiline() ? '_' : ' ';
  size_t length;
  for (uint32_t i = 0; i < line.size(); i += static_cast<uint32_t>(length)) {
    const char32_t rune = decode_rune(line.substr(i), length);
    const uint32_t column = i + 1;
    if (number == range.last.line && column > range.last.column) break;
    if (is_wide(rune))
      out.append(kTabWidth, blank);
    else
      out += range.holds(number, column) ? '^' : blank;
  }
  out += '\n';
}

void append_excerpt(std::string& out, const Span& span, const RenderOptions& options) {
  const Source& source = *span.source;
  const Range range = range_of(span);
  const auto before = static_cast<uint32_t>(options.context_before);
  const uint32_t first = range.first.line > before ? range.first.line - before : 1;
  const uint32_t last = std::min(range.last.line + static_cast<uint32_t>(options.context_after), source.line_count());
  const size_t width = std::to_string(last).size();

  out += '\n';
  for (uint32_t number = first; number <= last; ++number) {
    const std::string_view line = source.line(number);
    append_margin(out, width, number);
    if (range.multiline()) out += range.holds(number, 0) ? "| " : "  ";
    append_source_line(out, line);
    if (number != range.first.line && !(range.multiline() && number == range.last.line)) continue;
    out.append(width, ' ');
    out += !range.multiline() ? " | " : number == range.first.line ? " |  _" : " | |_";
    append_focus(out, line, number, range);
  }
}

void append_header(std::string& out, const Diagnostic& diagnostic, bool color) {
  const bool error = diagnostic.severity == Severity::kError;
  const std::string_view word = error ? "Error: " : "Warning: ";
  if (!color) {
    out.append(word).append(one_line(diagnostic)).append("\n");
    return;
  }
  out.append(error ? "\x1b[31;1m" : "\x1b[33;1m").append(word).append("\x1b[0m");
  out.append("\x1b[1m").append(one_line(diagnostic)).append("\n\x1b[0m");
}

}  // namespace

bool Diagnostics::has_errors() const {
  return std::any_of(items_.begin(), items_.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

std::string one_line(const Diagnostic& diagnostic) {
  if (!diagnostic.span.known()) return "-: " + diagnostic.message;
  const Source& source = *diagnostic.span.source;
  const Position at = source.position(diagnostic.span.begin);
  std::string out = source.name();
  if (!out.empty()) out += ':';
  out.append(std::to_string(at.line)).append(":").append(std::to_string(at.column));
  return out.append(": ").append(diagnostic.message);
}

std::string summary(const Diagnostics& diagnostics) {
  if (diagnostics.empty()) return "no errors";
  std::string out = one_line(diagnostics.all().front());
  if (diagnostics.size() > 1) out += " (and " + std::to_string(diagnostics.size() - 1) + " more diagnostics)";
  return out;
}

std::string render(const Diagnostics& diagnostics, const RenderOptions& options) {
  std::string out;
  for (size_t i = 0; i < diagnostics.size(); ++i) {
    const Diagnostic& diagnostic = diagnostics.all()[i];
    if (i > 0) out += '\n';
    append_header(out, diagnostic, options.color);
    if (diagnostic.span.known() && diagnostic.span.source->has_excerpts() && out.size() < kMaxExcerpts) append_excerpt(out, diagnostic.span, options);
  }
  return out;
}

}  // namespace invar
