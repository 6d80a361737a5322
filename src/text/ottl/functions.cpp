#include <iterator>

#include "src/text/ottl/function.h"
#include "src/text/ottl/function_checks.h"

namespace invar::ottl {
namespace {

using enum ParameterType;
using P = Parameter;

constexpr bool kOptional = true;

// Lists of parameters that several functions share.
constexpr P kTargetAny[] = {{"Target", kAny}};
constexpr P kTargetString[] = {{"Target", kString}};
constexpr P kTargetStringLike[] = {{"Target", kStringLike}};
constexpr P kTargetMap[] = {{"Target", kMap}};
constexpr P kTargetBytes[] = {{"Target", kBytesLike}};
constexpr P kTargetDoubleLike[] = {{"Target", kDoubleLike}};
constexpr P kTime1[] = {{"Time", kTime}};
constexpr P kDuration1[] = {{"Duration", kDuration}};
constexpr P kPredicate[] = {{"Source", kAny}, {"Predicate", kLambda}};
constexpr P kMapAndPattern[] = {{"Target", kMapPath}, {"Pattern", kString}};

constexpr P kAppend[] = {{"Target", kPath}, {"Value", kAny, kOptional}, {"Values", kAnyList, kOptional}};
constexpr P kDeleteIndex[] = {{"Target", kListPath}, {"StartIndex", kInt}, {"EndIndex", kInt, kOptional}};
constexpr P kDeleteKey[] = {{"Target", kMapPath}, {"Key", kString}};
constexpr P kFlatten[] = {{"Target", kMapPath}, {"Prefix", kStringLiteral, kOptional}, {"Depth", kIntLiteral, kOptional}, {"ResolveConflicts", kBoolLiteral, kOptional}};
constexpr P kKeepKeys[] = {{"Target", kMapPath}, {"Keys", kStringList}};
constexpr P kLimit[] = {{"Target", kMapPath}, {"Limit", kIntLiteral}, {"PriorityKeys", kStringLiterals}};
constexpr P kMergeMaps[] = {{"Target", kMapPath}, {"Source", kMap}, {"Strategy", kStringLiteral}};
constexpr P kReplaceAllMatches[] = {
    {"Target", kMapPath}, {"Pattern", kString}, {"Replacement", kString}, {"Function", kFunction, kOptional}, {"ReplacementFormat", kString, kOptional}};
constexpr P kReplaceAllPatterns[] = {{"Target", kMapPath},     {"Mode", kStringLiteral},           {"RegexPattern", kString},
                                     {"Replacement", kString}, {"Function", kFunction, kOptional}, {"ReplacementFormat", kString, kOptional}};
constexpr P kReplaceMatch[] = {
    {"Target", kPath}, {"Pattern", kString}, {"Replacement", kString}, {"Function", kFunction, kOptional}, {"ReplacementFormat", kString, kOptional}};
constexpr P kReplacePattern[] = {
    {"Target", kPath}, {"RegexPattern", kString}, {"Replacement", kString}, {"Function", kFunction, kOptional}, {"ReplacementFormat", kString, kOptional}};
constexpr P kSet[] = {{"Target", kPath}, {"Value", kAny}};
constexpr P kStringifyAll[] = {{"Target", kMapPath}};
constexpr P kTruncateAll[] = {{"Target", kMapPath}, {"Limit", kIntLiteral}, {"Utf8Safe", kBoolLiteral, kOptional}, {"TruncationMarker", kStringLiteral, kOptional}};

constexpr P kBase64Encode[] = {{"Target", kString}, {"Variant", kString, kOptional}};
constexpr P kBool1[] = {{"Target", kBoolLike}};
constexpr P kCoalesce[] = {{"Values", kAnyList}};
constexpr P kCommunityId[] = {{"SourceIP", kString},        {"SourcePort", kInt},           {"DestinationIP", kString},
                              {"DestinationPort", kInt}, {"Protocol", kString, kOptional}, {"Seed", kInt, kOptional}};
constexpr P kConcat[] = {{"Vals", kStringLikeList}, {"Delimiter", kString}};
constexpr P kContainsValue[] = {{"Target", kList}, {"Item", kAny}};
constexpr P kAttributesToXml[] = {{"Target", kString}, {"XPath", kStringLiteral, kOptional}};
constexpr P kConvertCase[] = {{"Target", kString}, {"ToCase", kStringLiteral}};
constexpr P kTextToXml[] = {{"Target", kString}, {"XPath", kStringLiteral, kOptional}, {"ElementName", kStringLiteral, kOptional}};
constexpr P kDecode[] = {{"Target", kAny}, {"Encoding", kString}};
constexpr P kReadDuration[] = {{"Duration", kString}};
constexpr P kGrok[] = {{"Target", kString}, {"Pattern", kString}, {"NamedCapturesOnly", kBoolLiteral, kOptional}, {"PatternDefinitions", kStringLiterals, kOptional}};
constexpr P kExtractPatterns[] = {{"Target", kString}, {"Pattern", kString}};
constexpr P kFind[] = {{"Source", kAny}, {"Predicate", kLambda}, {"Mapper", kLambda, kOptional}};
constexpr P kFormat[] = {{"Format", kStringLiteral}, {"Vals", kAnyList}};
constexpr P kFormatTime[] = {{"Time", kTime}, {"Format", kStringLiteral}};
constexpr P kXPath[] = {{"Target", kString}, {"XPath", kStringLiteral}};
constexpr P kHasPrefix[] = {{"Target", kString}, {"Prefix", kString}};
constexpr P kHasSuffix[] = {{"Target", kString}, {"Suffix", kString}};
constexpr P kIndex[] = {{"Target", kAny}, {"Value", kAny}};
constexpr P kInsertXml[] = {{"Target", kString}, {"XPath", kStringLiteral}, {"SubDocument", kString}};
constexpr P kInt1[] = {{"Target", kIntLike}};
constexpr P kIsBool[] = {{"Target", kBool}};
constexpr P kIsDouble[] = {{"Target", kDouble}};
constexpr P kIsInCidr[] = {{"Target", kString}, {"Networks", kStringList}};
constexpr P kIsInt[] = {{"Target", kInt}};
constexpr P kIsMatch[] = {{"Target", kStringLike}, {"Pattern", kString}};
constexpr P kMapEach[] = {{"Source", kAny}, {"Mapper", kLambda}};
constexpr P kMapKeys[] = {{"Source", kMap}, {"KeyMapper", kLambda}};
constexpr P kParseCsv[] = {
    {"Target", kString}, {"Header", kString}, {"Delimiter", kStringLiteral, kOptional}, {"HeaderDelimiter", kStringLiteral, kOptional}, {"Mode", kStringLiteral, kOptional}};
constexpr P kParseInt[] = {{"Target", kString}, {"Base", kInt}};
constexpr P kParseKeyValue[] = {{"Target", kString}, {"Delimiter", kStringLiteral, kOptional}, {"PairDelimiter", kStringLiteral, kOptional}};
constexpr P kParseSeverity[] = {{"Target", kAny}, {"Mapping", kMap}};
constexpr P kReduce[] = {{"Source", kAny}, {"Seed", kAny}, {"Accumulator", kLambda}};
constexpr P kSliceToMap[] = {{"Target", kList}, {"KeyPath", kStringLiterals, kOptional}, {"ValuePath", kStringLiterals, kOptional}};
constexpr P kSort[] = {{"Target", kAny}, {"Order", kStringLiteral, kOptional}};
constexpr P kSplit[] = {{"Target", kString}, {"Delimiter", kString}};
constexpr P kSubstring[] = {{"Target", kString}, {"Start", kInt}, {"Length", kInt}, {"Utf8Safe", kBoolLiteral, kOptional}};
constexpr P kReadTime[] = {{"Time", kString}, {"Format", kStringLiteral}, {"Location", kStringLiteral, kOptional}, {"Locale", kStringLiteral, kOptional}};
constexpr P kToKeyValue[] = {
    {"Target", kMap}, {"Delimiter", kStringLiteral, kOptional}, {"PairDelimiter", kStringLiteral, kOptional}, {"SortOutput", kBoolLiteral, kOptional}};
constexpr P kTrim[] = {{"Target", kString}, {"Replacement", kStringLiteral, kOptional}};
constexpr P kTruncateTime[] = {{"Time", kTime}, {"Duration", kDuration}};
constexpr P kUnix[] = {{"Seconds", kInt}, {"Nanoseconds", kInt, kOptional}};
constexpr P kUri[] = {{"URI", kString}};
constexpr P kUserAgent[] = {{"UserAgent", kString}};
constexpr P kWhen[] = {{"Condition", kLambda}, {"TrueValue", kAny}, {"FalseValue", kAny}};

constexpr Function kEditors[] = {
    {"append", kAppend, false, checks::append},
    {"delete_index", kDeleteIndex},
    {"delete_key", kDeleteKey},
    {"delete_matching_keys", kMapAndPattern, false, checks::delete_matching_keys},
    {"flatten", kFlatten, false, checks::flatten},
    {"keep_keys", kKeepKeys},
    {"keep_matching_keys", kMapAndPattern, false, checks::keep_matching_keys},
    {"limit", kLimit, false, checks::limit},
    {"merge_maps", kMergeMaps, false, checks::merge_maps},
    {"replace_all_matches", kReplaceAllMatches, false, checks::replace_all_matches},
    {"replace_all_patterns", kReplaceAllPatterns, false, checks::replace_all_patterns},
    {"replace_match", kReplaceMatch, false, checks::replace_match},
    {"replace_pattern", kReplacePattern, false, checks::replace_pattern},
    {"set", kSet},
    {"stringify_all", kStringifyAll},
    {"truncate_all", kTruncateAll, false, checks::truncate_all},
};

constexpr Function kConverters[] = {
    {"All", kPredicate},
    {"Any", kPredicate},
    {"Base64Decode", kTargetString},
    {"Base64Encode", kBase64Encode},
    {"Bool", kBool1},
    {"Coalesce", kCoalesce, false, checks::coalesce},
    {"CommunityID", kCommunityId},
    {"Concat", kConcat},
    {"ContainsValue", kContainsValue},
    {"ConvertAttributesToElementsXML", kAttributesToXml, false, checks::optional_xpath},
    {"ConvertCase", kConvertCase, false, checks::convert_case},
    {"ConvertTextToElementsXML", kTextToXml, false, checks::optional_xpath},
    {"Day", kTime1},
    {"Decode", kDecode, false, checks::decode},
    {"Double", kTargetDoubleLike},
    {"Duration", kReadDuration},
    {"ExtractGrokPatterns", kGrok, false, checks::extract_grok_patterns},
    {"ExtractPatterns", kExtractPatterns, false, checks::extract_patterns},
    {"FNV", kTargetString},
    {"Filter", kPredicate},
    {"Find", kFind},
    {"Format", kFormat},
    {"FormatTime", kFormatTime, false, checks::format_time},
    {"GetXML", kXPath, false, checks::xpath},
    {"HasPrefix", kHasPrefix},
    {"HasSuffix", kHasSuffix},
    {"Hex", kTargetBytes},
    {"Hour", kTime1},
    {"Hours", kDuration1},
    {"Index", kIndex},
    {"InsertXML", kInsertXml, false, checks::xpath},
    {"Int", kInt1},
    {"IsBool", kIsBool},
    {"IsDouble", kIsDouble},
    {"IsEmpty", kTargetAny},
    {"IsInCIDR", kIsInCidr, false, checks::is_in_cidr},
    {"IsInt", kIsInt},
    {"IsList", kTargetAny},
    {"IsMap", kTargetMap},
    {"IsMatch", kIsMatch, false, checks::is_match},
    {"IsString", kTargetString},
    {"IsValidLuhn", kTargetStringLike},
    {"Keys", kTargetMap},
    {"Len", kTargetAny},
    {"Log", kTargetDoubleLike},
    {"MD5", kTargetString},
    {"MapEach", kMapEach},
    {"MapKeys", kMapKeys},
    {"Microseconds", kDuration1},
    {"Milliseconds", kDuration1},
    {"Minute", kTime1},
    {"Minutes", kDuration1},
    {"Month", kTime1},
    {"Murmur3Hash", kTargetString},
    {"Murmur3Hash128", kTargetString},
    {"Nanosecond", kTime1},
    {"Nanoseconds", kDuration1},
    {"Now", {}, true},
    {"ParseCSV", kParseCsv, false, checks::parse_csv},
    {"ParseInt", kParseInt},
    {"ParseJSON", kTargetString},
    {"ParseKeyValue", kParseKeyValue, false, checks::parse_key_value},
    {"ParseSeverity", kParseSeverity},
    {"ParseSimplifiedXML", kTargetString},
    {"ParseXML", kTargetString},
    {"ProfileID", kTargetBytes, false, checks::profile_id},
    {"Reduce", kReduce},
    {"RemoveXML", kXPath, false, checks::xpath},
    {"SHA1", kTargetString},
    {"SHA256", kTargetString},
    {"SHA512", kTargetString},
    {"Second", kTime1},
    {"Seconds", kDuration1},
    {"SliceToMap", kSliceToMap},
    {"Sort", kSort, false, checks::sort},
    {"SpanID", kTargetBytes, false, checks::span_id},
    {"Split", kSplit},
    {"String", kTargetStringLike},
    {"Substring", kSubstring},
    {"Time", kReadTime, false, checks::time},
    {"ToCamelCase", kTargetString},
    {"ToKeyValueString", kToKeyValue, false, checks::to_key_value_string},
    {"ToLowerCase", kTargetString},
    {"ToSnakeCase", kTargetString},
    {"ToUpperCase", kTargetString},
    {"TraceID", kTargetBytes, false, checks::trace_id},
    {"Trim", kTrim},
    {"TrimPrefix", kHasPrefix},
    {"TrimSuffix", kHasSuffix},
    {"TruncateTime", kTruncateTime},
    {"URL", kUri},
    {"UUID", {}, true},
    {"UUIDv7", {}, true},
    {"Unix", kUnix},
    {"UnixMicro", kTime1},
    {"UnixMilli", kTime1},
    {"UnixNano", kTime1},
    {"UnixSeconds", kTime1},
    {"UserAgent", kUserAgent},
    {"Values", kTargetMap},
    {"Weekday", kTime1},
    {"When", kWhen},
    {"XXH128", kTargetString},
    {"XXH3", kTargetString},
    {"Year", kTime1},
};

// Functions of some contexts only.

constexpr P kParseClf[] = {{"Target", kString}, {"Format", kStringLiteral, kOptional}};
constexpr Function kLogStatements[] = {
    {"ParseCEF", kTargetString}, {"ParseCLF", kParseClf, false, checks::parse_clf}, {"ParseELF", kTargetString}, {"ParseLEEF", kTargetString}};

constexpr P kSemconvSpanName[] = {{"SemconvVersion", kStringLiteral}, {"OriginalSpanNameAttribute", kStringLiteral, kOptional}};
constexpr Function kSpanStatements[] = {{"IsRootSpan", {}, true}, {"set_semconv_span_name", kSemconvSpanName, false, checks::set_semconv_span_name}};
constexpr Function kSpanConditions[] = {{"IsRootSpan", {}, true}};
constexpr Function kSpanMetrics[] = {{"AdjustedCount", {}, true}};

constexpr P kAggregate[] = {{"AggregationFunction", kStringLiteral}, {"Attributes", kStringLiterals, kOptional}};
constexpr P kAggregateValue[] = {{"AggregationFunction", kStringLiteral}, {"Attribute", kStringLiteral}, {"Values", kStringLiterals}, {"NewValue", kStringLiteral}};
constexpr P kExponential[] = {{"DistributionFn", kStringLiteral}, {"ExplicitBounds", kDoubleLiterals}};
constexpr P kGaugeToSum[] = {{"StringAggTemp", kStringLiteral}, {"Monotonic", kBoolLiteral}};
constexpr P kQuantile[] = {{"AttributeKey", kStringLiteral, kOptional}, {"Suffix", kStringLiteral, kOptional}};
constexpr P kCopyMetric[] = {{"Name", kString, kOptional}, {"Description", kString, kOptional}, {"Unit", kString, kOptional}};
constexpr P kExtractMetric[] = {{"Monotonic", kBoolLiteral}, {"Suffix", kStringLiteral, kOptional}};
constexpr P kPercentile[] = {{"Percentile", kDoubleLiteral}, {"Suffix", kStringLiteral, kOptional}};
constexpr P kScale[] = {{"Multiplier", kDoubleLiteral}, {"Unit", kString, kOptional}};
constexpr Function kMetricStatements[] = {
    {"aggregate_on_attribute_value", kAggregateValue, false, checks::aggregation},
    {"aggregate_on_attributes", kAggregate, false, checks::aggregation},
    {"convert_exponential_histogram_to_histogram", kExponential, false, checks::exponential_histogram},
    {"convert_gauge_to_sum", kGaugeToSum, false, checks::temporality},
    {"convert_sum_to_gauge", {}, true},
    {"convert_summary_quantile_val_to_gauge", kQuantile},
    {"copy_metric", kCopyMetric},
    {"extract_count_metric", kExtractMetric},
    {"extract_percentile_metric", kPercentile, false, checks::percentile},
    {"extract_sum_metric", kExtractMetric},
    {"scale_metric", kScale},
};

constexpr P kAttribute[] = {{"Key", kStringLiteral}};
constexpr P kAttributeValue[] = {{"Key", kStringLiteral}, {"ExpectedVal", kStringLiteral}};
constexpr Function kMetricConditions[] = {{"HasAttrKeyOnDatapoint", kAttribute}, {"HasAttrOnDatapoint", kAttributeValue}};

constexpr P kSummaryToSum[] = {{"StringAggTemp", kStringLiteral}, {"Monotonic", kBoolLiteral}, {"Suffix", kStringLiteral, kOptional}};
constexpr P kMergeBuckets[] = {{"TargetValue", kDoubleLike}, {"Method", kStringLiteral, kOptional}};
constexpr Function kDataPointStatements[] = {
    {"convert_summary_count_val_to_sum", kSummaryToSum, false, checks::temporality},
    {"convert_summary_sum_val_to_sum", kSummaryToSum, false, checks::temporality},
    {"merge_histogram_buckets", kMergeBuckets, false, checks::merge_histogram_buckets},
};

struct OwnFunctions {
  FunctionSet set;
  ContextId context;
  std::span<const Function> functions;
};

constexpr OwnFunctions kOwn[] = {
    {FunctionSet::kStatements, ContextId::kLog, kLogStatements},
    {FunctionSet::kStatements, ContextId::kSpan, kSpanStatements},
    {FunctionSet::kStatements, ContextId::kMetric, kMetricStatements},
    {FunctionSet::kStatements, ContextId::kDataPoint, kDataPointStatements},
    {FunctionSet::kConditions, ContextId::kSpan, kSpanConditions},
    {FunctionSet::kConditions, ContextId::kMetric, kMetricConditions},
    {FunctionSet::kMetrics, ContextId::kSpan, kSpanMetrics},
};

}  // namespace

std::vector<std::span<const Function>> functions_of(FunctionSet set, ContextId context) {
  std::vector<std::span<const Function>> lists{kConverters};
  if (set != FunctionSet::kConditions) lists.push_back(kEditors);
  for (const OwnFunctions& own : kOwn)
    if (own.set == set && own.context == context) lists.push_back(own.functions);
  return lists;
}

const Function* find_function(FunctionSet set, ContextId context, std::string_view name) {
  for (const auto functions : functions_of(set, context))
    for (const Function& function : functions)
      if (function.name == name) return &function;
  return nullptr;
}

}  // namespace invar::ottl
