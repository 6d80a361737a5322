#include <algorithm>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/regex.h"

namespace invar {
namespace {

struct Reference {
  std::string_view name;
  size_t length = 0;  // of the reference as written; 0 = there is none
};

// `$name`, `${name}`, `$1`, `${1}` at the front of `text` (which begins with a dollar).
Reference read_reference(std::string_view text) {
  if (text.size() < 2) return {};
  const bool brace = text[1] == '{';
  const size_t begin = brace ? 2 : 1;
  size_t end = begin;
  while (end < text.size()) {
    size_t length;
    const char32_t rune = decode_rune(text.substr(end), length);
    if (!is_letter(rune) && !is_digit(rune) && rune != '_') break;
    end += length;
  }
  if (end == begin) return {};
  if (!brace) return {text.substr(begin, end - begin), end};
  if (end >= text.size() || text[end] != '}') return {};
  return {text.substr(begin, end - begin), end + 1};
}

// A group's number, -1 for a name.
int read_number(std::string_view name) {
  int number = 0;
  for (const char c : name) {
    if (c < '0' || c > '9' || number >= 100'000'000) return -1;
    number = number * 10 + (c - '0');
  }
  if (name.size() > 1 && name[0] == '0') return -1;  // $01 is a name
  return number;
}

}  // namespace

RegexTemplate::RegexTemplate(std::string_view text, const Regex& regex) {
  const auto add_literal = [&](std::string_view literal) {
    if (literal.empty()) return;
    if (parts_.empty() || parts_.back().group >= 0) parts_.emplace_back();
    parts_.back().literal += literal;
  };
  while (!text.empty()) {
    const size_t dollar = text.find('$');
    add_literal(text.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.size() > 1 && text[1] == '$') {
      add_literal("$");
      text.remove_prefix(2);
      continue;
    }
    const Reference reference = read_reference(text);
    if (reference.length == 0) {
      add_literal("$");
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(reference.length);
    const int number = read_number(reference.name);
    if (number > regex.group_count()) continue;
    if (number >= 0) {
      parts_.push_back({{}, number, false});
      continue;
    }
    // Of several groups with this name the first that took part in the match counts.
    bool again = false;
    for (int group = 1; group <= regex.group_count(); ++group) {
      if (regex.group_names()[static_cast<size_t>(group)] != reference.name) continue;
      parts_.push_back({{}, group, again});
      again = true;
    }
  }
  collect_groups();
}

void RegexTemplate::collect_groups() {
  for (const Part& part : parts_)
    if (part.group >= 0) groups_.push_back(part.group);
  std::sort(groups_.begin(), groups_.end());
  groups_.erase(std::unique(groups_.begin(), groups_.end()), groups_.end());
}

std::optional<std::string_view> RegexTemplate::constant() const {
  if (parts_.empty()) return std::string_view();
  if (parts_.size() == 1 && parts_[0].group < 0) return std::string_view(parts_[0].literal);
  return std::nullopt;
}

void RegexTemplate::append(std::string& out, std::span<const std::string_view> groups) const {
  bool taken = false;
  for (const Part& part : parts_) {
    if (part.group < 0) {
      out += part.literal;
      continue;
    }
    if (!part.alternative) taken = false;
    if (taken || static_cast<size_t>(part.group) >= groups.size()) continue;
    const std::string_view text = groups[static_cast<size_t>(part.group)];
    taken = text.data() != nullptr;
    out += text;
  }
}

RegexTemplate RegexTemplate::renumbered(std::span<const int> kept) const {
  RegexTemplate out;
  for (const Part& part : parts_) {
    out.parts_.push_back(part);
    if (part.group <= 0) continue;
    const auto at = std::find(kept.begin(), kept.end(), part.group);
    if (at == kept.end())
      out.parts_.pop_back();
    else
      out.parts_.back().group = static_cast<int>(at - kept.begin()) + 1;
  }
  out.collect_groups();
  return out;
}

}  // namespace invar
