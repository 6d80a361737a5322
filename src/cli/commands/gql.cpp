#include <array>

#include "src/cli/command.h"

namespace invar::commands_gql {
namespace {

constexpr std::array kFlags{
    Flag{"endpoint", FlagType::kString, "http://127.0.0.1:12345/graphql", "Address of the GraphQL endpoint"},
};

constexpr std::string_view kDescription = R"(The gql subcommand runs a GraphQL query against a running Alloy instance.
The query is provided as a single argument to the command.

It requires the --server.http.enable-graphql flag on the running Alloy instance to
be set, as well as --stability.level flag set to "experimental".

This command is experimental and may be modified or removed in the future. Use
with caution in production.
)";

std::optional<std::string> run(const ParsedFlags&) {
  return "this build of invar cannot run GraphQL queries; the HTTP API under /api/v0/web answers what they would";
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{"gql", "gql <query> [flags]", "[EXPERIMENTAL] Run a GraphQL query against a running Alloy instance", kDescription, kFlags, 1, 1, run, "graphql"};

}  // namespace invar::commands_gql
