#include "tests/compliance/sample.h"

#include "src/io/scripted_server.h"

namespace invar::compliance {
namespace {

/// Some components ask a server before they start.
std::string sample_url() {
  static const ScriptedServer server([](const std::string&) { return ScriptedServer::answer("200 OK", ""); });
  return server.url();
}

std::string sample_value(std::string_view name, const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kBool: return "true";
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat: return "1";
    case TypeKind::kDuration: return "\"1s\"";
    case TypeKind::kList:
    case TypeKind::kArray: return name == "brokers" || name == "topics" ? "[\"127.0.0.1:9\"]" : "[]";
    case TypeKind::kMap:
    case TypeKind::kObject: return "{}";
    case TypeKind::kText: return type.words.empty() ? "\"http://127.0.0.1:9/\"" : "\"" + std::string(type.words.front()) + "\"";
    case TypeKind::kString:
    case TypeKind::kSecret:
    case TypeKind::kOptionalSecret:
    case TypeKind::kBytes: return "\"" + (name == "url" ? sample_url() : name == "host" ? "tcp://127.0.0.1:9" : "/dev/null") + "\"";
    case TypeKind::kAny:
    case TypeKind::kCapsule:
    case TypeKind::kFunction: return "null";
  }
  return "null";
}

}  // namespace

std::string sample_body(const Schema& schema, bool with_lists) {
  std::string body;
  for (const invar::Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash) body += sample_body(*row.schema, with_lists);
    const bool listed = with_lists && row.kind == RowKind::kBlock && row.repeat == Repeat::kMany;
    if (row.presence != Presence::kRequired && !listed) continue;
    if (row.kind == RowKind::kAttr) body += std::string(row.name) + " = " + sample_value(row.name, *row.type) + "\n";
    if (row.kind == RowKind::kBlock) body += std::string(row.name) + " {\n" + (row.schema ? sample_body(*row.schema, false) : "") + "}\n";
  }
  return body;
}

}  // namespace invar::compliance
