#include <algorithm>
#include <utility>

#include "src/base/check.h"
#include "src/text/span_program.h"

namespace invar::regex {
namespace {

constexpr size_t kMaxInsts = 600;
constexpr uint32_t kNoLimit = UINT32_MAX;

std::bitset<256> bytes_of(const CharSet& set) {
  std::bitset<256> out;
  for (int byte = 0; byte < 256; ++byte) out[byte] = set.has(static_cast<unsigned char>(byte));
  return out;
}

bool is_assertion(Op op) {
  return op == Op::kBeginText || op == Op::kEndText || op == Op::kBeginLine || op == Op::kEndLine || op == Op::kWordBoundary ||
         op == Op::kNotWordBoundary;
}

bool is_nullable(const Node& node) {
  switch (node.op) {
    case Op::kLiteral: return node.text.empty();
    case Op::kClass: return false;
    case Op::kGroup: return is_nullable(node.subs[0]);
    case Op::kRepeat: return node.min == 0 || is_nullable(node.subs[0]);
    case Op::kConcat: return std::all_of(node.subs.begin(), node.subs.end(), is_nullable);
    case Op::kAlternate: return std::any_of(node.subs.begin(), node.subs.end(), is_nullable);
    default: return true;
  }
}

size_t min_length(const Node& node) {
  switch (node.op) {
    case Op::kLiteral: return node.text.size();
    case Op::kClass: return 1;
    case Op::kGroup: return min_length(node.subs[0]);
    case Op::kRepeat: return static_cast<size_t>(node.min) * min_length(node.subs[0]);
    case Op::kConcat: {
      size_t sum = 0;
      for (const Node& sub : node.subs) sum += min_length(sub);
      return sum;
    }
    case Op::kAlternate: {
      size_t least = SIZE_MAX;
      for (const Node& sub : node.subs) least = std::min(least, min_length(sub));
      return least;
    }
    default: return 0;
  }
}

// Does it match the empty text whatever stands around it?
bool surely_nullable(const Node& node) {
  switch (node.op) {
    case Op::kEmpty: return true;
    case Op::kGroup: return surely_nullable(node.subs[0]);
    case Op::kRepeat: return node.min == 0 || surely_nullable(node.subs[0]);
    case Op::kConcat: return std::all_of(node.subs.begin(), node.subs.end(), surely_nullable);
    case Op::kAlternate: return std::any_of(node.subs.begin(), node.subs.end(), surely_nullable);
    default: return false;
  }
}

bool is_letter_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What else a letter stands for in any case, besides its two ASCII forms.
std::string_view wide_form(char letter) {
  switch (letter | 0x20) {
    case 's': return "\u017f";
    case 'k': return "\u212a";
    default: return {};
  }
}

std::bitset<256> both_cases(char letter) {
  std::bitset<256> out;
  out.set(static_cast<unsigned char>(letter | 0x20)).set(static_cast<unsigned char>(letter & ~0x20));
  return out;
}

std::bitset<256> first_bytes_of_literal(const Node& node) {
  std::bitset<256> out;
  const char first = node.text[0];
  out.set(static_cast<unsigned char>(first));
  if (!node.fold || !is_letter_byte(first)) return out;
  out |= both_cases(first);
  if (!wide_form(first).empty()) out.set(static_cast<unsigned char>(wide_form(first)[0]));
  return out;
}

// The bytes a match of a node that is not nullable can begin with.
std::bitset<256> first_bytes(const Node& node) {
  std::bitset<256> out;
  switch (node.op) {
    case Op::kLiteral: out = first_bytes_of_literal(node); break;
    case Op::kClass: out = bytes_of(node.set); break;
    case Op::kGroup:
    case Op::kRepeat: out = first_bytes(node.subs[0]); break;
    case Op::kConcat:
      for (const Node& sub : node.subs) {
        if (!is_assertion(sub.op) && sub.op != Op::kEmpty) out |= first_bytes(sub);
        if (!is_nullable(sub)) break;
      }
      break;
    case Op::kAlternate:
      for (const Node& sub : node.subs)
        if (sub.op != Op::kEmpty && !is_assertion(sub.op)) out |= first_bytes(sub);
      break;
    default: break;
  }
  return out;
}

// Begins every match with \A?
bool begins_text(const Node& node) {
  switch (node.op) {
    case Op::kBeginText: return true;
    case Op::kGroup: return begins_text(node.subs[0]);
    case Op::kConcat: return begins_text(node.subs[0]);
    case Op::kAlternate: return std::all_of(node.subs.begin(), node.subs.end(), begins_text);
    default: return false;
  }
}

}  // namespace

// Emits from the end to the beginning, so that each part knows what can follow it.
class SpanProgram::Compiler {
 public:
  Compiler(SpanProgram& program, const std::vector<bool>& keep) : program_(program) {
    renumbered_.resize(keep.size(), 0);
    for (size_t group = 1, next = 1; group < keep.size(); ++group)
      if (keep[group]) renumbered_[group] = static_cast<uint32_t>(next++);
  }

