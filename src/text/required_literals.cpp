#include "src/text/required_literals.h"

#include <algorithm>
#include <optional>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace invar::regex {
namespace {

using Literal = RequiredLiterals::Literal;
using Literals = std::vector<Literal>;

constexpr size_t kMostLiterals = 16;
constexpr size_t kLongest = 24;
constexpr char kFold = 0x20;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// What is known of a part of an expression: all texts it matches, when they are few; else how its matches end, and what they have inside.
struct Knowledge {
  bool exact = false;
  Literals ends;                 // the texts themselves when exact; one that is empty says nothing
  std::optional<Literals> best;  // of which every match has one inside
};

size_t shortest(const Literals& literals) {
  size_t length = kLongest;
  for (const Literal& literal : literals) length = std::min(length, literal.text.size());
  return length;
}

void consider(std::optional<Literals>& best, const Literals& candidate) {
  const size_t length = shortest(candidate);
  if (length < 2 || candidate.empty()) return;
  if (!best || length > shortest(*best) || (length == shortest(*best) && candidate.size() < best->size())) best = candidate;
}

void add_all(Literals& to, const Literals& from) {
  for (const Literal& literal : from)
    if (std::find(to.begin(), to.end(), literal) == to.end()) to.push_back(literal);
}

/// Each of `heads` followed by each of `tails`; nullopt when that is too much.
std::optional<Literals> joined(const Literals& heads, const Literals& tails) {
  if (heads.size() * tails.size() > kMostLiterals) return std::nullopt;
  Literals result;
  for (const Literal& head : heads)
    for (const Literal& tail : tails) {
      if (head.text.size() + tail.text.size() > kLongest) return std::nullopt;
      result.push_back({head.text + tail.text, head.fold + tail.fold});
    }
  return result;
}

Knowledge nothing() { return {false, {{}}, std::nullopt}; }
Knowledge exactly(Literals texts) { return {true, std::move(texts), std::nullopt}; }

/// One behind the other.
class Concatenation {
 public:
  void append(const Knowledge& next) {
    if (next.best) consider(known_.best, *next.best);
    auto both = next.exact ? joined(known_.ends, next.ends) : std::nullopt;
    if (both) {
      known_.ends = std::move(*both);
      return;
    }
    consider(known_.best, known_.ends);
    known_.ends = next.ends;
    known_.exact = false;
  }
  Knowledge take() {
    if (!known_.exact) consider(known_.best, known_.ends);
    return std::move(known_);
  }

 private:
  Knowledge known_ = exactly({{}});
};

/// Letters that any case makes more than two of (k, s) and everything beyond ASCII say nothing when folded.
Knowledge of_byte(char c, bool fold) {
  if (!fold || !is_letter(c)) return !fold || static_cast<unsigned char>(c) < 0x80 ? exactly({{std::string(1, c), std::string(1, '\0')}}) : nothing();
  const char lower = static_cast<char>(c | kFold);
  if (lower == 'k' || lower == 's') return nothing();
  return exactly({{std::string(1, lower), std::string(1, kFold)}});
}

Knowledge of_literal(const Node& node) {
  // U+FFFD also stands for broken bytes.
  if (node.text.find("\xef\xbf\xbd") != std::string::npos) return nothing();
  Concatenation all;
  for (const char c : node.text) all.append(of_byte(c, node.fold));
  return all.take();
}

Knowledge of_class(const Node& node) {
  if (node.set.opaque || node.set.beyond != CharSet::Beyond::kNone) return nothing();
  Literals bytes;
  for (unsigned char c = 0; c < 128; ++c)
    if (node.set.has(c)) bytes.push_back({std::string(1, static_cast<char>(c)), std::string(1, '\0')});
  return bytes.empty() || bytes.size() > kMostLiterals / 4 ? nothing() : exactly(std::move(bytes));
}

Knowledge of_node(const Node& node);

/// Literals of several branches; nothing once they are too many, or one branch has none.
class Union {
 public:
  void add(const std::optional<Literals>& more) {
    if (!all_) return;
    if (more) add_all(*all_, *more);
    if (!more || all_->size() > kMostLiterals) all_.reset();
  }
  std::optional<Literals> take() { return std::move(all_); }

 private:
  std::optional<Literals> all_ = Literals();
};

Knowledge of_alternation(const Node& node) {
  bool exact = true;
  Union ends, inside;
  for (const Node& sub : node.subs) {
    Knowledge known = of_node(sub);
    exact &= known.exact;
    ends.add(known.ends);
    if (known.exact) consider(known.best, known.ends);
    inside.add(known.best);
  }
  Knowledge all = nothing();
  if (auto texts = ends.take()) {
    all.ends = std::move(*texts);
    all.exact = exact;
  }
  if (all.exact) return all;
  if (const auto best = inside.take()) consider(all.best, *best);
  return all;
}

Knowledge of_repeat(const Node& node) {
  if (node.min < 1) return nothing();
  Knowledge known = of_node(node.subs[0]);
  if (known.exact && node.min == 1 && node.max == 1) return known;
  consider(known.best, known.ends);
  known.exact = false;
  return known;
}

Knowledge of_node(const Node& node) {
  switch (node.op) {
    case Op::kLiteral: return of_literal(node);
    case Op::kClass: return of_class(node);
    case Op::kGroup: return of_node(node.subs[0]);
    case Op::kRepeat: return of_repeat(node);
    case Op::kAlternate: return of_alternation(node);
    case Op::kConcat: {
      Concatenation all;
      for (const Node& sub : node.subs) all.append(of_node(sub));
      return all.take();
    }
    default: return exactly({{}});  // stands between bytes
  }
}

/// How seldom a byte is in log lines, roughly.
int rarity(char c, bool fold) {
  if (std::string_view(" etaoinr").find(static_cast<char>(c | (fold ? kFold : 0))) != std::string_view::npos) return 0;
  if (c >= '0' && c <= '9') return 0;
  if (is_letter(c)) return std::string_view("jqxzvwkbyp").find(static_cast<char>(c | kFold)) != std::string_view::npos ? 3 : 1;
  if (std::string_view("\".:/-,=_").find(c) != std::string_view::npos) return 2;
  return 4;
}

}  // namespace

