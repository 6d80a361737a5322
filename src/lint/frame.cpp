#include "src/lint/frame.h"

#include <algorithm>
#include <vector>

#include "src/base/quote.h"
#include "src/lint/report_text.h"
#include "src/lint/terminal_color.h"
#include "src/text/display_width.h"

namespace invar::lint {
namespace {

constexpr size_t kTabWidth = 4;
constexpr size_t kWidest = 160;       // columns of a line that are shown
constexpr size_t kBeforeMark = 60;    // of them before the mark, where a line is cut

/// Something to mark in a line: bytes [begin, end) of it.
struct Mark {
  uint32_t line = 0;
  size_t begin = 0, end = 0;
  char sign = '^';
  std::string text;
};

Mark mark_of(const Span& span, char sign, std::string text) {
  const Position at = span.source->position(span.begin);
  const size_t begin = at.column - 1, length = std::max<size_t>(span.end - span.begin, 1);
  return {at.line, begin, begin + length, sign, std::move(text)};
}

/// A line as a terminal shows it: its text, and in which column each byte begins.
struct ShownLine {
  std::string text;
  std::vector<size_t> columns;  // of each byte, and of the end
  std::vector<size_t> bytes;    // where each column begins in `text`, and its end
};

ShownLine shown_line(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  ShownLine shown;
  size_t column = 0;
  const auto put = [&](std::string_view text, size_t width) {
    for (size_t i = 0; i < width; ++i) shown.bytes.push_back(shown.text.size());
    shown.text += text;
    column += width;
  };
  for (size_t at = 0, length = 0; at < line.size(); at += length) {
    const char32_t rune = decode_rune(line.substr(at), length);
    shown.columns.insert(shown.columns.end(), length, column);
    const std::string text = rune == '\t' ? std::string(kTabWidth, ' ') : printable(line.substr(at, length));
    put(text, rune == '\t' ? kTabWidth : display_width(rune));
  }
  shown.columns.push_back(column);
  shown.bytes.push_back(shown.text.size());
  return shown;
}

/// Which columns of a line are shown.
struct Window {
  size_t begin = 0, end = 0;
};
Window window_of(size_t width, size_t mark) {
  if (width <= kWidest) return {0, width};
  const size_t begin = std::min(mark > kBeforeMark ? mark - kBeforeMark : 0, width - kWidest);
  return {begin, begin + kWidest};
}

class Writer {
 public:
  Writer(const Source& source, const SecretMask& secrets, const TerminalColor& color, size_t margin)
      : source_(source), secrets_(secrets), color_(color), margin_(margin) {}

  std::string write(std::vector<Mark> marks) {
    std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.line < b.line; });
    uint32_t last = 0;
    for (const Mark& mark : marks) {
      if (mark.line != last) {
        if (last != 0 && mark.line > last + 1) out_ += std::string(margin_, ' ') + color_.dim("...") + "\n";
        show(mark);
      }
      underline(mark);
      last = mark.line;
    }
    return std::move(out_);
  }

 private:
  void show(const Mark& mark) {
    line_ = shown_line(secrets_.line(source_, mark.line));
    window_ = window_of(line_.columns.back(), column(mark.begin));
    const std::string number = std::to_string(mark.line);
    out_ += color_.dim(std::string(margin_ - number.size(), ' ') + number + " | ");
    if (window_.begin > 0) out_ += "…";
    out_ += line_.text.substr(line_.bytes[window_.begin], line_.bytes[window_.end] - line_.bytes[window_.begin]);
    if (window_.end < line_.columns.back()) out_ += "…";
    out_ += "\n";
  }

  void underline(const Mark& mark) {
    const size_t begin = std::clamp(column(mark.begin), window_.begin, window_.end);
    const size_t end = std::clamp(column(mark.end), begin, std::max(begin, window_.end));
    const size_t indent = begin - window_.begin + (window_.begin > 0 ? 1 : 0);
    std::string signs(std::max<size_t>(end - begin, 1), mark.sign);
    if (!mark.text.empty()) signs += " " + printable(mark.text);
    out_ += color_.dim(std::string(margin_, ' ') + " | ") + std::string(indent, ' ') + (mark.sign == '^' ? color_.strong(signs) : color_.dim(signs)) + "\n";
  }

  size_t column(size_t byte) const { return line_.columns[std::min(byte, line_.columns.size() - 1)]; }

  const Source& source_;
  const SecretMask& secrets_;
  const TerminalColor& color_;
  size_t margin_;
  ShownLine line_;
  Window window_;
  std::string out_;
};

}  // namespace

size_t frame_margin(const Finding& finding) {
  uint32_t last = finding.span.source->position(finding.span.begin).line;
  for (const RelatedPlace& place : finding.related)
    if (place.span.source == finding.span.source) last = std::max(last, place.span.source->position(place.span.begin).line);
  return std::to_string(last).size();
}

std::string frame(const Finding& finding, const SecretMask& secrets, bool color) {
  const TerminalColor colors(color, finding.severity);
  const size_t margin = frame_margin(finding);
  std::vector<Mark> marks{mark_of(finding.span, '^', {})};
  std::string elsewhere;
  for (const RelatedPlace& place : finding.related) {
    if (place.span.source == finding.span.source) marks.push_back(mark_of(place.span, '-', place.text));
    else elsewhere += std::string(margin, ' ') + " = " + printable(place_of(place.span) + ": " + place.text) + "\n";
  }
  return Writer(*finding.span.source, secrets, colors, margin).write(std::move(marks)) + elsewhere;
}

}  // namespace invar::lint
