#include "src/text/ottl/context.h"

namespace invar::ottl {
namespace {

using enum PathType;
using Looks = PathEntry::Looks;
using LegacyScope = Context::LegacyScope;

constexpr bool kIndexed = true;
constexpr bool kReadOnly = true;

constexpr PathEntry kAsString[] = {{"string", kString}};

/// `x`, and `x.string`.
constexpr PathEntry with_string(std::string_view name, PathType type, bool indexed = false) {
  return {name, type, indexed, false, kAsString, Looks::kAtMembers};
}

constexpr PathEntry kResourcePaths[] = {
    {"attributes", kMap, kIndexed},
    {"dropped_attributes_count", kInt},
    {"schema_url", kString},
};

constexpr PathEntry kScopePaths[] = {
    {"name", kString}, {"version", kString}, {"attributes", kMap, kIndexed}, {"dropped_attributes_count", kInt}, {"schema_url", kString},
};

constexpr PathEntry kLogPaths[] = {
    {"time_unix_nano", kInt},
    {"observed_time_unix_nano", kInt},
    {"time", kTime},
    {"observed_time", kTime},
    {"severity_number", kInt},
    {"severity_text", kString},
    with_string("body", kAny, kIndexed),
    {"attributes", kMap, kIndexed},
    {"dropped_attributes_count", kInt},
    {"flags", kInt},
    with_string("trace_id", kTraceId),
    with_string("span_id", kSpanId),
    {"event_name", kString},
};

constexpr PathEntry kKindMembers[] = {{"string", kString}, {"deprecated_string", kString}};
constexpr PathEntry kStatusMembers[] = {{"code", kInt}, {"message", kString}};

constexpr PathEntry kSpanPaths[] = {
    with_string("trace_id", kTraceId),
    with_string("span_id", kSpanId),
    {.name = "trace_state", .type = kString, .indexed = true, .one_key = true},
    with_string("parent_span_id", kSpanId),
    {"name", kString},
    {"kind", kInt, false, false, kKindMembers, Looks::kAtMembers},
    {"start_time_unix_nano", kInt},
    {"end_time_unix_nano", kInt},
    {"start_time", kTime},
    {"end_time", kTime},
    {"attributes", kMap, kIndexed},
    {"dropped_attributes_count", kInt},
    {"events", kOpaque},
    {"dropped_events_count", kInt},
    {"links", kOpaque},
    {"dropped_links_count", kInt},
    {"status", kOpaque, false, false, kStatusMembers, Looks::kAtMembers},
    {"flags", kInt},
};

constexpr PathEntry kSpanEventPaths[] = {
    {"time_unix_nano", kInt},         {"time", kTime}, {"name", kString}, {"attributes", kMap, kIndexed}, {"dropped_attributes_count", kInt},
    {"event_index", kInt, false, kReadOnly},
};

constexpr PathEntry kMetricPaths[] = {
    {"name", kString},
    {"description", kString},
    {"unit", kString},
    {"type", kInt, false, kReadOnly},
    {"aggregation_temporality", kInt},
    {"is_monotonic", kBool},
    {"data_points", kOpaque},
    {"metadata", kMap, kIndexed},
};

constexpr PathEntry kBuckets[] = {{"offset", kInt}, {"bucket_counts", kList}};

constexpr PathEntry kDataPointPaths[] = {
    {"attributes", kMap, kIndexed},
    {"start_time_unix_nano", kInt},
    {"time_unix_nano", kInt},
    {"start_time", kTime},
    {"time", kTime},
    {"value_double", kDouble},
    {"value_int", kInt},
    {"exemplars", kOpaque},
    {"flags", kInt},
    {"count", kInt},
    {"sum", kDouble},
    {"bucket_counts", kList},
    {"explicit_bounds", kList},
    {"scale", kInt},
    {"zero_count", kInt},
    {"positive", kOpaque, false, false, kBuckets, Looks::kAtMembers},
    {"negative", kOpaque, false, false, kBuckets, Looks::kAtMembers},
    {"quantile_values", kOpaque},
};

constexpr PathEntry kExemplarPaths[] = {
    {"time_unix_nano", kInt},
    {"time", kTime},
    {"double_value", kDouble},
    {"int_value", kInt},
    with_string("trace_id", kTraceId),
    with_string("span_id", kSpanId),
    {"filtered_attributes", kMap, kIndexed},
};

constexpr PathEntry kAuthMembers[] = {{"attributes", kMap, kIndexed, kReadOnly}};
constexpr PathEntry kClientMembers[] = {
    {"addr", kString, false, kReadOnly, {}, Looks::kAtEnd},
    {"auth", kOpaque, false, kReadOnly, kAuthMembers, Looks::kAtMember},
    {"metadata", kMap, kIndexed, kReadOnly, {}, Looks::kAtEnd},
};
constexpr PathEntry kGrpcMembers[] = {{"metadata", kMap, kIndexed, kReadOnly}};

constexpr PathEntry kOtelcolPaths[] = {
    {"client", kOpaque, false, kReadOnly, kClientMembers, Looks::kAtMember},
    {"grpc", kOpaque, false, kReadOnly, kGrpcMembers, Looks::kAtMember},
};

constexpr EnumEntry kSeverities[] = {
    {"SEVERITY_NUMBER_UNSPECIFIED", 0}, {"SEVERITY_NUMBER_TRACE", 1},   {"SEVERITY_NUMBER_TRACE2", 2},  {"SEVERITY_NUMBER_TRACE3", 3},
    {"SEVERITY_NUMBER_TRACE4", 4},      {"SEVERITY_NUMBER_DEBUG", 5},   {"SEVERITY_NUMBER_DEBUG2", 6},  {"SEVERITY_NUMBER_DEBUG3", 7},
    {"SEVERITY_NUMBER_DEBUG4", 8},      {"SEVERITY_NUMBER_INFO", 9},    {"SEVERITY_NUMBER_INFO2", 10},  {"SEVERITY_NUMBER_INFO3", 11},
    {"SEVERITY_NUMBER_INFO4", 12},      {"SEVERITY_NUMBER_WARN", 13},   {"SEVERITY_NUMBER_WARN2", 14},  {"SEVERITY_NUMBER_WARN3", 15},
    {"SEVERITY_NUMBER_WARN4", 16},      {"SEVERITY_NUMBER_ERROR", 17},  {"SEVERITY_NUMBER_ERROR2", 18}, {"SEVERITY_NUMBER_ERROR3", 19},
    {"SEVERITY_NUMBER_ERROR4", 20},     {"SEVERITY_NUMBER_FATAL", 21},  {"SEVERITY_NUMBER_FATAL2", 22}, {"SEVERITY_NUMBER_FATAL3", 23},
    {"SEVERITY_NUMBER_FATAL4", 24},
};

constexpr EnumEntry kSpanEnums[] = {
    {"SPAN_KIND_UNSPECIFIED", 0}, {"SPAN_KIND_INTERNAL", 1}, {"SPAN_KIND_SERVER", 2}, {"SPAN_KIND_CLIENT", 3}, {"SPAN_KIND_PRODUCER", 4},
    {"SPAN_KIND_CONSUMER", 5},    {"STATUS_CODE_UNSET", 0},  {"STATUS_CODE_OK", 1},   {"STATUS_CODE_ERROR", 2},
};

constexpr EnumEntry kMetricEnums[] = {
    {"AGGREGATION_TEMPORALITY_UNSPECIFIED", 0},
    {"AGGREGATION_TEMPORALITY_DELTA", 1},
    {"AGGREGATION_TEMPORALITY_CUMULATIVE", 2},
    {"METRIC_DATA_TYPE_NONE", 0},
    {"METRIC_DATA_TYPE_GAUGE", 1},
    {"METRIC_DATA_TYPE_SUM", 2},
    {"METRIC_DATA_TYPE_HISTOGRAM", 3},
    {"METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM", 4},
    {"METRIC_DATA_TYPE_SUMMARY", 5},
};

constexpr EnumEntry kFlags[] = {{"FLAG_NONE", 0}, {"FLAG_NO_RECORDED_VALUE", 1}};

using enum ContextId;
constexpr ContextId kAroundResource[] = {kOtelcol};
constexpr ContextId kAroundScope[] = {kResource, kOtelcol};
constexpr ContextId kAroundRecord[] = {kScope, kResource, kOtelcol};
constexpr ContextId kAroundSpanEvent[] = {kSpan, kScope, kResource, kOtelcol};
constexpr ContextId kAroundDataPoint[] = {kMetric, kScope, kResource, kOtelcol};
constexpr ContextId kAroundExemplar[] = {kDataPoint, kMetric, kScope, kResource, kOtelcol};

constexpr std::string_view kLegacyScope = "instrumentation_scope";

// In the order of ContextId.
constexpr Context kContexts[] = {
    {.id = kResource, .name = "resource", .package = "ottlresource", .paths = kResourcePaths, .around = kAroundResource, .legacy_scope = LegacyScope::kNowhere,
     .no_enums = "resource context does not provide Enum support"},
    {.id = kScope, .name = "scope", .package = "ottlscope", .paths = kScopePaths, .around = kAroundScope, .legacy_scope = LegacyScope::kWhereOptional,
     .no_enums = "instrumentation scope context does not provide Enum support"},
    {.id = kLog, .name = "log", .package = "ottllog", .paths = kLogPaths, .around = kAroundRecord, .enums = kSeverities},
    {.id = kSpan, .name = "span", .package = "ottlspan", .paths = kSpanPaths, .around = kAroundRecord, .enums = kSpanEnums},
    {.id = kSpanEvent, .name = "spanevent", .package = "ottlspanevent", .paths = kSpanEventPaths, .around = kAroundSpanEvent, .enums = kSpanEnums},
    {.id = kMetric, .name = "metric", .package = "ottlmetric", .paths = kMetricPaths, .around = kAroundRecord, .enums = kMetricEnums},
    {.id = kDataPoint, .name = "datapoint", .package = "ottldatapoint", .paths = kDataPointPaths, .around = kAroundDataPoint, .enums = kMetricEnums,
     .more_enums = kFlags},
    {.id = kExemplar, .name = "exemplar", .package = "ottlexemplar", .paths = kExemplarPaths, .around = kAroundExemplar,
     .no_enums = "exemplar context does not support enums"},
    {.id = kOtelcol, .name = "otelcol", .package = "ottlotelcol", .paths = kOtelcolPaths, .around = {}, .legacy_scope = LegacyScope::kNowhere},
};

}  // namespace

const Context& context(ContextId id) { return kContexts[static_cast<size_t>(id)]; }

const Context* find_context(std::string_view name) {
  for (const Context& context : kContexts)
    if (context.name == name) return &context;
  return nullptr;
}

std::vector<std::string_view> reachable_names(const Context& inner, PathNames names) {
  std::vector<std::string_view> all{inner.name};
  for (const ContextId id : inner.around) all.push_back(context(id).name);
  const bool legacy = inner.legacy_scope == LegacyScope::kEverywhere || (inner.legacy_scope == LegacyScope::kWhereOptional && names == PathNames::kOptional);
  if (legacy) all.push_back(kLegacyScope);
  return all;
}

std::optional<ContextId> named_context(const Context& inner, PathNames names, std::string_view name) {
  for (const std::string_view known : reachable_names(inner, names))
    if (known == name) return name == kLegacyScope ? kScope : find_context(name)->id;
  return std::nullopt;
}

const PathEntry* find_path(std::span<const PathEntry> paths, std::string_view name) {
  for (const PathEntry& entry : paths)
    if (entry.name == name) return &entry;
  return nullptr;
}

std::optional<int64_t> enum_value(const Context& context, std::string_view symbol) {
  for (const auto entries : {context.enums, context.more_enums})
    for (const EnumEntry& entry : entries)
      if (entry.symbol == symbol) return entry.value;
  return std::nullopt;
}

}  // namespace invar::ottl
