#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace invar::ottl {

/// What a statement is run for, each time with one of it; kOtelcol is only what their paths can also reach: who sent the data.
enum class ContextId : uint8_t { kResource, kScope, kLog, kSpan, kSpanEvent, kMetric, kDataPoint, kExemplar, kOtelcol };

/// What a path reads, and takes when it is set.
enum class PathType : uint8_t {
  kAny,  // a log's body, an attribute
  kBool,
  kInt,
  kDouble,
  kString,
  kMap,
  kList,
  kTime,
  kTraceId,
  kSpanId,
  kOpaque,  // exemplars, events, buckets: to be copied whole
};

/// A name that a path of a context may end in, or go on from.
struct PathEntry {
  /// What of a path a context leaves unread is an error of the general kind; what it looks at and does not know is one of its own.
  enum class Looks : uint8_t {
    kAtName,     // further names are left unread
    kAtMembers,  // further names must be known
    kAtEnd,      // no further names
    kAtMember,   // there must be a further name, which must be known
  };
  std::string_view name;
  PathType type;
  bool indexed = false;    // `["key"]` may follow
  bool read_only = false;  // setting it is an error when it is run
  std::span<const PathEntry> members{};
  Looks looks = Looks::kAtName;
  bool one_key = false;  // more keys are refused
};

struct EnumEntry {
  std::string_view symbol;
  int64_t value;
};

/// How the paths of a text name their context.
enum class PathNames : uint8_t {
  kRequired,  // every path begins with the name of a context
  kPrefixed,  // paths that do not get the name of the text's own
  kOptional,  // a first name that is a context's is one, if need be
};

/// Names of a context: its own paths and enums, and the contexts around it, whose paths stand behind their names.
struct Context {
  /// Where `instrumentation_scope` means the scope.
  enum class LegacyScope : uint8_t { kNowhere, kWhereOptional, kEverywhere };
  ContextId id;
  std::string_view name;
  std::string_view package;  // of its Go code, as messages show it
  std::span<const PathEntry> paths;
  std::span<const ContextId> around;
  LegacyScope legacy_scope = LegacyScope::kEverywhere;
  std::span<const EnumEntry> enums{};
  std::span<const EnumEntry> more_enums{};
  std::string_view no_enums{};  // why there are none
};

const Context& context(ContextId id);
/// By its name (`log`, `datapoint`), not by `instrumentation_scope`; nullptr when there is none.
const Context* find_context(std::string_view name);
/// The context that a path's first name means within `context`; nullopt when it is none of them.
std::optional<ContextId> named_context(const Context& context, PathNames names, std::string_view name);
/// All names of contexts that paths may begin with, the own one first.
std::vector<std::string_view> reachable_names(const Context& context, PathNames names);
const PathEntry* find_path(std::span<const PathEntry> paths, std::string_view name);
/// nullopt when the context has no such symbol.
std::optional<int64_t> enum_value(const Context& context, std::string_view symbol);

}  // namespace invar::ottl
