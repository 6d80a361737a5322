#include "tests/reference/reference_page.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/components/loki/process/stage.h"
#include "src/io/file.h"
#include "src/lint/coverage_page.h"
#include "src/lint/rule_example.h"
#include "src/lint/rule_page.h"
#include "stdlib/functions/library.h"

namespace invar {
std::span<const loki_process::StageSpec* const> loki_process_stages();
}

namespace invar::reference {
namespace {

std::string prose(const std::string& path) {
  auto text = read_file(path);
  return text ? *text : std::string();
}

std::string in_cell(std::string text) {
  for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string value_text(const Value& value) {
  switch (value.type()) {
    case ValueType::kString: return invar::quoted(value.as_string());
    case ValueType::kNumber: return value.number_text();
    case ValueType::kBool: return value.as_bool() ? "true" : "false";
    case ValueType::kArray: {
      std::string text;
      for (size_t i = 0; i < value.size(); ++i) text += (i ? ", " : "") + value_text(value.at(i));
      return "[" + text + "]";
    }
    case ValueType::kObject: return value.members().empty() ? "{}" : "";
    default: return "";
  }
}

std::string default_text(const Row& row, const void* defaults) {
  if (row.presence == Presence::kRequired || !defaults) return "";
  const std::string text = value_text(row.show(defaults));
  return text.empty() ? "" : "`" + text + "`";
}

struct Section {
  std::string title;
  std::string doc;
  const Schema* schema;
  void* args;  // what the decoder begins with
};

/// The storage of an inner table; made when it is not there.
void* first_of(const Row& row, void* args) {
  if (!args) return nullptr;
  if (row.size(args) == 0) row.prepare(args, 1);
  return row.at(args, 0);
}

/// The attributes of a table, those of squashed tables among them; nested blocks are put into `later`.
std::string rows_text(const Schema& schema, void* args, const std::string& path, std::vector<Section>& later) {
  std::string text;
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash) {
      text += rows_text(*row.schema, first_of(row, args), path, later);
    } else if (row.kind == RowKind::kAttr) {
      text += "| `" + std::string(row.name) + "` | " + in_cell(type_name(*row.type)) + " | " + in_cell(default_text(row, args)) + " | " +
              (row.presence == Presence::kRequired ? "Required. " : "") + in_cell(std::string(row.doc)) + " |\n";
    } else if (row.kind == RowKind::kBlock && row.schema) {
      void* const inner = first_of(row, args);
      if (inner && row.schema->args) row.schema->reset(inner);
      later.push_back({path + std::string(row.name), std::string(row.doc), row.schema, inner});
    } else if (row.kind == RowKind::kBlock) {
      text += "| `" + std::string(row.name) + " { }` | block of " + in_cell(type_name(*row.type)) + " | | " + in_cell(std::string(row.doc)) + " |\n";
    } else if (row.kind == RowKind::kEnum) {
      text += "| `" + std::string(row.name) + ".*` | blocks | | " + in_cell(std::string(row.doc)) + " |\n";
    }
  }
  return text;
}

std::string table_text(const Schema& schema, void* args) {
  constexpr std::string_view kHead = "| Argument | Type | Default | |\n| --- | --- | --- | --- |\n";
  std::vector<Section> sections;
  std::string text;
  if (const std::string rows = rows_text(schema, args, "", sections); !rows.empty()) text += "\n" + std::string(kHead) + rows;
  for (size_t i = 0; i < sections.size(); ++i) {
    const Section section = sections[i];
    text += "\n### `" + section.title + "`\n\n" + section.doc + "\n";
    const std::string rows = rows_text(*section.schema, section.args, section.title + " > ", sections);
    if (!rows.empty()) text += "\n" + std::string(kHead) + rows;
  }
  return text;
}

std::string page(const std::string& title, std::string_view summary, const std::string& tables, const std::string& about) {
  std::string text = "# " + title + "\n\n" + std::string(summary) + "\n";
  if (!tables.empty()) text += "\n## Arguments\n" + tables;
  if (!about.empty()) text += "\n" + about;
  return text;
}

std::string folder_of(std::string name) {
  std::replace(name.begin(), name.end(), '.', '/');
  return name;
}

}  // namespace

std::map<std::string, std::string> reference_pages(const std::string& root) {
  std::map<std::string, std::string> pages;
  std::string component_list, stage_list;
  const std::string folder = root + "/src/components/";
  for (const ComponentSpec* spec : components()) {
    const std::string name(spec->name);
    const auto args = spec->arguments->create();
    std::string tables = table_text(*spec->arguments, args.get());
    if (spec->exports_schema && !spec->exports_schema->rows.empty()) tables += "\n## Exports\n" + table_text(*spec->exports_schema, nullptr);
    pages["components/" + name + ".md"] = page(name, spec->arguments->summary, tables, prose(folder + folder_of(name) + "/about.md"));
    component_list += "- [" + name + "](components/" + name + ".md): " + std::string(spec->arguments->summary) + "\n";
  }
  for (const loki_process::StageSpec* spec : loki_process_stages()) {
    const std::string name(spec->name());
    pages["stages/" + name + ".md"] = page("stage." + name, spec->arguments.summary, table_text(spec->arguments, spec->arguments.create().get()),
                                           prose(folder + "loki/process/stages/" + name + ".md"));
    stage_list += "- [stage." + name + "](stages/" + name + ".md): " + std::string(spec->arguments.summary) + "\n";
  }
  for (const lint::RuleSpec* rule : lint_rules()) pages["rules/" + std::string(rule->code) + ".md"] = lint::rule_page(*rule, lint::example_findings(*rule, stdlib_values()));
  pages["rules/README.md"] = lint::rule_index();
  pages["lint-coverage.md"] = lint::coverage_page();
  pages["README.md"] = "# Reference\n\nWritten from the argument tables by `write_reference`; the prose and the examples of a page stand beside its code. "
                       "Every example is run by the tests.\n\n## Components\n\n" + component_list + "\n## Stages of loki.process\n\n" + stage_list +
                       "\n## Lint\n\n[Rules](rules/README.md), a page for each code. [What lint knows of Alloy's refusals at load](lint-coverage.md).\n";
  return pages;
}

}  // namespace invar::reference
