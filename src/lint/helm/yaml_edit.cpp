#include "src/lint/helm/yaml_edit.h"

#include <algorithm>
#include <string>

namespace invar::lint {
namespace {

using yaml::Style;

std::string_view line_at(const Source& file, uint32_t offset) { return file.line(file.position(offset).line); }

/// `key: value` or `key: &anchor value`, and nothing else on the line before the value.
bool is_block_entry(const Source& file, uint32_t offset) {
  const auto column = file.position(offset).column - 1;
  std::string_view before = line_at(file, offset).substr(0, column);
  const auto trim = [&] { before = before.substr(0, before.find_last_not_of(' ') + 1); };
  trim();
  if (const size_t blank = before.rfind(' '); blank != std::string_view::npos && blank + 1 < before.size() && (before[blank + 1] == '&' || before[blank + 1] == '!')) {
    before = before.substr(0, blank);
    trim();
  }
  return before.ends_with(':') && before.find_first_of("{[") == std::string_view::npos;
}

/// A literal block's header and lines, each with its line break.
std::string literal_block(std::string_view text, size_t indent, const std::string& newline) {
  std::string block = "|" + newline;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) block += std::string(indent, ' ') + std::string(text.substr(0, end));
    block += newline;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return block;
}

bool is_command_line(const Source& file) { return file.name().starts_with("--set"); }

}  // namespace

std::optional<Edit> replace_scalar(const Source& file, const yaml::Placed& scalar, std::string_view text) {
  const std::string_view all = file.text();
  if (is_command_line(file) || !is_block_entry(file, scalar.begin)) return std::nullopt;
  const std::string_view line = line_at(file, scalar.begin);
  size_t indent = std::min(line.find_first_not_of(" -"), line.size()) + 2;
  if (scalar.style == Style::kLiteral)
    if (const auto stretches = yaml::stretches(all, scalar); !stretches.empty()) indent = file.position(stretches.front().from).column - 1;
  const std::string newline = line.ends_with('\r') || all.find("\r\n") != std::string_view::npos ? "\r\n" : "\n";
  std::string written = literal_block(text, indent, newline);
  // Empty lines behind a block are kept, and so is what stands behind a value on its line.
  uint32_t end = scalar.end;
  const bool is_block = scalar.style == Style::kLiteral || scalar.style == Style::kFolded;
  if (is_block) {
    const size_t last = all.substr(0, end).find_last_not_of(" \r\n");
    end = static_cast<uint32_t>(std::min(all.find('\n', last), all.size() - 1) + 1);
    end = std::min(end, std::max(scalar.end, scalar.begin));
  } else {
    written.resize(written.size() - newline.size());
    if (all.substr(end, all.find('\n', end) - end).find_first_not_of(" \t\r") != std::string_view::npos) return std::nullopt;
  }
  return Edit{{&file, scalar.begin, end}, std::move(written)};
}

std::optional<Edit> replace_collection(const Source& file, const yaml::Placed& key, const yaml::Placed& value, std::string_view text) {
  const std::string_view all = file.text();
  if (is_command_line(file) || line_at(file, key.begin).find_first_of("{[") < file.position(key.begin).column) return std::nullopt;
  const size_t colon = all.find(':', key.end);
  if (colon >= value.begin || all.substr(colon + 1, value.begin - colon - 1).find_first_not_of(" \r\n-") != std::string_view::npos) return std::nullopt;
  const std::string newline = all.find("\r\n") == std::string_view::npos ? "\n" : "\r\n";
  std::string written = " " + literal_block(text, file.position(key.begin).column + 1, newline);
  written.resize(written.size() - newline.size());
  return Edit{{&file, static_cast<uint32_t>(colon + 1), value.end}, std::move(written)};
}

}  // namespace invar::lint
