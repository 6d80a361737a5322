#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/text/regex_syntax.h"

namespace invar::regex {

/// A regular expression as a small program over bytes: literals are compared, runs of a class are scanned by table, and a choice is
/// tried only where the next byte leaves it open. Nearly all log patterns are such that nothing is ever tried twice; where a text makes
/// it try too often, run() gives up and RE2 must answer. Its answers are RE2's, which fuzzing holds it to; on bytes that are not UTF-8
/// they are Go's.
class SpanProgram {
 public:
  /// nullptr when the expression has parts it cannot do (Unicode classes, any-case literals, multi-line anchors, loops over what
  /// may be empty). Only groups with keep[group] are captured, renumbered from 1.
  static std::unique_ptr<SpanProgram> compile(const Node& root, const std::vector<bool>& keep);

  enum class Answer : uint8_t { kNo, kYes, kGaveUp };

  /// Looks for the leftmost match at or after `start`. `bounds` (may be nullptr) receives begin and end of the whole match and of
  /// each of the first `groups` groups; nullptr pairs for those without part in it.
  Answer run(std::string_view text, size_t start, const char** bounds, int groups) const;

  bool starts_at_begin() const { return starts_at_begin_; }
  bool starts_with_literal() const { return insts_[entry_].code == Code::kLiteral; }

 private:
  using Bytes = std::bitset<256>;

  enum class Code : uint8_t {
    kLiteral,
    kRun,       // of a class; as long as possible, never shortened
    kRunNot,    // the same for "any byte but one", vectorised
    kRunAll,    // everything that is left
    kTryLong,   // of a class; as long as possible, shortened when what follows fails
    kTryShort,  // of a class; as short as possible, lengthened when what follows fails
    kRunes,     // exactly `min` runes of a class
    kSplit,     // `next`, or else `other`
    kBound,     // notes the position in bounds[`group`]
    kBegin,
    kEnd,
    kWord,
    kNotWord,
    kDone,
  };

  struct Inst {
    Code code = Code::kDone;
    bool certain = false;  // from here on a match cannot fail
    uint8_t byte = 0;      // kRunNot: the byte it stops at
    uint16_t table = 0;
    uint32_t next = 0;
    uint32_t other = 0;
    uint32_t min = 0;
    uint32_t max = 0;
    uint32_t group = 0;
    uint32_t literal = 0;  // offset into literals_
    uint32_t length = 0;
  };

  // What can stand at a position for a match to go on from it.
  struct Ahead {
    Bytes bytes;
    bool at_end = false;
    bool certain = false;
  };

  // Per byte: bit 0 = in the class (kSplit: `next` may begin so), bit 1 = what follows may begin so (kSplit: `other`).
  struct Table {
    uint8_t of[256];
    uint8_t at_end;
  };

  class Compiler;
  struct Run;
  friend struct Run;

  std::vector<Inst> insts_;
  std::vector<Table> tables_;
  std::string literals_;
  uint32_t entry_ = 0;
  size_t min_length_ = 0;
  bool starts_at_begin_ = false;
  bool skips_run_ = false;  // begins with a run (instruction skip_) whose end decides: after a failure the search goes on behind it
  uint32_t skip_ = 0;
  bool starts_anywhere_ = false;
  Table starts_;  // the bytes a match may begin with
};

}  // namespace invar::regex
