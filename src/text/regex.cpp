#include "src/text/regex.h"

#include <re2/re2.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "src/base/quote.h"
#include "src/text/literal_search.h"
#include "src/text/regex_syntax.h"
#include "src/text/required_literals.h"
#include "src/text/span_program.h"

namespace invar {
namespace regex {
namespace {

constexpr int64_t kRe2Memory[] = {8 << 20, 64 << 20, 512 << 20};
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// The text of an expression that is nothing but literals.
std::optional<std::string> literal_of(const Node& node) {
  if (node.op == Op::kEmpty) return "";
  if (node.op == Op::kLiteral) return node.fold ? std::nullopt : std::optional(node.text);
  if (node.op != Op::kConcat) return std::nullopt;
  std::string out;
  for (const Node& sub : node.subs) {
    const auto part = literal_of(sub);
    if (!part) return std::nullopt;
    out += *part;
  }
  return out;
}

// What stands between \A and \z, when the expression is anchored at both ends.
std::optional<std::span<const Node>> between_anchors(const Node& root) {
  if (root.op != Op::kConcat || root.subs.front().op != Op::kBeginText || root.subs.back().op != Op::kEndText) return std::nullopt;
  return std::span(root.subs).subspan(1, root.subs.size() - 2);
}

// The longest literal without which there is no match.
void find_required(const Node& node, std::string& best) {
  switch (node.op) {
    case Op::kLiteral:
      // U+FFFD also stands for broken bytes.
      if (!node.fold && node.text.size() > best.size() && node.text.find(kReplacement) == std::string::npos) best = node.text;
      break;
    case Op::kGroup: find_required(node.subs[0], best); break;
    case Op::kRepeat:
      if (node.min > 0) find_required(node.subs[0], best);
      break;
    case Op::kConcat:
      for (const Node& sub : node.subs) find_required(sub, best);
      break;
    default: break;
  }
}

bool has_not_word_boundary(const Node& node) {
  return node.op == Op::kNotWordBoundary || std::any_of(node.subs.begin(), node.subs.end(), has_not_word_boundary);
}

// Do broken bytes matter to it? RE2 never matches them, Go takes each as U+FFFD.
bool sees_broken_bytes(const Node& node) {
  if (node.op == Op::kNotWordBoundary) return true;
  if (node.op == Op::kClass) return node.set.opaque || node.set.beyond != CharSet::Beyond::kNone;
  if (node.op == Op::kLiteral) return node.text.find(kReplacement) != std::string::npos;
  return std::any_of(node.subs.begin(), node.subs.end(), sees_broken_bytes);
}

// A copy of a text with every broken byte replaced by U+FFFD, and the way back. One per thread, reused.
struct MendedText {
  std::string text;
  std::vector<size_t> mended;  // where the replacements begin

  void mend(std::string_view source) {
    text.clear();
    mended.clear();
    while (!source.empty()) {
      size_t length = 1;
      if (static_cast<unsigned char>(source[0]) >= 0x80) {
        const char32_t rune = decode_rune(source, length);
        if (rune == 0xFFFD && length == 1) {
          mended.push_back(text.size());
          text += kReplacement;
          source.remove_prefix(1);
          continue;
        }
      }
      text.append(source.substr(0, length));
      source.remove_prefix(length);
    }
  }
  size_t to_source(size_t position) const {
    const auto before = std::lower_bound(mended.begin(), mended.end(), position) - mended.begin();
    return position - 2 * static_cast<size_t>(before);
  }
  size_t from_source(size_t position) const {
    for (const size_t at : mended) {
      if (at >= position) break;
      position += 2;
    }
    return position;
  }
};

MendedText& scratch() {
  static thread_local MendedText text;
  return text;
}

}  // namespace

struct Program {
  std::string pattern;
  std::shared_ptr<const Syntax> syntax;
  std::vector<bool> keep;
  std::vector<std::string> names;  // of kept groups, after the whole match

  std::optional<std::string> substring;              // the expression is this literal
  std::optional<std::string> whole;                  // ... for whole texts
  std::optional<std::vector<std::string>> set;       // one of these, for whole texts; sorted
  std::unique_ptr<SpanProgram> span;
  std::string required;
  std::unique_ptr<RequiredLiterals> any_required;  // where `required` says little
  bool sees_broken = false;
  bool may_split_rune = false;  // RE2 finds \B inside of a rune