  bool compile(const Node& root) {
    Ahead done;
    done.bytes.set();
    done.at_end = done.certain = true;
    const uint32_t end = emit({.code = Code::kDone, .certain = true}, done);
    program_.entry_ = emit_node(root, end);
    if (failed_) return false;
    program_.starts_at_begin_ = begins_text(root);
    program_.min_length_ = min_length(root);
    const Ahead& first = aheads_[program_.entry_];
    program_.starts_anywhere_ = first.bytes.all();
    for (int byte = 0; byte < 256; ++byte) program_.starts_.of[byte] = first.bytes[byte];
    program_.starts_.at_end = first.at_end;
    mark_skip();
    return true;
  }

 private:
  uint32_t emit(Inst inst, Ahead ahead) {
    if (program_.insts_.size() >= kMaxInsts) failed_ = true;
    if (failed_) return 0;
    inst.certain = ahead.certain;
    program_.insts_.push_back(inst);
    aheads_.push_back(ahead);
    return static_cast<uint32_t>(program_.insts_.size() - 1);
  }

  uint32_t fail() {
    failed_ = true;
    return 0;
  }

  uint16_t add_table(const Bytes& low, const Bytes& high, bool low_at_end = false, bool high_at_end = false) {
    Table table;
    for (int byte = 0; byte < 256; ++byte) table.of[byte] = static_cast<uint8_t>(low[byte] | high[byte] << 1);
    table.at_end = static_cast<uint8_t>(low_at_end | high_at_end << 1);
    program_.tables_.push_back(table);
    return static_cast<uint16_t>(program_.tables_.size() - 1);
  }

  uint32_t emit_node(const Node& node, uint32_t next) {
    if (failed_) return 0;
    switch (node.op) {
      case Op::kEmpty: return next;
      case Op::kLiteral: return emit_literal(node, next);
      case Op::kClass: return emit_runes(node.set, 1, next);
      case Op::kBeginText: return emit_assertion(Code::kBegin, next);
      case Op::kEndText: return emit_end(next);
      case Op::kWordBoundary: return emit_assertion(Code::kWord, next);
      case Op::kNotWordBoundary: return emit_assertion(Code::kNotWord, next);
      case Op::kBeginLine:
      case Op::kEndLine: return fail();
      case Op::kGroup: return emit_group(node, next);
      case Op::kRepeat: return emit_repeat(node, next);
      case Op::kConcat:
        for (size_t i = node.subs.size(); i-- > 0;) next = emit_node(node.subs[i], next);
        return next;
      case Op::kAlternate: {
        uint32_t entry = emit_node(node.subs.back(), next);
        for (size_t i = node.subs.size() - 1; i-- > 0;) entry = emit_split(emit_node(node.subs[i], next), entry);
        return entry;
      }
    }
    return fail();
  }

  uint32_t emit_literal(const Node& node, uint32_t next) {
    // U+FFFD also stands for broken bytes.
    if (node.text.find("\xef\xbf\xbd") != std::string::npos) return fail();
    return node.fold ? emit_any_case(node.text, next) : emit_text(node.text, next);
  }

  uint32_t emit_text(std::string_view text, uint32_t next) {
    if (text.empty()) return next;
    Ahead ahead;
    ahead.bytes.set(static_cast<unsigned char>(text[0]));
    Inst inst{.code = Code::kLiteral, .next = next};
    inst.literal = static_cast<uint32_t>(program_.literals_.size());
    inst.length = static_cast<uint32_t>(text.size());
    program_.literals_ += text;
    return emit(inst, ahead);
  }

