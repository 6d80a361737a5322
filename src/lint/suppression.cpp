#include "src/lint/suppression.h"

#include <algorithm>

#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::lint {
namespace {

constexpr std::string_view kMarker = "invar:ignore";
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed_front(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text;
}

bool is_code(std::string_view word) {
  return word.starts_with("INV") && word.size() > 3 && std::all_of(word.begin() + 3, word.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
}

/// A body with the places of its braces; the file's has none.
struct Inside {
  const ast::Body* body;
  const ast::Block* owner = nullptr;
};

Inside innermost(const ast::Body& body, uint32_t offset) {
  Inside inside{&body};
  for (bool deeper = true; deeper;) {
    deeper = false;
    for (const ast::Statement& statement : *inside.body) {
      const ast::Block* block = statement.block();
      if (!block || offset < block->open_curly || offset > block->close_curly) continue;
      inside = {&block->body, block};
      deeper = true;
      break;
    }
  }
  return inside;
}

uint32_t line_of(const Span& at, uint32_t offset) { return at.source->position(offset).line; }

/// What the comment is about. On a line of its own: the statement behind it. Behind something: the statement or block that begins or ends on its line.
Span covered_by(const Span& comment, const ast::File& file) {
  const Inside inside = innermost(file.body, comment.begin);
  const uint32_t line = line_of(comment, comment.begin);
  const Span* before = nullptr;
  const Span* behind = nullptr;
  for (const ast::Statement& statement : *inside.body) {
    if (statement.span.begin > comment.begin) {
      behind = &statement.span;
      break;
    }
    before = &statement.span;
  }
  // Inside an expression.
  if (before && before->end > comment.begin) return *before;
  if (before && line_of(comment, before->end) == line) return *before;
  if (inside.owner && line_of(comment, inside.owner->open_curly) == line)
    return {comment.source, inside.owner->name_span.begin, inside.owner->close_curly + 1};
  return behind ? *behind : Span();
}

bool covers(const Suppression& suppression, const Finding& finding) {
  const Span& span = suppression.covers;
  return span.source && span.source == finding.span.source && span.begin <= finding.span.begin && finding.span.begin < std::max(span.end, span.begin + 1);
}

bool is_ignored(std::vector<Suppression>& suppressions, const Finding& finding) {
  bool ignored = false;
  for (Suppression& suppression : suppressions)
    for (Suppression::Code& code : suppression.codes)
      if (code.text == finding.code && covers(suppression, finding)) ignored = code.used = true;
  return ignored;
}

/// The bytes to take out with the comment: its line, when nothing else stands there.
Span with_line(const Span& comment) {
  const std::string_view text = comment.source->text();
  uint32_t begin = comment.begin, end = comment.end;
  while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) --begin;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) ++end;
  const bool ends_line = end == text.size() || text[end] == '\n';
  if (!ends_line) return comment;
  if (begin > 0 && text[begin - 1] != '\n') return {comment.source, begin, comment.end};
  return {comment.source, begin, std::min<uint32_t>(end + 1, static_cast<uint32_t>(text.size()))};
}

/// Takes one code out of the list, or the whole comment when it is the only one.
Fix without(const Suppression& suppression, size_t index) {
  const std::vector<Suppression::Code>& codes = suppression.codes;
  if (codes.size() == 1) return {"remove the comment", true, {{with_line(suppression.comment), ""}}};
  const uint32_t begin = index == 0 ? codes[0].span.begin : codes[index - 1].span.end, end = index == 0 ? codes[1].span.begin : codes[index].span.end;
  return {"remove the code", true, {{{suppression.comment.source, begin, end}, ""}}};
}

}  // namespace

bool read_suppression(std::string_view text, Span at, Suppression& suppression) {
  std::string_view rest = text;
  while (!rest.empty() && (rest.front() == '/' || rest.front() == '*' || rest.front() == '#')) rest.remove_prefix(1);
  rest = trimmed_front(rest);
  if (!rest.starts_with(kMarker)) return false;
  rest.remove_prefix(kMarker.size());
  if (!rest.empty() && kBlanks.find(rest.front()) == std::string_view::npos) return false;
  suppression.comment = at;
  if (rest.ends_with("*/")) rest.remove_suffix(2);
  for (bool more = true; more;) {
    rest = trimmed_front(rest);
    const std::string_view word = rest.substr(0, rest.find_first_of(",: \t\r\n"));
    // The first word is meant as a code, whatever it is.
    if (word.empty() || (!suppression.codes.empty() && !is_code(word))) break;
    const auto begin = at.begin + static_cast<uint32_t>(word.data() - text.data());
    suppression.codes.push_back({word, {at.source, begin, begin + static_cast<uint32_t>(word.size())}});
    rest.remove_prefix(word.size());
    const std::string_view behind = trimmed_front(rest);
    more = behind.starts_with(',');
    if (more) rest = behind.substr(1);
  }
  suppression.reasoned = rest.find_first_not_of(" \t\r\n:,-") != std::string_view::npos;
  return true;
}

std::vector<Suppression> suppressions_of(const ast::File& file) {
  std::vector<Suppression> all;
  // Carriage returns are not in the comment's text, but in its span.
  for (const auto& group : file.comments)
    for (const ast::Comment& comment : group) {
      Suppression suppression;
      if (!read_suppression(comment.span.text(), comment.span, suppression)) continue;
      suppression.covers = covered_by(comment.span, file);
      all.push_back(std::move(suppression));
    }
  return all;
}

void apply_suppressions(std::vector<Suppression> suppressions, const std::set<std::string_view>& unchecked, std::vector<Finding>& findings) {
  std::erase_if(findings, [&](const Finding& finding) { return is_ignored(suppressions, finding); });
  for (const Suppression& suppression : suppressions) {
    if (suppression.codes.empty())
      findings.push_back({kUnknownIgnore, FindingSeverity::kWarning, suppression.comment, "the comment names no code", "invar:ignore INV150 and a reason"});
    for (size_t i = 0; i < suppression.codes.size(); ++i) {
      const Suppression::Code& code = suppression.codes[i];
      if (!find_rule(code.text))
        findings.push_back({kUnknownIgnore, FindingSeverity::kWarning, code.span, "there is no rule " + std::string(code.text), "`invar explain` lists them"});
      else if (!code.used && !unchecked.contains(code.text))
        findings.push_back({kUnusedIgnore, FindingSeverity::kWarning, code.span, std::string(code.text) + " is not found where this comment ignores it",
                            "remove it", without(suppression, i)});
    }
    if (!suppression.codes.empty() && !suppression.reasoned)
      findings.push_back({kReasonlessIgnore, FindingSeverity::kWarning, suppression.comment, "the comment does not say why", "write the reason behind the code"});
  }
}

}  // namespace invar::lint
