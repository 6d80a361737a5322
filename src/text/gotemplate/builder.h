#pragma once

#include <string>
#include <string_view>

#include "src/text/gotemplate/run.h"

namespace invar::gotemplate {

/// Puts a text together piece by piece; it may grow up to the memory of an execution.
class Builder {
 public:
  explicit Builder(Run& run) : run_(run), text_(run.scratch()) {}

  Builder& add(std::string_view piece) {
    if (text_.size() + piece.size() > Memory::kLimit) throw Exhausted{"memory"};
    text_ += piece;
    return *this;
  }
  Builder& add_many(std::string_view piece, size_t count) {
    if (!piece.empty() && count > Memory::kLimit / piece.size()) throw Exhausted{"memory"};
    for (; count > 0; --count) add(piece);
    return *this;
  }
  /// The text so far; whoever appends more than a few bytes uses add().
  std::string& raw() { return text_; }
  Value done() { return run_.text(text_); }

 private:
  Run& run_;
  std::string& text_;
};

}  // namespace invar::gotemplate
