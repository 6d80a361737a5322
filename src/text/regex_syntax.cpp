#include "src/text/regex_syntax.h"

#include <array>
#include <optional>
#include <utility>

#include "src/base/quote.h"
#include "src/text/regex_class.h"

namespace invar::regex {
namespace {

constexpr int kMaxHeight = 1000;
constexpr double kMaxSize = 128 * 1024 * 1024 / 40;  // Go's limit in instructions
constexpr int kMaxRepeat = 1000;

// One open parenthesis (or the whole expression): what stands before the current position in it.
struct Frame {
  std::vector<Node> branches;  // complete alternatives
  std::vector<Node> items;     // of the current alternative
  Flags flags_outside;
  int group = 0;  // 0 = does not capture
};

// Appends to a concatenation: literals that touch become one, inner concatenations dissolve.
void append_item(std::vector<Node>& items, Node item) {
  if (item.op == Op::kConcat) {
    for (Node& sub : item.subs) append_item(items, std::move(sub));
  } else if (item.op == Op::kLiteral && !items.empty() && items.back().op == Op::kLiteral && items.back().fold == item.fold) {
    items.back().text += item.text;
    items.back().size += item.size;
  } else {
    items.push_back(std::move(item));
  }
}

Node make_concat(std::vector<Node> items) {
  std::vector<Node> merged;
  for (Node& item : items) append_item(merged, std::move(item));
  if (merged.empty()) return {};
  if (merged.size() == 1) return std::move(merged[0]);
  Node out;
  out.op = Op::kConcat;
  out.size = 0;
  for (const Node& item : merged) {
    out.height = std::max(out.height, item.height + 1);
    out.size += item.size;
  }
  out.subs = std::move(merged);
  return out;
}

Node make_alternate(std::vector<Node> branches) {
  if (branches.size() == 1) return std::move(branches[0]);
  Node out;
  out.op = Op::kAlternate;
  out.size = static_cast<double>(branches.size()) - 1;
  for (Node& branch : branches) {
    out.height = std::max(out.height, branch.height + 1);
    out.size += branch.size;
    if (branch.op == Op::kAlternate)
      for (Node& sub : branch.subs) out.subs.push_back(std::move(sub));
    else
      out.subs.push_back(std::move(branch));
  }
  return out;
}

// Nested counted repetitions must not multiply beyond 1000.
bool repeat_is_small(const Node& node, int budget) {
  if (node.op == Op::kRepeat && !(node.max <= 1 && node.min <= 1)) {
    const int times = node.max < 0 ? node.min : node.max;
    if (times > budget) return false;
    if (times > 0) budget /= times;
  } else if (node.op == Op::kRepeat && node.max == 0) {
    return true;
  }
  for (const Node& sub : node.subs)
    if (!repeat_is_small(sub, budget)) return false;
  return true;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : whole_(pattern), rest_(pattern) {
    frames_.emplace_back();
    names_.emplace_back();
  }

  Result<Syntax> parse() {
    while (!rest_.empty()) {
      const std::string_view before = rest_;
      repeated_ = false;
      if (auto error = step()) return *error;
      last_repeat_ = repeated_ ? before : std::string_view();
    }
    if (frames_.size() != 1) return syntax_error("missing closing )", whole_);
    Node root = close_alternatives();
    if (auto error = check_limits(root)) return *error;
    return Syntax{std::move(root), std::move(names_)};
  }

 private:
  using Failure = std::optional<Error>;

  std::vector<Node>& items() { return frames_.back().items; }

  Failure step() {
    switch (rest_[0]) {
      case '(':
        if (rest_.size() >= 2 && rest_[1] == '?') return open_perl_group();
        open_group(flags_, ++group_count_);
        names_.emplace_back();
        rest_.remove_prefix(1);
        return {};
      case '|':
        frames_.back().branches.push_back(make_concat(std::exchange(items(), {})));
        rest_.remove_prefix(1);
        return {};
      case ')':
        return close_group();
      case '^':
        return add_assertion(flags_.one_line ? Op::kBeginText : Op::kBeginLine, 1);
      case '$':
        return add_assertion(flags_.one_line ? Op::kEndText : Op::kEndLine, 1);
      case '.':
        add_class(any_rune(flags_.dot_newline));
        rest_.remove_prefix(1);
        return {};
      case '[':
        return add_bracket();
      case '*':
        return add_repeat(0, -1, 1);
      case '+':
        return add_repeat(1, -1, 1);
      case '?':
        return add_repeat(0, 1, 1);
      case '{':
        return add_counted_repeat();
      case '\\':
        return add_escape();
      default: {
        if (add_ascii_run()) return {};
        char32_t rune;
        if (auto error = take_rune(rest_, rune)) return error;
        add_literal(rune);
        return {};
      }
    }
  }

  // All the characters that mean themselves, but for one that a repetition takes for its own. False when there are less than two.
  bool add_ascii_run() {
    size_t length = 0;
    while (length < rest_.size() && is_plain(rest_[length])) ++length;
    if (length > 0 && length < rest_.size() && std::string_view("*+?{").find(rest_[length]) != std::string_view::npos) --length;
    if (length < 2) return false;
    Node node;
    node.op = Op::kLiteral;
    node.fold = flags_.fold;
    node.text = rest_.substr(0, length);
    node.size = static_cast<double>(length);
    items().push_back(std::move(node));
    rest_.remove_prefix(length);
    return true;
  }
  static bool is_plain(char c) {
    constexpr auto table = [] {
      std::array<bool, 256> plain{};
      for (size_t i = 0; i < 128; ++i) plain[i] = std::string_view("(|)^$.[*+?{\\").find(static_cast<char>(i)) == std::string_view::npos;
      return plain;
    }();
    return table[static_cast<unsigned char>(c)];
  }

  void add_literal(char32_t rune) {
    Node node;
    node.op = Op::kLiteral;
    node.fold = flags_.fold;
    append_rune(node.text, rune);
    items().push_back(std::move(node));
  }

  void add_class(CharSet set) {
    Node node;
    node.op = Op::kClass;
    node.set = std::move(set);
    items().push_back(std::move(node));
  }

  Failure add_assertion(Op op, size_t length) {
    Node node;
    node.op = op;
    items().push_back(std::move(node));
    rest_.remove_prefix(length);
    return {};
  }

  Failure add_bracket() {
    auto set = parse_bracket(rest_, flags_.fold);
    if (!set) return set.error();
    add_class(std::move(*set));
    return {};
  }

  void open_group(Flags outside, int group) {
    frames_.emplace_back();
    frames_.back().flags_outside = outside;
    frames_.back().group = group;
  }

  Node close_alternatives() {
    Frame& frame = frames_.back();
    frame.branches.push_back(make_concat(std::move(frame.items)));
    return make_alternate(std::move(frame.branches));
  }

  Failure close_group() {
    if (frames_.size() == 1) return syntax_error("unexpected )", whole_);
    Node inner = close_alternatives();
    const int group = frames_.back().group;
    flags_ = frames_.back().flags_outside;
    frames_.pop_back();
    if (auto error = check_limits(inner)) return error;
    if (group > 0) {
      Node node;
      node.op = Op::kGroup;
      node.group = group;
      node.height = inner.height + 1;
      node.size = inner.size + 2;
      node.subs.push_back(std::move(inner));
      items().push_back(std::move(node));
    } else {
      if (inner.op == Op::kLiteral || inner.op == Op::kConcat) {
        // Kept together: what follows may repeat the whole group.
        Node node;
        node.op = Op::kConcat;
        node.height = inner.height;
        node.size = inner.size;
        if (inner.op == Op::kConcat)
          node.subs = std::move(inner.subs);
        else
          node.subs.push_back(std::move(inner));
        items().push_back(std::move(node));
      } else {
        items().push_back(std::move(inner));
      }
    }
    rest_.remove_prefix(1);
    return {};
  }

  Failure open_perl_group() {
    const std::string_view start = rest_;
    const bool with_p = start.size() > 4 && start[2] == 'P' && start[3] == '<';
    const bool plain = start.size() > 3 && start[2] == '<';
    if (with_p || plain) return open_named_group(plain ? 3 : 4);

    rest_.remove_prefix(2);
    Flags flags = flags_;
    bool negative = false;
    bool saw_flag = false;
    while (!rest_.empty()) {
      char32_t rune;
      if (auto error = take_rune(rest_, rune)) return error;
      if (rune == 'i') {
        flags.fold = !negative, saw_flag = true;
      } else if (rune == 'm') {
        flags.one_line = negative, saw_flag = true;
      } else if (rune == 's') {
        flags.dot_newline = !negative, saw_flag = true;
      } else if (rune == 'U') {
        flags.lazy = !negative, saw_flag = true;
      } else if (rune == '-' && !negative) {
        negative = true, saw_flag = false;
      } else if ((rune == ':' || rune == ')') && (!negative || saw_flag)) {
        if (rune == ':') open_group(flags_, 0);
        flags_ = flags;
        return {};
      } else {
        break;
      }
    }
    return syntax_error("invalid or unsupported Perl syntax", start.substr(0, start.size() - rest_.size()));
  }

  Failure open_named_group(size_t name_begin) {
    const std::string_view start = rest_;
    const size_t end = start.find('>');
    if (end == std::string_view::npos) {
      if (auto error = check_utf8(start)) return error;
      return syntax_error("invalid named capture", start);
    }
    const std::string_view name = start.substr(name_begin, end - name_begin);
    if (auto error = check_utf8(name)) return error;
    bool valid = !name.empty();
    for (const char c : name) valid = valid && (c == '_' || is_alnum(static_cast<unsigned char>(c)));
    if (!valid) return syntax_error("invalid named capture", start.substr(0, end + 1));
    open_group(flags_, ++group_count_);
    names_.emplace_back(name);
    rest_.remove_prefix(end + 1);
    return {};
  }

  // `length` is that of the operator at the front of rest_.
  Failure add_repeat(int min, int max, size_t length, bool counted = false) {
    const std::string_view before = rest_;
    rest_.remove_prefix(length);
    bool greedy = !flags_.lazy;
    if (!rest_.empty() && rest_[0] == '?') {
      rest_.remove_prefix(1);
      greedy = !greedy;
    }
    if (!last_repeat_.empty())
      return syntax_error("invalid nested repetition operator", last_repeat_.substr(0, last_repeat_.size() - rest_.size()));
    const std::string_view written = before.substr(0, before.size() - rest_.size());
    if (items().empty()) return syntax_error("missing argument to repetition operator", written);

    Node node;
    node.op = Op::kRepeat;
    node.min = min;
    node.max = max;
    node.greedy = greedy;
    Node sub = std::move(items().back());
    items().pop_back();
    node.height = sub.height + 1;
    if (max < 0)
      node.size = min == 0 ? sub.size + 2 : 1 + min * sub.size;
    else
      node.size = std::max(1.0, max * sub.size + (max - min));
    node.subs.push_back(std::move(sub));
    if (auto error = check_limits(node)) return error;
    if (counted && (min >= 2 || max >= 2) && !repeat_is_small(node, kMaxRepeat))
      return syntax_error("invalid repeat count", written);
    items().push_back(std::move(node));
    repeated_ = true;
    return {};
  }

  Failure add_counted_repeat() {
    std::string_view rest = rest_.substr(1);
    int min, max;
    bool form = take_count(rest, min) && !rest.empty();
    if (form && rest[0] == ',') {
      rest.remove_prefix(1);
      if (rest.empty()) {
        form = false;
      } else if (rest[0] == '}') {
        max = -1;
      } else {
        form = take_count(rest, max);
        if (form && max < 0) min = -1;
      }
    } else if (form) {
      max = min;
    }
    if (!form || rest.empty() || rest[0] != '}') {
      add_literal('{');
      rest_.remove_prefix(1);
      return {};
    }
    const size_t length = rest_.size() - rest.size() + 1;
    if (min < 0 || min > kMaxRepeat || max > kMaxRepeat || (max >= 0 && min > max))
      return syntax_error("invalid repeat count", rest_.substr(0, length));
    return add_repeat(min, max, length, true);
  }

  // Digits without leading zeros; -1 when the number is too big to matter.
  static bool take_count(std::string_view& rest, int& out) {
    const auto digit = [&](size_t i) { return i < rest.size() && rest[i] >= '0' && rest[i] <= '9'; };
    if (!digit(0) || (rest[0] == '0' && digit(1))) return false;
    out = 0;
    size_t i = 0;
    for (; digit(i); ++i)
      if (out >= 0) out = out >= 100'000'000 ? -1 : out * 10 + (rest[i] - '0');
    rest.remove_prefix(i);
    return true;
  }

  Failure add_escape() {
    if (rest_.size() >= 2) {
      switch (rest_[1]) {
        case 'A': return add_assertion(Op::kBeginText, 2);
        case 'z': return add_assertion(Op::kEndText, 2);
        case 'b': return add_assertion(Op::kWordBoundary, 2);
        case 'B': return add_assertion(Op::kNotWordBoundary, 2);
        case 'C': return syntax_error("invalid escape sequence", rest_.substr(0, 2));
        case 'Q': return add_quoted();
        default: break;
      }
      auto set = parse_class_escape(rest_, flags_.fold);
      if (!set) return set.error();
      if (*set) {
        add_class(std::move(**set));
        return {};
      }
    }
    char32_t rune;
    if (auto error = take_escape(rest_, rune)) return error;
    add_literal(rune);
    return {};
  }

  Failure add_quoted() {
    std::string_view quoted_text = rest_.substr(2);
    const size_t end = quoted_text.find("\\E");
    rest_ = end == std::string_view::npos ? std::string_view() : quoted_text.substr(end + 2);
    quoted_text = quoted_text.substr(0, end);
    while (!quoted_text.empty()) {
      char32_t rune;
      if (auto error = take_rune(quoted_text, rune)) return error;
      add_literal(rune);
    }
    return {};
  }

  Failure check_limits(const Node& node) const {
    if (node.size > kMaxSize) return syntax_error("expression too large", whole_);
    if (node.height > kMaxHeight) return syntax_error("expression nests too deeply", whole_);
    return {};
  }

  std::string_view whole_;
  std::string_view rest_;
  std::string_view last_repeat_;
  bool repeated_ = false;
  Flags flags_;
  int group_count_ = 0;
  std::vector<Frame> frames_;
  std::vector<std::string> names_;
};

}  // namespace

Result<Syntax> parse_syntax(std::string_view pattern) { return Parser(pattern).parse(); }

}  // namespace invar::regex
