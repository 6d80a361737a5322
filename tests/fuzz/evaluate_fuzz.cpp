// Any text as an expression and as a config: evaluating, decoding and checking never crash, and every error has a text.
#include "src/base/check.h"
#include "src/language/catalog.h"
#include "src/language/decode.h"
#include "src/parser/parse.h"
#include "stdlib/functions/library.h"

namespace {

using namespace invar;
using enum Presence;

struct Inner {
  std::string name, text;
  std::vector<std::map<std::string, Value>> rows;
};
constexpr std::array kInnerRows{label<&Inner::name>(), attr<&Inner::text>("text", kRequired, ""), attr<&Inner::rows>("rows", kOptional, "")};
constexpr Schema kInner = schema<Inner>("inner", "", kInnerRows);

struct Args {
  bool b = false;
  int8_t i = 0;
  double f = 0;
  Duration d;
  ByteSize bytes;
  Secret secret;
  OptionalSecret optional;
  std::vector<Target> targets;
  Value any;
  std::vector<Inner> inner;
  std::optional<Inner> one;
};
constexpr std::array kRows{
    attr<&Args::b>("b", kOptional, ""),           attr<&Args::i>("i", kOptional, ""),
    attr<&Args::f>("f", kOptional, ""),           attr<&Args::d>("d", kOptional, ""),
    attr<&Args::bytes>("bytes", kOptional, ""),   attr<&Args::secret>("secret", kOptional, ""),
    attr<&Args::optional>("o", kOptional, ""),    attr<&Args::targets>("targets", kOptional, ""),
    attr<&Args::any>("any", kOptional, ""),       block<&Args::inner>("inner", kOptional, "", kInner),
    block<&Args::one>("one", kOptional, "", kInner),
};
constexpr Schema kArgs = schema<Args>("fuzz", "", kRows);

void evaluate_text(const SourcePtr& source) {
  Diagnostics diagnostics;
  const auto expression = parse_expression(source, diagnostics);
  if (!expression) return;
  const Scope library(&stdlib_values());
  Scope scope(library, {});
  scope.set("target", Target(std::vector<Target::Label>{{"a", "b"}}).value());
  scope.set("secret", secret_value(Secret("s")));
  scope.set("unknown", Value::unknown());
  Value value;
  const auto failure = evaluate(*expression, scope, value);
  if (failure) INVAR_CHECK(!failure->error().empty());
  else INVAR_CHECK(!api_json(value).empty() && (value.holds_unknown() || value.same_as(value)));
}

void decode_into(const ast::Block& block, const Schema& schema, const Scope& scope) {
  Diagnostics checked;
  check_block(block, schema, checked);
  INVAR_CHECK(checked.empty() || !render(checked).empty());
  const auto args = schema.create();
  Origins origins;
  if (const auto failure = decode_body(block.body, span_of(block), schema, scope, args.get(), origins)) {
    INVAR_CHECK(!failure->error().empty());
    return;
  }
  INVAR_CHECK(!api_json(schema, args.get(), &origins).empty());
  to_value(schema, args.get());
}

void decode_text(const SourcePtr& source) {
  Diagnostics diagnostics;
  const ast::FilePtr file = parse_file(source, diagnostics);
  if (!file) return;
  const Scope scope(&stdlib_values());
  for (const auto& statement : file->body) {
    const ast::Block* block = statement.block();
    if (!block) continue;
    const CatalogComponent* known = catalog_component(block->full_name());
    const CatalogBlock* config = catalog_block(block->full_name());
    decode_into(*block, known ? known->arguments : config ? config->arguments : kArgs, scope);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 2048) return 0;
  const auto source = std::make_shared<const Source>("f", std::string(reinterpret_cast<const char*>(data), size));
  evaluate_text(source);
  decode_text(source);
  return 0;
}