  // Letter by letter; only ASCII: the cases of other runes are RE2's business.
  uint32_t emit_any_case(std::string_view text, uint32_t next) {
    for (size_t i = text.size(); i-- > 0 && !failed_;) {
      if (static_cast<unsigned char>(text[i]) >= 0x80) return fail();
      if (!is_letter_byte(text[i])) {
        next = emit_text(text.substr(i, 1), next);
        continue;
      }
      const Bytes bytes = both_cases(text[i]);
      const uint32_t letter =
          emit({.code = Code::kRunes, .table = add_table(bytes, {}), .next = next, .min = 1}, {bytes, false, false});
      const std::string_view wide = wide_form(text[i]);
      next = wide.empty() ? letter : emit_split(letter, emit_text(wide, next));
    }
    return next;
  }

  uint32_t emit_assertion(Code code, uint32_t next) {
    Ahead ahead = aheads_[next];
    ahead.certain = false;
    return emit({.code = code, .next = next}, ahead);
  }

  uint32_t emit_end(uint32_t next) {
    Ahead ahead;
    ahead.at_end = aheads_[next].at_end;
    return emit({.code = Code::kEnd, .next = next}, ahead);
  }

  uint32_t emit_group(const Node& node, uint32_t next) {
    const uint32_t group = renumbered_[node.group];
    if (group == 0) return emit_node(node.subs[0], next);
    if (failed_) return 0;
    const uint32_t close = emit({.code = Code::kBound, .next = next, .group = 2 * group + 1}, Ahead(aheads_[next]));
    const uint32_t inner = emit_node(node.subs[0], close);
    if (failed_) return 0;
    return emit({.code = Code::kBound, .next = inner, .group = 2 * group}, Ahead(aheads_[inner]));
  }

  uint32_t emit_split(uint32_t first, uint32_t second) {
    if (failed_) return 0;
    const Ahead a = aheads_[first], b = aheads_[second];
    const uint16_t table = add_table(a.bytes, b.bytes, a.at_end, b.at_end);
    return emit({.code = Code::kSplit, .table = table, .next = first, .other = second},
                {a.bytes | b.bytes, a.at_end || b.at_end, a.certain || b.certain});
  }

  bool is_known(const CharSet& set) const { return !set.opaque && set.beyond != CharSet::Beyond::kSome; }

  // Exactly `count` runes.
  uint32_t emit_runes(const CharSet& set, uint32_t count, uint32_t next) {
    if (!is_known(set)) return fail();
    if (count == 0) return next;
    const uint16_t table = add_table(bytes_of(set), {});
    return emit({.code = Code::kRunes, .table = table, .next = next, .min = count}, {bytes_of(set), false, false});
  }

  uint32_t emit_repeat(const Node& node, uint32_t next) {
    const Node& sub = node.subs[0];
    if (node.max == 0) return next;
    if (sub.op == Op::kClass) return emit_class_repeat(node, next);
    // Who may take nothing anyway need not be optional.
    if (node.min == 0 && node.max == 1 && node.greedy && surely_nullable(sub)) return emit_node(sub, next);
    if (is_nullable(sub)) return fail();
    if (node.max < 0) {
      const uint32_t loop = emit_loop(sub, node.greedy, next);
      return emit_copies(sub, node.min, loop);
    }
    // x{2,4} = x x (x (x)?)?
    uint32_t optional = next;
    for (int i = node.min; i < node.max && !failed_; ++i) {
      const uint32_t body = emit_node(sub, optional);
      optional = node.greedy ? emit_split(body, next) : emit_split(next, body);
    }
    return emit_copies(sub, node.min, optional);
  }

  uint32_t emit_copies(const Node& sub, int count, uint32_t next) {
    for (int i = 0; i < count && !failed_; ++i) next = emit_node(sub, next);
    return next;
  }

