#include "src/text/regex_class.h"
#include "src/text/regex_syntax.h"

namespace invar::regex {
namespace {

bool is_single(const Node& node) {
  return node.op == Op::kClass || node.op == Op::kGroup || (node.op == Op::kLiteral && node.text.size() == 1 && !node.fold);
}

void append_repeat(const Node& node, std::string& out) {
  if (node.max == -1 && node.min <= 1) {
    out += node.min == 0 ? '*' : '+';
  } else if (node.min == 0 && node.max == 1) {
    out += '?';
  } else {
    out += '{' + std::to_string(node.min);
    if (node.max != node.min) {
      out += ',';
      if (node.max >= 0) out += std::to_string(node.max);
    }
    out += '}';
  }
  if (!node.greedy) out += '?';
}

void write(const Node& node, const std::vector<bool>& keep, std::string& out) {
  const auto grouped = [&](std::string_view open, const auto& body) {
    out += open;
    body();
    out += ')';
  };
  switch (node.op) {
    case Op::kEmpty: out += "(?:)"; break;
    case Op::kLiteral:
      if (node.fold) {
        grouped("(?i:", [&] { append_literal(out, node.text); });
      } else {
        append_literal(out, node.text);
      }
      break;
    case Op::kClass: out += node.set.re2; break;
    case Op::kBeginText: out += "\\A"; break;
    case Op::kEndText: out += "\\z"; break;
    case Op::kBeginLine: out += "(?m:^)"; break;
    case Op::kEndLine: out += "(?m:$)"; break;
    case Op::kWordBoundary: out += "\\b"; break;
    case Op::kNotWordBoundary: out += "\\B"; break;
    case Op::kGroup: grouped(keep[node.group] ? "(" : "(?:", [&] { write(node.subs[0], keep, out); }); break;
    case Op::kRepeat:
      if (is_single(node.subs[0])) {
        write(node.subs[0], keep, out);
      } else {
        grouped("(?:", [&] { write(node.subs[0], keep, out); });
      }
      append_repeat(node, out);
      break;
    case Op::kConcat:
      for (const Node& sub : node.subs) {
        if (sub.op == Op::kAlternate) {
          grouped("(?:", [&] { write(sub, keep, out); });
        } else {
          write(sub, keep, out);
        }
      }
      break;
    case Op::kAlternate:
      for (size_t i = 0; i < node.subs.size(); ++i) {
        if (i > 0) out += '|';
        write(node.subs[i], keep, out);
      }
      break;
  }
}

}  // namespace

std::string write_re2(const Node& root, const std::vector<bool>& keep) {
  std::string out;
  write(root, keep, out);
  return out;
}

}  // namespace invar::regex
