#include <cstring>

#include "src/base/quote.h"
#include "src/text/literal_search.h"
#include "src/text/span_program.h"

namespace invar::regex {
namespace {

bool is_word(const char* p) {
  const unsigned char c = static_cast<unsigned char>(*p);
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Bytes of the rune at p: broken ones count as one each.
inline size_t rune_length(const char* p, const char* end) {
  if (static_cast<unsigned char>(*p) < 0x80) return 1;
  size_t length;
  decode_rune(std::string_view(p, static_cast<size_t>(end - p)), length);
  return length;
}

constexpr size_t kMaxChoices = 128;

}  // namespace

// One call of run(): the text, the bounds found so far, and the choices still open.
struct SpanProgram::Run {
  enum class Kind : uint8_t { kResume, kRestore, kShorten, kLengthen };
  struct Choice {
    const char* at;
    const char* low;
    uint32_t inst;
    Kind kind;
  };

  // The choices stay uninitialised: clearing them would cost more than most matches.
  Run(const SpanProgram& of, std::string_view text, const char** where, uint32_t count)
      : program(of),
        begin(text.data()),
        end(begin + text.size()),
        bounds(where),
        bound_count(count),
        budget(1024 + 16 * static_cast<int64_t>(text.size())) {}

  const SpanProgram& program;
  const char* const begin;
  const char* const end;
  const char** const bounds;
  const uint32_t bound_count;
  int64_t budget;
  size_t choice_count = 0;
  Choice choices[kMaxChoices];

  bool push(Choice choice) {
    if (choice_count == kMaxChoices) {
      budget = -1;
      return false;
    }
    choices[choice_count++] = choice;
    return true;
  }

  uint8_t look(const Table& table, const char* p) const {
    return p < end ? table.of[static_cast<unsigned char>(*p)] : table.at_end;
  }

  const char* run_end(const Inst& inst, const char* p) const {
    switch (inst.code) {
      case Code::kRunAll: return end;
      case Code::kRunNot: return find_byte(p, end, static_cast<char>(inst.byte));
      default: {
        const uint8_t* table = program.tables_[inst.table].of;
        const char* stop = end;
        if (inst.max < static_cast<uint64_t>(end - p)) stop = p + inst.max;
        while (p < stop && (table[static_cast<unsigned char>(*p)] & 1)) ++p;
        return p;
      }
    }
  }

  // The longest of [low, p] from which the rest may go on; offers the shorter ones. nullptr when there is none.
  const char* shorten(uint32_t index, const char* p, const char* low) {
    const Table& table = program.tables_[program.insts_[index].table];
    const char* const from = p;
    while (!(look(table, p) & 2)) {
      if (p == low) return nullptr;
      --p;
    }
    budget -= from - p;
    if (p > low && !push({p - 1, low, index, Kind::kShorten})) return nullptr;
    return p;
  }

  // The shortest run from `start`, at least up to p, from which the rest may go on; offers the longer ones.
  const char* lengthen(uint32_t index, const char* p, const char* start) {
    const Inst& inst = program.insts_[index];
    const Table& table = program.tables_[inst.table];
    const char* const from = p;
    for (;; ++p) {
      const uint8_t seen = look(table, p);
      if (seen & 2) break;
      if (!(seen & 1) || p - start >= static_cast<int64_t>(inst.max)) return nullptr;
    }
    budget -= p - from;
    if (p < end && !push({p, start, index, Kind::kLengthen})) return nullptr;
    return p;
  }

  // Takes up the latest open choice: false when there is none.
  bool reconsider(const char*& p, uint32_t& index) {
    while (choice_count > 0) {
      if (--budget < 0) return false;
      const Choice choice = choices[--choice_count];
      switch (choice.kind) {
        case Kind::kResume:
          p = choice.at;
          index = choice.inst;
          return true;
        case Kind::kRestore: bounds[choice.inst] = choice.at; break;
        case Kind::kShorten:
          p = shorten(choice.inst, choice.at, choice.low);
          if (p == nullptr) break;
          index = program.insts_[choice.inst].next;
          return true;
        case Kind::kLengthen: {
          const Inst& inst = program.insts_[choice.inst];
          if (!(program.tables_[inst.table].of[static_cast<unsigned char>(*choice.at)] & 1)) break;
          if (choice.at - choice.low >= static_cast<int64_t>(inst.max)) break;
          p = lengthen(choice.inst, choice.at + 1, choice.low);
          if (p == nullptr) break;
          index = inst.next;
          return true;
        }
      }
    }
    return false;
  }

