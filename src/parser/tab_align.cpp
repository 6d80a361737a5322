#include "src/parser/tab_align.h"

#include <cstddef>
#include <vector>

#include "src/base/quote.h"

namespace invar {
namespace {

constexpr size_t kTabWidth = 8;
constexpr size_t kPadding = 1;

size_t rune_count(std::string_view text) {
  size_t count = 0;
  for (size_t length; !text.empty(); text.remove_prefix(length), ++count) decode_rune(text, length);
  return count;
}

/// Text up to a tab or line end.
struct Cell {
  size_t size = 0;   // bytes
  size_t width = 0;  // runes, without kVerbatim
  bool hard = false;  // ended by \t
};
using Line = std::vector<Cell>;

/// Lines are kept until a line cannot share columns with those before it, then written.
class Aligner {
 public:
  std::string align(std::string_view text) {
    reset();
    bool verbatim = false;
    size_t begin = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == kVerbatim) {
        const size_t end = verbatim ? i + 1 : i;
        append(text.substr(begin, end - begin));
        begin = end;
        if (verbatim) cell_.width -= 2;
        verbatim = !verbatim;
      } else if (!verbatim && (c == '\t' || c == '\v' || c == '\n' || c == '\f')) {
        append(text.substr(begin, i - begin));
        begin = i + 1;
        end_cell(c == '\t');
        if (c == '\n' || c == '\f') end_line(c == '\f');
      }
    }
    append(text.substr(begin));
    if (verbatim && cell_.size > 0) cell_.width -= 2;
    flush();
    return std::move(out_);
  }

 private:
  void append(std::string_view text) {
    buffer_ += text;
    cell_.size += text.size();
    cell_.width += rune_count(text);
  }

  void end_cell(bool hard) {
    cell_.hard = hard;
    lines_.back().push_back(cell_);
    cell_ = {};
  }

  void end_line(bool all_columns) {
    const bool alone = lines_.back().size() == 1;
    lines_.emplace_back();
    if (all_columns || alone) flush();
  }

  void flush() {
    if (cell_.size > 0) end_cell(false);
    format();
    reset();
  }

  void reset() {
    buffer_.clear();
    read_ = 0;
    cell_ = {};
    lines_.assign(1, {});
    widths_.clear();
  }

  /// Lines [begin, end) share all columns in widths_; `at` is the first that was not looked at for one column more.
  struct Block {
    size_t begin, at, end;
  };

  /// The last cell of a line belongs to no column.
  bool has_column(size_t line, size_t column) const { return column + 1 < lines_[line].size(); }

  /// Depth first over blocks of lines with a common column; on a stack of its own, since a text may have any number of columns.
  void format() {
    std::vector<Block> blocks{{0, 0, lines_.size()}};
    while (!blocks.empty()) {
      Block& block = blocks.back();
      const size_t column = widths_.size();
      while (block.at < block.end && !has_column(block.at, column)) ++block.at;
      write_lines(block.begin, block.at);
      block.begin = block.at;
      if (block.at == block.end) {
        blocks.pop_back();
        if (!widths_.empty()) widths_.pop_back();
        continue;
      }
      size_t end = block.at;
      while (end < block.end && has_column(end, column)) ++end;
      widths_.push_back(column_width(block.at, end, column));
      const Block inner{block.at, block.at, end};
      block.begin = block.at = end;
      blocks.push_back(inner);
    }
  }

  size_t column_width(size_t begin, size_t end, size_t column) const {
    size_t width = 0;
    bool empty = true;
    for (size_t line = begin; line < end; ++line) {
      const Cell& cell = lines_[line][column];
      width = std::max(width, cell.width + kPadding);
      if (cell.width > 0 || cell.hard) empty = false;
    }
    return empty ? 0 : width;
  }

  void write_lines(size_t begin, size_t end) {
    for (size_t line = begin; line < end; ++line) {
      bool indents = true;
      for (size_t column = 0; column < lines_[line].size(); ++column) {
        const Cell& cell = lines_[line][column];
        if (cell.size > 0) indents = false;
        out_ += std::string_view(buffer_).substr(read_, cell.size);
        read_ += cell.size;
        if (column < widths_.size()) pad(cell.width, widths_[column], indents);
      }
      if (line + 1 < lines_.size()) out_ += '\n';
    }
  }

  void pad(size_t text, size_t cell, bool with_tabs) {
    if (with_tabs)
      out_.append((cell + kTabWidth - 1) / kTabWidth, '\t');
    else if (cell > text)
      out_.append(cell - text, ' ');
  }

  std::string buffer_;  // text of all kept cells
  size_t read_ = 0;     // of it, what is written
  Cell cell_;           // the one being read
  std::vector<Line> lines_;
  std::vector<size_t> widths_;
  std::string out_;
};

}  // namespace

std::string tab_aligned(std::string_view text) { return Aligner().align(text); }

std::string trimmed(std::string_view text) {
  std::string out, blanks;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] == '\v' ? '\t' : text[i];
    if (c == ' ' || c == '\t') {
      blanks += c;
      continue;
    }
    if (c == '\n' || c == '\f') {
      out += '\n';
    } else if (c == kVerbatim) {
      const size_t end = std::min(text.find(kVerbatim, i + 1), text.size());
      out.append(blanks).append(text.substr(i + 1, end - i - 1));
      i = end;
    } else {
      out.append(blanks) += text[i];
    }
    blanks.clear();
  }
  return out;
}

}  // namespace invar
