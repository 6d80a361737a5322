#include "src/text/ottl/function_checks.h"

#include <cmath>
#include <cstdio>
#include <initializer_list>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/gotemplate/value.h"
#include "src/text/gotemplate/version.h"
#include "src/text/ip_literal.h"
#include "src/text/number.h"
#include "src/text/ottl/grok.h"
#include "src/text/ottl/known_names.h"
#include "src/text/ottl/like_pattern.h"
#include "src/text/ottl/strptime.h"
#include "src/text/ottl/xpath.h"
#include "src/text/regex.h"
#include "src/text/time_layout.h"

namespace invar::ottl::checks {
namespace {

using Found = std::optional<FunctionError>;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> known) {
  for (const std::string_view one : known)
    if (one == text) return true;
  return false;
}

std::string invalid_pattern(std::string_view function, std::string_view pattern, const std::string& why) {
  return "the regex pattern supplied to " + std::string(function) + " '" + quoted(pattern) + "' is not a valid pattern: " + why;
}

Found regex(std::string_view function, const CallArguments& arguments, size_t parameter) {
  const auto pattern = arguments.text(parameter);
  if (!pattern) return std::nullopt;
  const auto compiled = Regex::compile(*pattern);
  if (compiled) return std::nullopt;
  return FunctionError{invalid_pattern(function, *pattern, compiled.error().what), parameter, true, compiled.error().what};
}

Found like_pattern(std::string_view function, const CallArguments& arguments) {
  const auto pattern = arguments.text(1);
  const auto why = pattern ? like_pattern_error(*pattern) : std::nullopt;
  return why ? Found(FunctionError{invalid_pattern(function, *pattern, *why), 1, false, "the pattern is malformed: " + *why}) : std::nullopt;
}

Found no_empty_delimiters(const CallArguments& arguments) {
  const auto delimiter = arguments.text(1), between = arguments.text(2);
  if (delimiter && delimiter->empty()) return FunctionError{"delimiter cannot be set to an empty string", 1};
  if (between && between->empty()) return FunctionError{"pair delimiter cannot be set to an empty string", 2};
  const std::string_view one = delimiter.value_or("="), other = between.value_or(" ");
  if (one != other) return std::nullopt;
  return FunctionError{"pair delimiter " + quoted(other) + " cannot be equal to delimiter " + quoted(one), between ? 2u : 1u};
}

bool is_one_rune(std::string_view text) {
  size_t length = 0;
  if (!text.empty()) decode_rune(text, length);
  return length > 0 && length == text.size();
}

/// Go's net.ParseCIDR.
bool is_cidr(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view address = text.substr(0, slash), bits = text.substr(slash + 1);
  const auto family = read_ip_literal(address);
  if (!family || address.find('%') != std::string_view::npos || bits.empty() || bits.size() > 8) return false;
  if (bits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto count = to_int(bits);
  return count && *count <= (*family == IpFamily::kV4 ? 32 : 128);
}

/// An id as bytes, or as twice as many hexadecimal digits.
Found id(std::string_view function, const CallArguments& arguments, size_t length) {
  const auto literal = arguments.literal(0);
  if (!literal) return std::nullopt;
  std::string bytes;
  if (const auto* text = std::get_if<std::string_view>(&*literal)) bytes = *text;
  else if (const auto* given = std::get_if<const Bytes*>(&*literal)) bytes = (*given)->value;
  else if (std::holds_alternative<bool>(*literal)) bytes.assign(1, '\0');
  else if (!std::holds_alternative<Nil>(*literal)) bytes.assign(8, '\0');
  const std::string name(function);
  if (bytes.size() == length) return std::nullopt;
  if (bytes.size() != 2 * length)
    return FunctionError{name + ": could not decode ID: invalid length: expected " + std::to_string(length) + " or " + std::to_string(2 * length) + " bytes, got " +
                         std::to_string(bytes.size())};
  const size_t bad = bytes.find_first_not_of("0123456789abcdefABCDEF");
  if (bad == std::string::npos) return std::nullopt;
  const auto byte = static_cast<unsigned char>(bytes[bad]);
  char where[16];
  std::snprintf(where, sizeof where, "U+%04X", byte);
  std::string shown(where);
  if (is_printable(byte)) append_rune(shown += " '", byte), shown += "'";
  return FunctionError{name + ": could not decode ID: invalid hex: encoding/hex: invalid byte: " + shown};
}

}  // namespace

Found append(const CallArguments& arguments) {
  if (arguments.given(1) || arguments.given(2)) return std::nullopt;
  return FunctionError{"at least one of the optional arguments ('value' or 'values') must be provided"};
}

Found coalesce(const CallArguments& arguments) {
  return arguments.elements(0).empty() ? Found(FunctionError{"Coalesce requires at least one argument"}) : std::nullopt;
}

Found convert_case(const CallArguments& arguments) {
  const std::string_view to = arguments.text(1).value_or("");
  if (is_one_of(to, {"lower", "upper", "snake", "camel"})) return std::nullopt;
  return FunctionError{"invalid case: " + std::string(to) + ", allowed cases are: lower, upper, snake, camel", 1};
}

Found delete_matching_keys(const CallArguments& arguments) { return regex("delete_matching_keys", arguments, 1); }
Found keep_matching_keys(const CallArguments& arguments) { return regex("keep_matching_keys", arguments, 1); }
Found is_match(const CallArguments& arguments) { return regex("IsMatch", arguments, 1); }
Found extract_patterns(const CallArguments& arguments) { return regex("ExtractPatterns", arguments, 1); }
Found replace_pattern(const CallArguments& arguments) { return regex("replace_pattern", arguments, 1); }
Found replace_match(const CallArguments& arguments) { return like_pattern("replace_match", arguments); }
Found replace_all_matches(const CallArguments& arguments) { return like_pattern("replace_all_matches", arguments); }

Found replace_all_patterns(const CallArguments& arguments) {
  if (auto error = regex("replace_all_patterns", arguments, 2)) return error;
  const std::string_view mode = arguments.text(1).value_or("");
  if (is_one_of(mode, {"key", "value"})) return std::nullopt;
  return FunctionError{"invalid mode " + std::string(mode) + ", must be either 'key' or 'value'", 1};
}

Found flatten(const CallArguments& arguments) {
  const auto depth = arguments.integer(2);
  if (!depth || *depth >= 1) return std::nullopt;
  return FunctionError{"invalid depth '" + std::to_string(*depth) + "' for flatten function, must be greater than 0", 2};
}

Found format_time(const CallArguments& arguments) {
  const std::string_view layout = arguments.text(1).value_or("");
  if (layout.empty()) return FunctionError{"format cannot be nil", 1};
  const auto why = strptime_error(layout);
  return why ? Found(FunctionError{*why, 1}) : std::nullopt;
}

Found is_in_cidr(const CallArguments& arguments) {
  for (const Value& network : arguments.elements(1)) {
    const auto* text = network.as<std::string>();
    if (!text) return std::nullopt;
    if (!is_cidr(*text)) return FunctionError{"invalid CIDR address: " + *text, 1};
  }
  return std::nullopt;
}

Found limit(const CallArguments& arguments) {
  const int64_t most = arguments.integer(1).value_or(0);
  const size_t keys = arguments.elements(2).size();
  const std::string prefix = "invalid limit for limit function, " + std::to_string(most);
  if (most < 0) return FunctionError{prefix + " cannot be negative", 1};
  if (most >= static_cast<int64_t>(keys)) return std::nullopt;
  return FunctionError{prefix + " cannot be less than number of priority attributes " + std::to_string(keys), 1};
}

Found merge_maps(const CallArguments& arguments) {
  const std::string_view strategy = arguments.text(2).value_or("");
  if (is_one_of(strategy, {"insert", "update", "upsert"})) return std::nullopt;
  return FunctionError{"invalid value for strategy, " + std::string(strategy) + ", must be 'insert', 'update' or 'upsert'", 2};
}

Found parse_csv(const CallArguments& arguments) {
  const auto delimiter = arguments.text(2), header_delimiter = arguments.text(3);
  if (delimiter && !is_one_rune(*delimiter)) return FunctionError{"invalid arguments: delimiter must be a single character", 2};
  if (header_delimiter && !is_one_rune(*header_delimiter)) return FunctionError{"invalid arguments: header_delimiter must be a single character", 3};
  const std::string_view mode = arguments.text(4).value_or("strict");
  return is_one_of(mode, {"strict", "lazyQuotes", "ignoreQuotes"}) ? std::nullopt : Found(FunctionError{"unknown mode: " + std::string(mode), 4});
}

Found parse_key_value(const CallArguments& arguments) { return no_empty_delimiters(arguments); }
Found to_key_value_string(const CallArguments& arguments) { return no_empty_delimiters(arguments); }

Found sort(const CallArguments& arguments) {
  const auto order = arguments.text(1);
  if (!order || is_one_of(*order, {"asc", "desc"})) return std::nullopt;
  return FunctionError{"invalid arguments: " + std::string(*order) + R"(. Order should be either "asc" or "desc")", 1};
}

Found time(const CallArguments& arguments) {
  const std::string_view layout = arguments.text(1).value_or(""), location = arguments.text(2).value_or("");
  const auto locale = arguments.text(3);
  if (layout.empty()) return FunctionError{"format cannot be nil", 1};
  if (!location.empty())
    if (const auto zone = TimeZone::load(location); !zone) return FunctionError{"failed to load location " + std::string(location) + ": " + zone.error().what, 2};
  if (locale && !is_locale(*locale)) return FunctionError{"unsupported locale '" + std::string(*locale) + "', value must be a supported BCP 47 language tag", 3};
  const auto why = strptime_error(layout);
  return why ? Found(FunctionError{*why, 1}) : std::nullopt;
}

Found truncate_all(const CallArguments& arguments) {
  const int64_t most = arguments.integer(1).value_or(0);
  if (most < 0) return FunctionError{"invalid limit for truncate_all function, " + std::to_string(most) + " cannot be negative", 1};
  const size_t marker = arguments.text(3).value_or("").size();
  if (static_cast<int64_t>(marker) <= most) return std::nullopt;
  return FunctionError{"invalid truncation marker for truncate_all function, length of marker " + std::to_string(marker) + " cannot be greater than limit " + std::to_string(most), 3};
}

Found trace_id(const CallArguments& arguments) { return id("TraceID", arguments, 16); }
Found span_id(const CallArguments& arguments) { return id("SpanID", arguments, 8); }
Found profile_id(const CallArguments& arguments) { return id("ProfileID", arguments, 16); }

Found xpath(const CallArguments& arguments) {
  const auto why = xpath_error(arguments.text(1).value_or(""));
  return why ? Found(FunctionError{"invalid xpath: " + *why, 1}) : std::nullopt;
}

Found optional_xpath(const CallArguments& arguments) { return arguments.text(1).value_or("").empty() ? std::nullopt : xpath(arguments); }

Found decode(const CallArguments& arguments) {
  const auto encoding = arguments.text(1);
  if (!encoding || is_encoding(*encoding) || is_one_of(*encoding, {"base64", "base64-raw", "base64-url", "base64-raw-url"})) return std::nullopt;
  return FunctionError{"unsupported encoding '" + std::string(*encoding) + "'", 1};
}

Found extract_grok_patterns(const CallArguments& arguments) {
  std::vector<std::string_view> definitions;
  for (const Value& definition : arguments.elements(3)) definitions.push_back(*definition.as<std::string>());
  auto error = grok_error(arguments.text(1), arguments.boolean(2).value_or(false), definitions);
  if (!error) return std::nullopt;
  return FunctionError{std::move(error->text), error->in_definitions ? 3u : 1u, error->is_regex, std::move(error->reason)};
}

Found parse_clf(const CallArguments& arguments) {
  const std::string_view format = arguments.text(1).value_or("clf");
  if (is_one_of(format, {"clf", "combined"})) return std::nullopt;
  return FunctionError{"invalid format " + quoted(format) + R"(: must be "clf" or "combined")", 1};
}

Found set_semconv_span_name(const CallArguments& arguments) {
  const std::string_view text = arguments.text(0).value_or("");
  gotemplate::Version version, oldest, newest;
  std::string error;
  if (!gotemplate::parse_version(text, version, error)) return FunctionError{"failed to parse semconv version " + quoted(text) + ": " + error};
  gotemplate::parse_version("1.37.0", oldest, error);
  gotemplate::parse_version("1.40.0", newest, error);
  if (gotemplate::compare_versions(version, oldest) < 0 || gotemplate::compare_versions(version, newest) > 0)
    return FunctionError{"unsupported semconv version " + quoted(text) + ": must be between 1.37.0 and 1.40.0"};
  const auto attribute = arguments.text(1);
  return attribute && attribute->empty() ? Found(FunctionError{"originalSpanNameAttribute cannot be an empty string", 1}) : std::nullopt;
}

Found aggregation(const CallArguments& arguments) {
  const std::string_view function = arguments.text(0).value_or("");
  if (is_one_of(function, {"sum", "mean", "min", "max", "median", "count"})) return std::nullopt;
  return FunctionError{"invalid aggregation function: 'unsupported function: '" + std::string(function) + "'', valid options: sum, mean, min, max, median, count"};
}

Found temporality(const CallArguments& arguments) {
  const std::string_view given = arguments.text(0).value_or("");
  return is_one_of(given, {"delta", "cumulative"}) ? std::nullopt : Found(FunctionError{"unknown aggregation temporality: " + std::string(given)});
}

Found percentile(const CallArguments& arguments) {
  const double given = arguments.number(0).value_or(0);
  if (given > 0 && given < 100) return std::nullopt;
  return FunctionError{"percentile must be greater than 0 and less than 100, got " + std::to_string(given)};
}

Found exponential_histogram(const CallArguments& arguments) {
  const std::string_view function = arguments.text(0).value_or("");
  if (!is_one_of(function, {"", "upper", "midpoint", "random", "uniform"}))
    return FunctionError{"invalid conversion function: " + std::string(function) + ", must be one of [upper, midpoint, random, uniform]"};
  return arguments.elements(1).empty() ? Found(FunctionError{"explicit bounds cannot be empty: []", 1}) : std::nullopt;
}

Found merge_histogram_buckets(const CallArguments& arguments) {
  constexpr std::string_view kLimit = "limit_buckets", kRemove = "remove_explicit_bound";
  const std::string_view method = arguments.text(1).value_or(kRemove);
  if (!is_one_of(method, {kLimit, kRemove}))
    return FunctionError{"unsupported method " + quoted(method) + ", expected " + quoted(kRemove) + " or " + quoted(kLimit), 1};
  const auto target = arguments.literal(0);
  if (!target) return std::nullopt;
  if (std::holds_alternative<Nil>(*target)) return FunctionError{"target_value must not be nil"};
  if (method != kLimit) return std::nullopt;
  double buckets = 0;
  if (const auto* number = std::get_if<double>(&*target)) buckets = *number;
  else if (const auto* integer = std::get_if<int64_t>(&*target)) buckets = static_cast<double>(*integer);
  else if (const auto* flag = std::get_if<bool>(&*target)) buckets = *flag ? 1 : 0;
  else if (const auto* text = std::get_if<std::string_view>(&*target)) buckets = to_float(*text).value_or(0);
  if (buckets >= 1 && std::trunc(buckets) == buckets && buckets <= 0x1p63) return std::nullopt;
  return FunctionError{"target_value must be a positive integer when method is " + quoted(kLimit) + ", got " + format_float_general(buckets)};
}

}  // namespace invar::ottl::checks