  // The end of the match that begins at p, or nullptr.
  const char* match_at(const char* p) {
    const Inst* const insts = program.insts_.data();
    uint32_t index = program.entry_;
    choice_count = 0;
    const char* charged = p;
    for (;;) {
      const Inst& inst = insts[index];
      if (bounds == nullptr && inst.certain) return p;
      bool ok = true;
      switch (inst.code) {
        case Code::kLiteral:
          // Most places differ in the first byte: that spares the call.
          ok = static_cast<size_t>(end - p) >= inst.length && *p == program.literals_[inst.literal] &&
               std::memcmp(p, program.literals_.data() + inst.literal, inst.length) == 0;
          if (ok) p += inst.length;
          break;
        case Code::kRun:
        case Code::kRunNot:
        case Code::kRunAll: {
          const char* const stop = run_end(inst, p);
          ok = static_cast<size_t>(stop - p) >= inst.min;
          p = stop;
          break;
        }
        case Code::kTryLong: {
          const char* const low = p + inst.min;
          const char* const stop = run_end(inst, p);
          const char* const chosen = stop >= low ? shorten(index, stop, low) : nullptr;
          ok = chosen != nullptr;
          if (ok) p = chosen;
          break;
        }
        case Code::kTryShort: {
          const uint8_t* table = program.tables_[inst.table].of;
          const char* q = p;
          while (q < end && static_cast<size_t>(q - p) < inst.min && (table[static_cast<unsigned char>(*q)] & 1)) ++q;
          const char* const chosen = static_cast<size_t>(q - p) == inst.min ? lengthen(index, q, p) : nullptr;
          ok = chosen != nullptr;
          if (ok) p = chosen;
          break;
        }
        case Code::kRunes: {
          const uint8_t* table = program.tables_[inst.table].of;
          for (uint32_t i = 0; i < inst.min; ++i) {
            ok = p < end && (table[static_cast<unsigned char>(*p)] & 1);
            if (!ok) break;
            p += rune_length(p, end);
          }
          break;
        }
        case Code::kSplit: {
          const uint8_t seen = look(program.tables_[inst.table], p);
          if (seen & 1) {
            if ((seen & 2) && !push({p, nullptr, inst.other, Kind::kResume})) return nullptr;
            index = inst.next;
          } else if (seen & 2) {
            index = inst.other;
          } else {
            ok = false;
            break;
          }
          continue;
        }
        case Code::kBound:
          if (inst.group < bound_count) {
            if (choice_count > 0 && !push({bounds[inst.group], nullptr, inst.group, Kind::kRestore})) return nullptr;
            bounds[inst.group] = p;
          }
          break;
        case Code::kBegin: ok = p == begin; break;
        case Code::kEnd: ok = p == end; break;
        case Code::kWord:
        case Code::kNotWord: {
          const bool before = p > begin && is_word(p - 1);
          const bool after = p < end && is_word(p);
          ok = (before != after) == (inst.code == Code::kWord);
          break;
        }
        case Code::kDone: return p;
      }
      if (ok) {
        index = inst.next;
        continue;
      }
      budget -= p > charged ? p - charged : 0;
      if (!reconsider(p, index)) return nullptr;
      charged = p;
    }
  }

  // The next position at or after p at which a match could begin, or nullptr.
  const char* next_start(const char* p) const {
    const Inst& entry = program.insts_[program.entry_];
    if (entry.code == Code::kLiteral) {
      const std::string_view literal(program.literals_.data() + entry.literal, entry.length);
      const size_t at = find_literal(std::string_view(p, static_cast<size_t>(end - p)), literal);
      return at == std::string_view::npos ? nullptr : p + at;
    }
    if (program.starts_anywhere_) return p;
    const uint8_t* const starts = program.starts_.of;
    while (p < end && !starts[static_cast<unsigned char>(*p)]) ++p;
    return p < end || program.starts_.at_end ? p : nullptr;
  }

  // After a failure at p: where to look next.
  const char* after_failure(const char* p) const {
    if (program.skips_run_) {
      const char* const stop = run_end(program.insts_[program.skip_], p);
      if (stop > p) return stop + 1;
    }
    return p < end ? p + rune_length(p, end) : p + 1;
  }
};

SpanProgram::Answer SpanProgram::run(std::string_view text, size_t start, const char** bounds, int groups) const {
  if (text.size() < start + min_length_ || (starts_at_begin_ && start > 0)) return Answer::kNo;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const uint32_t bound_count = bounds == nullptr ? 0 : 2 * static_cast<uint32_t>(groups + 1);
  Run run(*this, text, bounds, bound_count);
  for (const char* p = begin + start; p <= end;) {
    p = starts_at_begin_ ? p : run.next_start(p);
    if (p == nullptr || static_cast<size_t>(end - p) < min_length_) return Answer::kNo;
    for (uint32_t i = 0; i < bound_count; ++i) bounds[i] = nullptr;
    const char* const stop = run.match_at(p);
    if (stop != nullptr) {
      if (bounds != nullptr) bounds[0] = p, bounds[1] = stop;
      return Answer::kYes;
    }
    if (--run.budget < 0) return Answer::kGaveUp;
    if (starts_at_begin_) return Answer::kNo;
    p = run.after_failure(p);
  }
  return Answer::kNo;
}

}  // namespace invar::regex