  uint32_t emit_loop(const Node& sub, bool greedy, uint32_t next) {
    if (failed_) return 0;
    const Bytes body_first = first_bytes(sub);
    const Ahead after = aheads_[next];
    const uint16_t table = greedy ? add_table(body_first, after.bytes, false, after.at_end)
                                  : add_table(after.bytes, body_first, after.at_end, false);
    const uint32_t split = emit({.code = Code::kSplit, .table = table}, {body_first | after.bytes, after.at_end, after.certain});
    const uint32_t body = emit_node(sub, split);
    if (failed_) return 0;
    program_.insts_[split].next = greedy ? body : next;
    program_.insts_[split].other = greedy ? next : body;
    return split;
  }

  uint32_t emit_class_repeat(const Node& node, uint32_t next) {
    const CharSet& set = node.subs[0].set;
    if (!is_known(set) || failed_) return fail();
    const Bytes bytes = bytes_of(set);
    const Ahead after = aheads_[next];
    const bool wide = set.beyond != CharSet::Beyond::kNone;
    const auto min = static_cast<uint32_t>(node.min);
    if (node.min == node.max) return emit_runes(set, min, next);
    if (wide && (node.max > 0 || min > 1)) {
      if (node.max < 0) {
        Node rest = node;
        rest.min = 0;
        return emit_runes(set, min, emit_class_repeat(rest, next));
      }
      return emit_wide_bounded(node, next);
    }
    Inst inst{.next = next, .min = min, .max = node.max < 0 ? kNoLimit : static_cast<uint32_t>(node.max)};
    Ahead ahead{bytes, false, false};
    if (min == 0) {
      ahead.bytes |= after.bytes;
      ahead.at_end = after.at_end;
      ahead.certain = after.certain;
    }
    const bool apart = !after.certain && (bytes & after.bytes).none();
    if (!node.greedy && after.certain) return emit_runes(set, min, next);
    if (apart || (node.greedy && after.certain)) {
      inst.code = Code::kRun;
      inst.table = add_table(bytes, after.bytes);
      if (node.max < 0 && bytes.all()) inst.code = Code::kRunAll;
      if (node.max < 0 && bytes.count() == 255) {
        inst.code = Code::kRunNot;
        for (int byte = 0; byte < 256; ++byte)
          if (!bytes[byte]) inst.byte = static_cast<uint8_t>(byte);
      }
      return emit(inst, ahead);
    }
    // Stopping inside of a rune must be harmless: what follows has to begin with ASCII, or with a literal's own first byte.
    if (wide && !begins_apart_from_tails(after)) return fail();
    inst.code = node.greedy ? Code::kTryLong : Code::kTryShort;
    inst.table = add_table(bytes, after.bytes, false, after.at_end);
    return emit(inst, ahead);
  }

  uint32_t emit_wide_bounded(const Node& node, uint32_t next) {
    if (node.max - node.min > 8) return fail();
    uint32_t optional = next;
    for (int i = node.min; i < node.max && !failed_; ++i) {
      const uint32_t body = emit_runes(node.subs[0].set, 1, optional);
      optional = node.greedy ? emit_split(body, next) : emit_split(next, body);
    }
    return emit_runes(node.subs[0].set, static_cast<uint32_t>(node.min), optional);
  }

  static bool begins_apart_from_tails(const Ahead& after) {
    // A class of all non-ASCII runes has every high byte; a literal only lead bytes.
    for (int byte = 0x80; byte < 0xC2; ++byte)
      if (after.bytes[byte]) return false;
    return true;
  }

  void mark_skip() {
    const Inst* first = &program_.insts_[program_.entry_];
    while (first->code == Code::kBound) first = &program_.insts_[first->next];
    const bool run = first->code == Code::kRun || first->code == Code::kRunNot || first->code == Code::kRunAll;
    program_.skips_run_ = run && first->max == kNoLimit && first->min <= 1;
    if (!program_.skips_run_) return;
    program_.skip_ = static_cast<uint32_t>(first - program_.insts_.data());
  }

  SpanProgram& program_;
  std::vector<Ahead> aheads_;
  std::vector<uint32_t> renumbered_;
  bool failed_ = false;
};

std::unique_ptr<SpanProgram> SpanProgram::compile(const Node& root, const std::vector<bool>& keep) {
  std::unique_ptr<SpanProgram> program(new SpanProgram());
  if (!Compiler(*program, keep).compile(root)) return nullptr;
  return program;
}

}  // namespace invar::regex
