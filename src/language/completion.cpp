#include "src/language/completion.h"

#include <algorithm>

#include "src/text/byte_size.h"
#include "src/text/url.h"

namespace invar {
namespace {

bool is_empty_text(const Value& value) {
  if (const auto secret = value.capsule_as<SecretCapsule>()) return secret->secret().empty();
  return value.is_null() || (value.is(ValueType::kString) && value.as_string().empty());
}

/// The settings of an HTTP client, by themselves or among those of a component. A bearer token is an authorization.
bool is_http_client(const Schema& schema) { return find_row(schema, "bearer_token") && inner_schema(schema, "authorization"); }

void complete_http_client(Record& client) {
  for (const auto& [token, credentials] : {std::pair{"bearer_token", "credentials"}, std::pair{"bearer_token_file", "credentials_file"}}) {
    const Value value = client.value(token);
    if (is_empty_text(value)) continue;
    Record& authorization = client.add_block("authorization");
    authorization.set(credentials, value);
    authorization.set("type", Value::string("Bearer"));
    client.set(token, Value());
  }
}

void complete_authorization(Record& authorization) {
  const std::string type(trim_space(authorization.value("type").as_string()));
  authorization.set("type", Value::string(type.empty() ? "Bearer" : type));
}

void complete_memory_limiter(Record& limiter) {
  const auto limit = parse_byte_size(limiter.value("limit").as_string());
  const auto spike = parse_byte_size(limiter.value("spike_limit").as_string());
  if (limit && spike && *limit > 0 && *spike == 0) limiter.set("spike_limit", Value::string(format_byte_size(*limit / 5)));
}

void complete_scrape(Record& scrape) {
  const bool negotiates = scrape.value("enable_protobuf_negotiation").as_bool();
  if (negotiates) scrape.set("scrape_native_histograms", Value::boolean(true));
  const Value usual = Record::defaults(scrape.schema()).value("scrape_protocols");
  if (scrape.value("scrape_native_histograms").as_bool() && scrape.value("scrape_protocols").same_as(usual)) {
    std::vector<Value> protocols{Value::string("PrometheusProto")};
    for (const Value& protocol : usual.elements()) protocols.push_back(protocol);
    scrape.set("scrape_protocols", Value::array(std::move(protocols)));
  }
  if (is_empty_text(scrape.value("metric_name_escaping_scheme")))
    scrape.set("metric_name_escaping_scheme",
               Value::string(scrape.value("metric_name_validation_scheme").as_string() == "legacy" ? "underscores" : "allow-utf-8"));
}

void complete_operator(Record& arguments) {
  if (arguments.value("namespaces").size() == 0) arguments.set("namespaces", Value::array({Value::string("")}));
}

using Completion = void (*)(Record&);
Completion completion_of(const Schema& schema) {
  constexpr std::pair<std::string_view, Completion> kByType[] = {
      {"common/config.Authorization", complete_authorization},
      {"otelcol/processor/memorylimiter.Arguments", complete_memory_limiter},
      {"prometheus/operator.Arguments", complete_operator},
      {"prometheus/scrape.Arguments", complete_scrape},
  };
  for (const auto& [type, completion] : kByType)
    if (schema.name == type) return completion;
  return nullptr;
}

}  // namespace

bool completes(const Schema& schema) { return completion_of(schema) || is_http_client(schema); }

void complete(Record& record) {
  if (const Completion completion = completion_of(record.schema())) completion(record);
  if (is_http_client(record.schema())) complete_http_client(record);
}

}  // namespace invar
