#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "src/cli/command.h"
#include "src/runtime/blocking_request.h"
#include "src/text/json.h"

namespace invar::commands_ledger {
namespace {

using enum FlagType;
constexpr std::array kFlags{
    Flag{"address", kString, "127.0.0.1:12345", "Address of the running @'s HTTP server", 0, false, true},
    Flag{"json", kBool, "false", "Print the answer as it comes", 0, false, true},
    Flag{"path-prefix", kString, "/", "What it was given as --server.http.ui-path-prefix", 0, false, true},
};

constexpr std::string_view kDescription = R"(The ledger subcommand asks a running @ what has become of every line: a row for each source (a file) and each destination its lines went to, and one for each destination.

Lines read, and those copied to further destinations, are delivered, dropped for a reason, returned to their source, or still on their way: held by a stage, in
memory, in a request, or on disk in a spill. The exit code is 0 when that adds up for all of them, 1 when it does not, 2 when nobody answers.)";

using Row = std::vector<std::string>;

uint64_t number(const json::Value& object, std::string_view key) {
  json::Value value;
  return object.member(key, value) && value.kind() == json::Kind::kNumber ? static_cast<uint64_t>(value.as_number()) : 0;
}

std::string text(const json::Value& object, std::string_view key) {
  json::Value value;
  return object.member(key, value) && value.kind() == json::Kind::kString ? std::string(value.as_string()) : std::string();
}

/// `12 noise, 3 spill_full`; `0` when there is none.
std::string dropped(const json::Value& object) {
  json::Value reasons;
  std::string all;
  if (object.member("dropped", reasons) && reasons.kind() == json::Kind::kObject)
    for (json::Members reason(reasons); reason.next();)
      all += (all.empty() ? "" : ", ") + std::to_string(static_cast<uint64_t>(reason.value().as_number())) + " " + std::string(reason.key());
  return all.empty() ? "0" : all;
}

std::string shown(uint64_t count) { return std::to_string(count); }

void print(const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const Row& row : rows)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += row[i] + (i + 1 < row.size() ? std::string(widths[i] - row[i].size() + 2, ' ') : "");
    std::printf("%s\n", line.c_str());
  }
}

std::vector<Row> source_rows(const json::Value& root) {
  std::vector<Row> rows{{"SOURCE", "READ", "HELD", "DROPPED", "DESTINATION", "ENTERED", "DELIVERED", "MEMORY", "SPILL", "DROPPED THERE", "RETURNED"}};
  json::Value sources;
  if (!root.member("sources", sources) || sources.kind() != json::Kind::kArray) return rows;
  for (json::Elements source(sources); source.next();) {
    const json::Value& one = source.value();
    const std::string part = text(one, "source"), name = text(one, "component_id") + (part.empty() ? "" : " " + part);
    Row row{name, shown(number(one, "read")), shown(number(one, "held")), dropped(one), "", "", "", "", "", "", ""};
    json::Value destinations;
    bool any = false;
    if (one.member("destinations", destinations) && destinations.kind() == json::Kind::kArray)
      for (json::Elements destination(destinations); destination.next();) {
        const json::Value& there = destination.value();
        json::Value in_flight;
        const bool flight = there.member("in_flight", in_flight);
        if (any) row[0] = row[1] = row[2] = row[3] = "";
        any = true;
        row[4] = text(there, "component_id") + " " + text(there, "endpoint");
        row[5] = shown(number(there, "entered"));
        row[6] = shown(number(there, "delivered"));
        row[7] = shown(flight ? number(in_flight, "memory") : 0);
        row[8] = shown(flight ? number(in_flight, "spill") : 0);
        row[9] = dropped(there);
        row[10] = shown(number(there, "returned"));
        rows.push_back(row);
      }
    if (!any) rows.push_back(row);
  }
  return rows;
}

std::vector<Row> destination_rows(const json::Value& root) {
  std::vector<Row> rows{{"DESTINATION", "ENTERED", "RESUMED", "DELIVERED", "DROPPED", "QUEUE", "REQUESTS", "SPILL", "RETURNED", "RESENT"}};
  json::Value destinations;
  if (!root.member("destinations", destinations) || destinations.kind() != json::Kind::kArray) return rows;
  for (json::Elements destination(destinations); destination.next();) {
    const json::Value& one = destination.value();
    json::Value in_flight;
    const bool flight = one.member("in_flight", in_flight);
    const auto flying = [&](std::string_view where) { return shown(flight ? number(in_flight, where) : 0); };
    rows.push_back({text(one, "component_id") + " " + text(one, "endpoint"), shown(number(one, "entered")), shown(number(one, "resumed")), shown(number(one, "delivered")), dropped(one),
                    flying("queue"), flying("requests"), flying("spill"), shown(number(one, "returned")), shown(number(one, "resent"))});
  }
  return rows;
}

int run(const ParsedFlags& parsed) {
  std::string prefix = parsed.text(kFlags, "path-prefix");
  if (!prefix.ends_with('/')) prefix += '/';
  HttpRequest request;
  request.url = "http://" + parsed.text(kFlags, "address") + prefix + "api/v0/ledger";
  request.timeout_ms = 30'000;
  request.body_limit = 256u << 20;
  const auto answer = request_now({}, std::move(request));
  if (!answer) return std::fprintf(stderr, "Error: %s\n", answer.error().what.c_str()), 2;
  if (answer->status != 200) return std::fprintf(stderr, "Error: the answer is %d %s\n", answer->status, answer->body.substr(0, 200).c_str()), 2;
  json::Parser parser;
  if (!parser.parse_any(answer->body) || parser.root().kind() != json::Kind::kObject) return std::fprintf(stderr, "Error: the answer is no ledger\n"), 2;
  const json::Value root = parser.root();
  json::Value balanced;
  const bool good = root.member("balanced", balanced) && balanced.kind() == json::Kind::kBool && balanced.as_bool();
  if (parsed.is_set(kFlags, "json")) {
    std::printf("%s\n", answer->body.c_str());
  } else {
    print(source_rows(root));
    std::printf("\n");
    print(destination_rows(root));
    std::printf("\n%s\n", good ? "balanced" : "NOT balanced");
  }
  return good ? 0 : 1;
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{.name = "ledger", .use = "ledger [flags]", .brief = "Show what has become of every line of a running @", .description = kDescription,
                                 .flags = kFlags, .fewest = 0, .most = 0, .run_own = run};

}  // namespace invar::commands_ledger