std::unique_ptr<RequiredLiterals> RequiredLiterals::of(const Node& root) {
  Knowledge known = of_node(root);
  if (known.exact) consider(known.best, known.ends);
  if (!known.best) return nullptr;
  auto result = std::make_unique<RequiredLiterals>();
  result->literals_ = std::move(*known.best);
  return result->choose_pairs() ? std::move(result) : nullptr;
}

/// For each literal its rarest pair, but rather one that another literal has as well.
bool RequiredLiterals::choose_pairs() {
  for (const Literal& literal : literals_) {
    Place best{};
    Pair best_pair{};
    int best_score = -1;
    for (size_t i = 0; i + 1 < literal.text.size(); ++i) {
      const Pair pair{{literal.text[i], literal.text[i + 1]}, {literal.fold[i], literal.fold[i + 1]}};
      const auto known = std::find(pairs_.begin(), pairs_.begin() + static_cast<std::ptrdiff_t>(pair_count_), pair);
      const auto index = static_cast<size_t>(known - pairs_.begin());
      const int score = rarity(pair.bytes[0], pair.fold[0]) + rarity(pair.bytes[1], pair.fold[1]) + (index < pair_count_ ? 4 : 0);
      if (score <= best_score) continue;
      best_score = score;
      best = {index, i};
      best_pair = pair;
    }
    if (best.pair == pair_count_) {
      if (pair_count_ == kMostPairs) return false;
      pairs_[pair_count_++] = best_pair;
    }
    places_.push_back(best);
  }
  return true;
}

bool RequiredLiterals::stands_at(std::string_view text, size_t at, size_t pair) const {
  for (size_t i = 0; i < literals_.size(); ++i) {
    if (places_[i].pair != pair || places_[i].offset > at) continue;
    const Literal& literal = literals_[i];
    const size_t begin = at - places_[i].offset;
    if (text.size() - begin < literal.text.size()) continue;
    size_t same = 0;
    while (same < literal.text.size() && static_cast<char>(text[begin + same] | literal.fold[same]) == literal.text[same]) ++same;
    if (same == literal.text.size()) return true;
  }
  return false;
}

#if defined(__SSE2__)
/// Looks at whole vectors of `text`, and sets `at` behind them.
template <size_t kPairs>
bool RequiredLiterals::found_in_vectors(std::string_view text, size_t& at) const {
  __m128i first[kPairs], first_fold[kPairs], second[kPairs], second_fold[kPairs];
  for (size_t i = 0; i < kPairs; ++i) {
    first[i] = _mm_set1_epi8(pairs_[i].bytes[0]);
    first_fold[i] = _mm_set1_epi8(pairs_[i].fold[0]);
    second[i] = _mm_set1_epi8(pairs_[i].bytes[1]);
    second_fold[i] = _mm_set1_epi8(pairs_[i].fold[1]);
  }
  const size_t last = text.size() - 1;
  for (; at + 16 <= last; at += 16) {
    const __m128i heads = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i tails = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at + 1));
    __m128i same[kPairs], any = _mm_setzero_si128();
    for (size_t i = 0; i < kPairs; ++i) {
      same[i] = _mm_and_si128(_mm_cmpeq_epi8(_mm_or_si128(heads, first_fold[i]), first[i]), _mm_cmpeq_epi8(_mm_or_si128(tails, second_fold[i]), second[i]));
      any = _mm_or_si128(any, same[i]);
    }
    if (_mm_movemask_epi8(any) == 0) continue;
    for (size_t i = 0; i < kPairs; ++i)
      for (auto hits = static_cast<unsigned>(_mm_movemask_epi8(same[i])); hits != 0; hits &= hits - 1)
        if (stands_at(text, at + static_cast<size_t>(__builtin_ctz(hits)), i)) return true;
  }
  return false;
}
#endif

bool RequiredLiterals::found_in(std::string_view text) const {
  if (text.size() < 2) return false;
  const char* const begin = text.data();
  const size_t last = text.size() - 1;  // where no pair begins any more
  size_t at = 0;
#if defined(__SSE2__)
  static_assert(kMostPairs == 4);
  switch (pair_count_) {
    case 1: if (found_in_vectors<1>(text, at)) return true; break;
    case 2: if (found_in_vectors<2>(text, at)) return true; break;
    case 3: if (found_in_vectors<3>(text, at)) return true; break;
    default: if (found_in_vectors<4>(text, at)) return true;
  }
#endif
  for (; at < last; ++at)
    for (size_t i = 0; i < pair_count_; ++i)
      if (static_cast<char>(begin[at] | pairs_[i].fold[0]) == pairs_[i].bytes[0] &&
          static_cast<char>(begin[at + 1] | pairs_[i].fold[1]) == pairs_[i].bytes[1] && stands_at(text, at, i))
        return true;
  return false;
}

}  // namespace invar::regex
