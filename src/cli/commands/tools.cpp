#include <array>

#include "src/cli/command.h"

namespace invar::commands_tools {
namespace {

using enum FlagType;

// The tools look into the write-ahead log of prometheus.remote_write, which this build does not have.
std::optional<std::string> refuse(const ParsedFlags&) {
  return "this build of invar has no prometheus.remote_write, whose write-ahead log this command reads";
}

constexpr std::array kSampleFlags{Flag{"selector", kString, "{}", "label selector to search for", 's'}};
constexpr std::string_view kSampleStats = R"(sample-stats reads a WAL directory and collects information on the series and
samples within it. A label selector can be used to filter the series that should be targeted.

Examples:

Show sample stats for all series in the WAL:

sample-stats /tmp/wal


Show sample stats for the 'up' series:

sample-stats -s up /tmp/wal


Show sample stats for all series within 'job=a':

sample-stats -s '{job="a"}' /tmp/wal
)";

constexpr std::array kTargetFlags{
    Flag{"instance", kString, "", "instance label to search for", 'i'},
    Flag{"job", kString, "", "job label to search for", 'j'},
};
constexpr std::string_view kTargetStats = R"(target-stats computes statistics on a specific target within the WAL at
greater detail than the general wal-stats. The statistics computed is the
cardinality of all series within that target.

The cardinality for a series is defined as the total number of unique
combinations of label names and values that a given metric has. The result of
this operation can be used to define metric_relabel_rules and drop
high-cardinality series that you do not want to send.)";

constexpr std::string_view kWalStats = R"(wal-stats reads a WAL directory and collects information on the series and
samples within it.

The "Hash Collisions" value refers to the number of ref IDs a label's hash was
assigned to. A non-zero amount of collisions has no negative effect on the data
sent to the Remote Write endpoint, but may have an impact on memory usage. Labels
may collide with multiple ref IDs normally if a series flaps (i.e., gets marked for
deletion but then comes back at some point).)";

constexpr std::array kRemoteWrite{
    Command{"sample-stats", "sample-stats [WAL directory] [flags]", "Discover sample statistics for series matching a label selector", kSampleStats, kSampleFlags, 1, 1, refuse},
    Command{"target-stats", "target-stats [WAL directory] [flags]", "Discover statistics on a specific target", kTargetStats, kTargetFlags, 1, 1, refuse},
    Command{"wal-stats", "wal-stats [WAL directory] [flags]", "Collect stats on the WAL", kWalStats, {}, 1, 1, refuse},
};

constexpr std::array kTools{
    Command{"prometheus.remote_write", "prometheus.remote_write", "Tools for the prometheus.remote_write component", {}, {}, 0, 0, nullptr, {}, kRemoteWrite.data(), kRemoteWrite.size()},
};

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{"tools", "tools", "Utilities for various components", "The tools command contains a collection of utilities for components.", {}, 0, 0, nullptr, {}, kTools.data(), kTools.size()};

}  // namespace invar::commands_tools