  mutable std::once_flag re2_once;
  mutable std::unique_ptr<RE2> re2;

  int groups() const { return static_cast<int>(names.size()) - 1; }

  const RE2& reference() const {
    std::call_once(re2_once, [this] {
      const std::string text = write_re2(syntax->root, keep);
      for (const int64_t memory : kRe2Memory) {
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(memory);
        re2 = std::make_unique<RE2>(text, options);
        if (re2->error_code() != RE2::ErrorPatternTooLarge) break;
      }
    });
    return *re2;
  }

  void prepare();
  /// Could there be a match?
  bool has_required(std::string_view text) const {
    if (any_required) return any_required->found_in(text);
    return required.empty() || has_literal(text, required);
  }
  bool find_by_re2(std::string_view text, size_t start, std::span<std::string_view> groups) const;
  bool find_mended(std::string_view text, size_t start, std::span<std::string_view> groups) const;
  bool run_re2(std::string_view text, size_t start, std::span<std::string_view> groups) const;
};

void Program::prepare() {
  const Node& root = syntax->root;
  names.assign(1, "");
  for (size_t group = 1; group < keep.size(); ++group)
    if (keep[group]) names.push_back(syntax->group_names[group]);
  sees_broken = sees_broken_bytes(root);
  may_split_rune = has_not_word_boundary(root);
  span = SpanProgram::compile(root, keep);
  const bool prefilters = !span || !(span->starts_at_begin() || span->starts_with_literal());
  if (prefilters) find_required(root, required);
  constexpr size_t kTelling = 3;
  if (prefilters && required.size() < kTelling) any_required = RequiredLiterals::of(root);

  if (sees_broken) return;  // U+FFFD also stands for broken bytes: what follows compares bytes
  if (groups() == 0) substring = literal_of(root);
  const auto inner = between_anchors(root);
  if (!inner) return;
  if (inner->empty()) {
    whole = "";
    return;
  }
  if (inner->size() != 1) return;
  const Node* body = &inner->front();
  if (groups() == 0) whole = literal_of(*body);
  while (body->op == Op::kGroup) body = &body->subs[0];
  if (body->op != Op::kAlternate) return;
  std::vector<std::string> words;
  for (const Node& branch : body->subs) {
    auto word = literal_of(branch);
    if (!word) return;
    words.push_back(std::move(*word));
  }
  std::sort(words.begin(), words.end());
  set = std::move(words);
}

// `text` is UTF-8, or broken bytes don't matter.
bool Program::run_re2(std::string_view text, size_t start, std::span<std::string_view> groups) const {
  std::string_view whole_match;
  if (may_split_rune && groups.empty()) groups = std::span(&whole_match, 1);
  constexpr size_t kInline = 16;
  const size_t wanted = std::min(groups.size(), names.size());
  re2::StringPiece inline_pieces[kInline];
  std::vector<re2::StringPiece> more;
  re2::StringPiece* pieces = inline_pieces;
  if (wanted > kInline) {
    more.resize(wanted);
    pieces = more.data();
  }
  const re2::StringPiece subject(text.data(), text.size());
  for (;;) {
    if (!reference().Match(subject, start, text.size(), RE2::UNANCHORED, pieces, static_cast<int>(wanted))) return false;
    if (!may_split_rune) break;
    const auto is_tail = [&](size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
    start = static_cast<size_t>(pieces[0].data() - text.data());
    if (!is_tail(start)) break;
    while (is_tail(start)) ++start;
  }
  for (size_t i = 0; i < groups.size(); ++i)
    groups[i] = i < wanted ? std::string_view(pieces[i].data(), pieces[i].size()) : std::string_view();
  return true;
}

bool Program::find_mended(std::string_view text, size_t start, std::span<std::string_view> groups) const {
  MendedText& mended = scratch();
  mended.mend(text);
  if (!run_re2(mended.text, mended.from_source(start), groups)) return false;
  for (std::string_view& group : groups) {
    if (group.data() == nullptr) continue;
    const size_t begin = mended.to_source(static_cast<size_t>(group.data() - mended.text.data()));
    const size_t end = mended.to_source(static_cast<size_t>(group.data() - mended.text.data()) + group.size());
    group = text.substr(begin, end - begin);
  }
  return true;
}

bool Program::find_by_re2(std::string_view text, size_t start, std::span<std::string_view> groups) const {
  if (sees_broken && !simdjson::validate_utf8(text.data(), text.size())) return find_mended(text, start, groups);
  return run_re2(text, start, groups);
}

}  // namespace regex

using regex::Program;
using regex::SpanProgram;

namespace {

Result<std::shared_ptr<Program>> compile_program(std::string_view pattern, std::string_view whole, regex::Syntax syntax) {
  auto program = std::make_shared<Program>();
  program->pattern = pattern;
  program->keep.assign(syntax.group_names.size(), true);
  program->syntax = std::make_shared<const regex::Syntax>(std::move(syntax));
  program->prepare();
  if (!program->span && !program->reference().ok())
    return Error{"error parsing regexp: expression too large: `" + std::string(whole) + "`", "regex"};
  return program;
}

Result<std::shared_ptr<Program>> compile_program(std::string_view pattern, std::string_view whole) {
  auto syntax = regex::parse_syntax(whole);
  if (!syntax) return syntax.error();
  return compile_program(pattern, whole, std::move(*syntax));
}

std::string anchored(std::string_view pattern) { return "^(?s:" + std::string(pattern) + ")$"; }

/// No less than what RE2 makes of an expression, in instructions: a class beyond ASCII becomes hundreds of byte ranges.
double most_instructions(const regex::Node& node) {
  double sum = 4;
  for (const regex::Node& sub : node.subs) sum += most_instructions(sub);
  switch (node.op) {
    case regex::Op::kLiteral: return sum + 4.0 * static_cast<double>(node.text.size());
    case regex::Op::kClass: return node.set.opaque || node.set.beyond == regex::CharSet::Beyond::kSome ? 1'000 : 20;
    case regex::Op::kRepeat: return sum * (std::max({node.min, node.max, 1}) + 1);
    default: return sum;
  }
}

// A text with a pointer, so that an empty group differs from one without part in the match.
std::string_view with_address(std::string_view text) { return text.data() == nullptr ? std::string_view("", 0) : text; }

}  // namespace

Result<Regex> Regex::compile(std::string_view pattern) {
  auto program = compile_program(pattern, pattern);
  if (!program) return program.error();
  return Regex(std::move(*program));
}

Result<Regex> Regex::compile_anchored(std::string_view pattern) {
  auto program = compile_program(pattern, anchored(pattern));
  if (!program) return program.error();
  return Regex(std::move(*program));
}

Result<void> Regex::check_anchored(std::string_view pattern) {
  constexpr double kSurelyFits = 100'000;  // a third of RE2's limit
  const std::string whole = anchored(pattern);
  auto syntax = regex::parse_syntax(whole);
  if (!syntax) return syntax.error();
  if (most_instructions(syntax->root) < kSurelyFits) return {};
  const auto compiled = compile_program(pattern, whole, std::move(*syntax));
  return compiled ? Result<void>() : compiled.error();
}

std::string Regex::quote(std::string_view literal) {
  std::string out;
  for (const char c : literal) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

const std::string& Regex::pattern() const { return program_->pattern; }
int Regex::group_count() const { return program_->groups(); }
const std::vector<std::string>& Regex::group_names() const { return program_->names; }

int Regex::group_index(std::string_view name) const {
  if (name.empty()) return -1;
  const auto& names = program_->names;
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? -1 : static_cast<int>(at - names.begin());
}

bool Regex::matches(std::string_view text) const {
  const Program& program = *program_;
  if (program.substring) return has_literal(text, *program.substring);
  if (program.whole) return text == *program.whole;
  if (program.set) return std::binary_search(program.set->begin(), program.set->end(), text);
  text = with_address(text);
  if (!program.has_required(text)) return false;
  if (program.span) {
    const auto answer = program.span->run(text, 0, nullptr, 0);
    if (answer != SpanProgram::Answer::kGaveUp) return answer == SpanProgram::Answer::kYes;
  }
  return program.find_by_re2(text, 0, {});
}

bool Regex::find(std::string_view text, std::span<std::string_view> groups) const { return find_from(text, 0, groups); }

bool Regex::find_from(std::string_view text, size_t start, std::span<std::string_view> groups) const {
  if (groups.empty() && start == 0) return matches(text);
  text = with_address(text);
  if (start > text.size()) return false;
  const Program& program = *program_;
  if (!program.has_required(text.substr(start))) return false;
  if (!program.span) return program.find_by_re2(text, start, groups);

  constexpr size_t kInline = 2 * 32;
  const size_t wanted = std::min(groups.size(), program.names.size());
  const char* inline_bounds[kInline];
  std::vector<const char*> more;
  const char** bounds = inline_bounds;
  if (2 * wanted > kInline) {
    more.resize(2 * wanted);
    bounds = more.data();
  }
  if (wanted == 0) bounds = nullptr;
  const auto answer = program.span->run(text, start, bounds, static_cast<int>(wanted) - 1);
  if (answer == SpanProgram::Answer::kNo) return false;
  if (answer == SpanProgram::Answer::kGaveUp) return program.find_by_re2(text, start, groups);
  for (size_t i = 0; i < groups.size(); ++i) {
    const bool took_part = i < wanted && bounds[2 * i + 1] != nullptr && bounds[2 * i] != nullptr;
    groups[i] = took_part ? std::string_view(bounds[2 * i], static_cast<size_t>(bounds[2 * i + 1] - bounds[2 * i])) : std::string_view();
  }
  return true;
}

Regex Regex::with_only(std::span<const int> groups) const {
  auto program = std::make_shared<Program>();
  program->pattern = program_->pattern;
  program->syntax = program_->syntax;
  program->keep.assign(program_->keep.size(), false);
  int number = 0;
  for (size_t group = 1; group < program_->keep.size(); ++group) {
    if (!program_->keep[group]) continue;
    ++number;
    program->keep[group] = std::find(groups.begin(), groups.end(), number) != groups.end();
  }
  program->prepare();
  return Regex(std::move(program));
}

Regex Regex::by_reference() const {
  auto program = std::make_shared<Program>();
  program->pattern = program_->pattern;
  program->syntax = program_->syntax;
  program->keep = program_->keep;
  program->prepare();
  program->substring.reset();
  program->whole.reset();
  program->set.reset();
  program->span.reset();
  program->required.clear();
  program->any_required.reset();
  return Regex(std::move(program));
}

std::optional<std::string_view> Regex::whole_literal() const {
  if (program_->whole) return std::string_view(*program_->whole);
  return std::nullopt;
}

std::string_view Regex::engine() const {
  if (program_->substring || program_->whole) return "literal";
  if (program_->set) return "set";
  return program_->span ? "span" : "re2";
}

bool RegexMatches::next(std::span<std::string_view> groups) {
  while (position_ <= text_.size()) {
    if (!regex_.find_from(text_, position_, groups)) {
      position_ = text_.size() + 1;
      return false;
    }
    const auto begin = static_cast<size_t>(groups[0].data() - text_.data());
    const size_t end = begin + groups[0].size();
    INVAR_CHECK(end >= position_);
    bool accepted = true;
    if (end == position_) {
      // An empty match right behind the previous match does not count.
      accepted = begin != previous_end_;
      size_t length = 1;
      if (position_ < text_.size()) decode_rune(text_.substr(position_), length);
      position_ += length;
    } else {
      position_ = end;
    }
    previous_end_ = end;
    if (accepted) return true;
  }
  return false;
}

void replace_all(const Regex& regex, std::string_view text, const RegexTemplate& replacement, std::string& out) {
  text = with_address(text);
  std::vector<std::string_view> groups(replacement.groups().empty() ? 1 : static_cast<size_t>(replacement.groups().back()) + 1);
  RegexMatches matches(regex, text);
  const char* copied = text.data();
  while (matches.next(groups)) {
    out.append(copied, groups[0].data());
    replacement.append(out, groups);
    copied = groups[0].data() + groups[0].size();
  }
  out.append(copied, text.data() + text.size());
}

}  // namespace invar
