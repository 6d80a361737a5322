#include <algorithm>
#include <array>

#include "src/lint/config_model.h"
#include "src/lint/helm/values_reading.h"
#include "src/parser/parse.h"

namespace invar::lint {
namespace {

/// A field of journald's own (systemd.journal-fields); applications name theirs as they like.
bool is_journal_field(std::string_view name) {
  static constexpr std::array kFields = std::to_array<std::string_view>({"MESSAGE", "MESSAGE_ID", "PRIORITY", "CODE_FILE", "CODE_LINE", "CODE_FUNC", "ERRNO", "INVOCATION_ID",
                                                                         "USER_INVOCATION_ID", "UNIT", "USER_UNIT", "TID"});
  const bool upper = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
  return upper && (name.starts_with("SYSLOG_") || name.starts_with("_") || std::find(kFields.begin(), kFields.end(), name) != kFields.end());
}

/// The journal's fields that a stage.json looks for in the line as it was read.
std::vector<std::string> journal_fields(const ast::Body& body) {
  std::vector<std::string> fields;
  for (const ast::Statement& statement : body) {
    const ast::Block* block = statement.block();
    if (!block) continue;
    const std::string name = block->full_name();
    if (name == "stage.output" || name == "stage.replace" || name == "stage.pack") break;  // another line from here on
    if (name != "stage.json") {
      if (name.starts_with("stage.") && name != "stage.match") continue;
      for (std::string& field : journal_fields(block->body)) fields.push_back(std::move(field));
      continue;
    }
    const ast::Attribute* expressions = find_attribute(block->body, "expressions");
    const auto* object = expressions && !find_attribute(block->body, "source") ? expressions->value->as<ast::ObjectLiteral>() : nullptr;
    if (!object) continue;
    for (const ast::ObjectField& field : object->fields) {
      const auto path = literal_text(*field.value);
      const std::string& looked_up = path && !path->empty() ? *path : field.name.name;
      if (is_journal_field(looked_up)) fields.push_back(looked_up);
    }
  }
  return fields;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

}  // namespace

void check_journal(ValuesReading& reading) {
  const bool first = reading.release.layout() == Layout::kFirst;
  const HelmValue* feature = first ? reading.values.at({"logs"}) : reading.values.get("nodeLogs");
  if (!feature || !feature->is_map()) return;
  const HelmValue::Entry* journal = feature->find("journal");
  const HelmValue* as_json = journal ? journal->value.get("formatAsJson") : nullptr;
  if (as_json && !(as_json->is_text() && as_json->text() == "false")) return;
  const std::string place = first ? "logs.journal.extraStageBlocks" : "nodeLogs.extraLogProcessingStages";
  for (const Snippet& snippet : reading.document.snippets) {
    if (snippet.place != place) continue;
    Diagnostics diagnostics;
    const ast::FilePtr file = parse_file(snippet.text.files.front(), diagnostics);
    const auto fields = file ? journal_fields(file->body) : std::vector<std::string>();
    if (fields.empty()) continue;
    const HelmValue::Entry* at = as_json ? journal->value.find("formatAsJson") : journal ? journal : reading.values.find(first ? "logs" : "nodeLogs");
    reading.report("INV141", FindingSeverity::kWarning, at->span(),
                   "journal.formatAsJson is not set: the lines are the journal's messages alone, and the json stage never finds " + listed(fields) + " in them",
                   "set journal.formatAsJson: true");
  }
}

}  // namespace invar::lint
