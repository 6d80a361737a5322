#include <algorithm>

#include "src/lint/load_check.h"

namespace invar::load_checks_otelcol {
using namespace lint;
namespace {

using B = BlockFacts;
using By = LoadCheck::By;
constexpr std::string_view kAttributes = "otelcol/processor/attributes.Arguments", kAction = "otelcol.AttrActionKeyValue", kQueue = "otelcol.QueueArguments",
                           kBatch = "otelcol.BatchConfig", kRetry = "otelcol.RetryArguments", kMultiline = "otelcol.MultilineConfig",
                           kHeader = "otelcol/auth/headers.Header", kScraper = "otelcol.ScraperControllerArguments", kTlsSetting = "otelcol.TLSSetting", kBasic = "otelcol/auth/basic.Arguments";
constexpr std::string_view kSquashedReason = "Alloy never asks it: its fields stand in other types, which do not call its Validate(). What is wrong shows when the component runs.";

Truth action_is(const B& b, std::initializer_list<std::string_view> words) {
  return b.text("action").holds([&](std::string action) {
    for (char& c : action) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return std::find(words.begin(), words.end(), action) != words.end();
  });
}

/// Alloy counts the block, then says what its inner check says.
Found action_without_key(const B& b) {
  size_t number = 0;
  for (const auto& action : b.inner()) {
    if (!action->is_named("action")) continue;
    ++number;
    const std::string word = action->text("action").value.value_or("");
    const Truth by_pattern = action_is(*action, {"delete", "hash"});
    if ((by_pattern && action->none_of({"key", "pattern"})).yes())
      return Found({std::to_string(number), "the action " + word + " requires at least the key argument or the pattern argument to be set"});
    if ((!by_pattern && missing<"key">(*action)).yes()) return Found({std::to_string(number), "the action " + word + " requires the key argument to be set"});
  }
  return std::nullopt;
}

size_t place_of(const B& b) {
  size_t index = 0;
  for (const auto& action : b.around()->inner()) {
    if (action.get() == &b) break;
    index += action->is_named("action");
  }
  return index;
}

/// "key" and the number of the action among its siblings, for the messages of the processor.
Found key_and_place(const B& b) { return Found({b.text("key").value.value_or(""), std::to_string(place_of(b))}); }

Truth sources_of(const B& b, size_t least) {
  const auto count = [&](auto test) { return static_cast<size_t>(test(b.written("value"))) + test(b.set("from_attribute")) + test(b.set("from_context")); };
  const size_t sure = count([](Truth t) { return t.yes(); }), possible = count([](Truth t) { return !t.no(); });
  return sure >= least ? Truth(true) : possible >= least ? Truth::unknown() : Truth(false);
}

Found when(Truth truth, Found words) { return truth.yes() ? words : std::nullopt; }

Found unknown_action(const B& b) {
  const Truth known = action_is(b, {"insert", "update", "upsert", "delete", "hash", "extract", "convert"});
  Found words = key_and_place(b);
  words->push_back(b.text("action").value.value_or(""));
  return when(!known && b.set("key"), words);
}

Truth queue_on(const B& b) { return b.flag("enabled"); }

Truth batch_larger_than_queue(const B& b) {
  const B* batch = b.block("batch");
  if (!batch) return false;
  const Text sizer = b.text("sizer"), own = batch->text("sizer");
  return queue_on(b) && (sizer.value && own.value ? Truth(*sizer.value == *own.value) : Truth::unknown()) && batch->amount("min_size") > b.amount("queue_size");
}

Truth source_count(const B& b, bool too_many) {
  size_t sure = 0, possible = 0;
  for (const char* name : {"value", "from_context", "from_attribute"}) {
    const Truth written = b.written(name);
    sure += written.yes();
    possible += !written.no();
  }
  if (too_many) return sure > 1 ? Truth(true) : possible > 1 ? Truth::unknown() : Truth(false);
  return possible == 0 ? Truth(true) : sure > 0 ? Truth(false) : Truth::unknown();
}

constexpr LoadCheck kRows[] = {
    {.of = kAttributes,
     .message = "validation failed for action block number %d: %w",
     .names = {"action"},
     .finds = action_without_key,
     .bad = "action {\n  action = \"insert\"\n  value = 1\n}",
     .good = "action {\n  key = \"k\"\n  action = \"insert\"\n  value = 1\n}",
     .from = "component/otelcol AttrActionKeyValueSlice.Validate"},
    {.of = kAttributes,
     .message = "the action %s requires at least the key argument or the pattern argument to be set",
     .bad = "action {\n  action = \"delete\"\n}",
     .good = "action {\n  pattern = \"k.*\"\n  action = \"delete\"\n}",
     .by = By::kInside,
     .from = "component/otelcol AttrActionKeyValue.validate"},
    {.of = kAttributes,
     .message = "the action %s requires the key argument to be set",
     .bad = "action {\n  action = \"upsert\"\n  value = 1\n}",
     .good = "action {\n  key = \"k\"\n  action = \"upsert\"\n  value = 1\n}",
     .by = By::kInside,
     .from = "component/otelcol AttrActionKeyValue.validate"},
    {.of = kAction,
     .message = "error with key %q (%d-th action): error creating AttrProc due to unsupported action %q",
     .names = {"action"},
     .finds = unknown_action,
     .bad = "key = \"k\"\naction = \"add\"\nvalue = 1",
     .good = "key = \"k\"\naction = \"insert\"\nvalue = 1",
     .from = "opentelemetry-collector-contrib/internal/coreinternal/attraction NewAttrProc"},
    {.of = kAction,
     .message = "error with key %q (%d-th action): error creating AttrProc. Either field \"value\", \"from_attribute\", \"from_context\", or \"default_value\" must be specified",
     .names = {"action"},
     .finds = [](const B& b) { return when(action_is(b, {"insert", "update", "upsert"}) && b.set("key") && !sources_of(b, 1), key_and_place(b)); },
     .bad = "key = \"k\"\naction = \"insert\"",
     .good = "key = \"k\"\naction = \"insert\"\nvalue = 1",
     .from = "opentelemetry-collector-contrib/internal/coreinternal/attraction NewAttrProc"},
    {.of = kAction,
     .message = "error with key %q (%d-th action): error creating AttrProc due to multiple value sources being set",
     .names = {"value", "from_attribute", "from_context"},
     .finds = [](const B& b) { return when(action_is(b, {"insert", "update", "upsert"}) && b.set("key") && sources_of(b, 2), key_and_place(b)); },
     .bad = "key = \"k\"\naction = \"insert\"\nvalue = 1\nfrom_attribute = \"a\"",
     .good = "key = \"k\"\naction = \"insert\"\nfrom_attribute = \"a\"",
     .from = "opentelemetry-collector-contrib/internal/coreinternal/attraction NewAttrProc"},
    {.of = kAction,
     .message = "error with key %q (%d-th action): error creating AttrProc. Action \"extract\" does not use a value source field. These must not be specified",
     .names = {"value", "from_attribute", "from_context"},
     .finds = [](const B& b) { return when(action_is(b, {"extract"}) && b.set("key") && sources_of(b, 1), key_and_place(b)); },
     .bad = "key = \"k\"\naction = \"extract\"\npattern = \"(?P<a>x)\"\nvalue = 1",
     .good = "key = \"k\"\naction = \"extract\"\npattern = \"(?P<a>x)\"",
     .from = "opentelemetry-collector-contrib/internal/coreinternal/attraction NewAttrProc"},
    {.of = kAction,
     .message = "error with key %q (%d-th action): error creating AttrProc due to missing required field \"pattern\" for action \"extract\"",
     .names = {"action"},
     .finds = [](const B& b) { return when(action_is(b, {"extract"}) && b.set("key") && !b.set("pattern") && !sources_of(b, 1), key_and_place(b)); },
     .bad = "key = \"k\"\naction = \"extract\"",
     .good = "key = \"k\"\naction = \"extract\"\npattern = \"(?P<a>x)\"",
     .from = "opentelemetry-collector-contrib/internal/coreinternal/attraction NewAttrProc"},
    {.of = kAction,
     .message = "error with key %q (%d-th action): error creating AttrProc due to missing required field \"converted_type\" for action \"convert\"",
     .names = {"action"},
     .finds = [](const B& b) { return when(action_is(b, {"convert"}) && b.set("key") && !b.set("converted_type") && !sources_of(b, 1), key_and_place(b)); },
     .bad = "key = \"k\"\naction = \"convert\"",
     .good = "key = \"k\"\naction = \"convert\"\nconverted_type = \"int\"",
     .from = "opentelemetry-collector-contrib/internal/coreinternal/attraction NewAttrProc"},
    {.of = kAction,
     .message = "error with key %q (%d-th action): error creating AttrProc due to invalid value \"%s\" in field \"converted_type\" for action \"convert\"",
     .names = {"converted_type"},
     .finds =
         [](const B& b) {
           Found words = key_and_place(b);
           words->push_back(b.text("converted_type").value.value_or(""));
           return when(action_is(b, {"convert"}) && b.set("key") && !b.text("converted_type").is_one_of({"", "string", "int", "double"}), words);
         },
     .bad = "key = \"k\"\naction = \"convert\"\nconverted_type = \"number\"",
     .good = "key = \"k\"\naction = \"convert\"\nconverted_type = \"double\"",
     .from = "opentelemetry-collector-contrib/internal/coreinternal/attraction NewAttrProc"},

    {.of = "otelcol.KubernetesAPIConfig", .message = "invalid auth_type %q", .by = By::kNobody, .reason = kSquashedReason},

    {.of = kQueue,
     .message = "queue_size must be greater than zero",
     .names = {"queue_size"},
     .refuses = [](const B& b) { return queue_on(b) && b.amount("queue_size") <= 0; },
     .bad = "queue_size = 0",
     .good = "queue_size = 0\nenabled = false"},
    {.of = kQueue,
     .message = "invalid sizer: %s",
     .names = {"sizer"},
     .refuses = [](const B& b) { return queue_on(b) && !b.text("sizer").is_one_of({"bytes", "items", "requests"}); },
     .bad = "sizer = \"entries\"",
     .good = "sizer = \"items\"",
     .from = "component/otelcol convertSizer"},
    {.of = kQueue,
     .message = "`min_size` must be less than or equal to `queue_size`",
     .names = {"queue_size", "batch"},
     .refuses = batch_larger_than_queue,
     .bad = "queue_size = 10\nsizer = \"items\"\nbatch {\n  sizer = \"items\"\n  min_size = 20\n}",
     .good = "queue_size = 30\nsizer = \"items\"\nbatch {\n  sizer = \"items\"\n  min_size = 20\n}"},
    {.of = kBatch,
     .message = "`batch` supports only `items` or `bytes` sizer",
     .names = {"sizer"},
     .refuses = none_of_words<"sizer", "items", "bytes">,
     .bad = "sizer = \"requests\"",
     .good = "sizer = \"items\""},
    {.of = kBatch,
     .message = "`flush_timeout` must be positive",
     .names = {"flush_timeout"},
     .refuses = not_positive<"flush_timeout">,
     .bad = "flush_timeout = \"0s\"",
     .good = "flush_timeout = \"1s\""},
    {.of = kBatch, .message = "`min_size` must be non-negative", .names = {"min_size"}, .refuses = negative<"min_size">, .bad = "min_size = -1", .good = "min_size = 0"},
    {.of = kBatch, .message = "`max_size` must be non-negative", .names = {"max_size"}, .refuses = negative<"max_size">, .bad = "max_size = -1", .good = "max_size = 0"},
    {.of = kBatch,
     .message = "`max_size` must be greater or equal to `min_size`",
     .names = {"min_size", "max_size"},
     .refuses = [](const B& b) { return b.amount("max_size") > 0 && b.amount("max_size") < b.amount("min_size"); },
     .bad = "min_size = 20\nmax_size = 10",
     .good = "min_size = 10\nmax_size = 20"},
    {.of = kRetry,
     .message = "multiplier must be greater than 1.0",
     .names = {"multiplier"},
     .refuses = [](const B& b) { return b.amount("multiplier") <= 1; },
     .bad = "multiplier = 1",
     .good = "multiplier = 1.5"},
    {.of = kRetry,
     .message = "randomization_factor must be greater or equal to 0",
     .names = {"randomization_factor"},
     .refuses = negative<"randomization_factor">,
     .bad = "randomization_factor = -0.5",
     .good = "randomization_factor = 0.5"},
    {.of = kScraper, .message = "\"collection_interval\": %w", .by = By::kNobody, .reason = kSquashedReason},
    {.of = kScraper, .message = "\"timeout\": %w", .by = By::kNobody, .reason = kSquashedReason},
    {.of = kScraper, .message = "requires positive value", .by = By::kNobody, .reason = kSquashedReason},
    {.of = kScraper, .message = "requires a value greater than zero", .by = By::kNobody, .reason = kSquashedReason},
    {.of = kMultiline,
     .message = "either line_start_pattern or line_end_pattern must be set",
     .names = {"line_start_pattern", "line_end_pattern"},
     .refuses = none<"line_start_pattern", "line_end_pattern">,
     .bad = "omit_pattern = true",
     .good = "line_start_pattern = \"a\""},
    {.of = kMultiline,
     .message = "only one of line_start_pattern or line_end_pattern can be set",
     .names = {"line_start_pattern", "line_end_pattern"},
     .refuses = both<"line_start_pattern", "line_end_pattern">,
     .bad = "line_start_pattern = \"a\"\nline_end_pattern = \"b\"",
     .good = "line_end_pattern = \"b\""},
    {.of = kTlsSetting, .message = "at most one of ca_pem and ca_file must be configured", .by = By::kNobody, .reason = kSquashedReason},
    {.of = kTlsSetting, .message = "at most one of cert_pem and cert_file must be configured", .by = By::kNobody, .reason = kSquashedReason},
    {.of = kTlsSetting, .message = "at most one of key_pem and key_file must be configured", .by = By::kNobody, .reason = kSquashedReason},
    {.of = kTlsSetting,
     .message = "exactly one of key_pem or key_file must be configured when a client certificate is configured",
     .by = By::kNobody,
     .reason = kSquashedReason},
    {.of = kTlsSetting,
     .message = "exactly one of cert_pem or cert_file must be configured when a client key is configured",
     .by = By::kNobody,
     .reason = kSquashedReason},

    {.of = kHeader,
     .message = "action is set to an invalid value of %q",
     .by = By::kNobody,
     .reason = "Other words are refused before, when the text is read: `unknown action add`.",
     .from = "component/otelcol/auth/headers Action.Validate"},
    {.of = kHeader,
     .message = "key must be set to a non-empty string",
     .names = {"key"},
     .refuses = missing<"key">,
     .bad = "key = \"\"\nvalue = \"v\"",
     .good = "key = \"k\"\nvalue = \"v\""},
    {.of = kHeader,
     .message = "one of value, from_context, or from_attribute must be provided",
     .refuses = [](const B& b) { return source_count(b, false); },
     .bad = "key = \"k\"",
     .good = "key = \"k\"\nfrom_context = \"c\""},
    {.of = kHeader,
     .message = "only one of value, from_context, or from_attribute may be provided",
     .names = {"value", "from_context", "from_attribute"},
     .refuses = [](const B& b) { return source_count(b, true); },
     .bad = "key = \"k\"\nvalue = \"v\"\nfrom_context = \"c\"",
     .good = "key = \"k\"\nvalue = \"v\""},
    {.of = kBasic,
     .message = "no credential source provided",
     .refuses = none<"username", "password", "htpasswd", "client_auth">,
     .bad = "username = \"\"",
     .good = "username = \"u\"\npassword = \"p\""},
    {.of = kBasic,
     .message = "no password provided",
     .names = {"username"},
     .refuses = [](const B& b) { return b.set("username") && !b.set("password"); },
     .bad = "username = \"u\"",
     .good = "username = \"u\"\npassword = \"p\""},
};

}  // namespace

extern const LoadChecks kChecks;
constinit const LoadChecks kChecks{kRows};

}  // namespace invar::load_checks_otelcol
