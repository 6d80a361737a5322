#include <algorithm>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/format.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

[[noreturn]] Value never_called(Run&, Values) { throw Failure{"evaluated where it is called"}; }

Value negate(Run& run, Values a) { return Value::of(!is_true(run.settled(a[0]))); }

/// The type's name, of a pointer that of what it points to.
std::string pointed_name(Type type) {
  const std::string_view name = type_name(type);
  return std::string(name.substr(name.starts_with('*')));
}

Value length(Run& run, Values a) {
  const Value value = run.settled(a[0]);
  if (value.is(Type::kNil)) throw Failure{"len of nil pointer"};
  if (!value.is_valid()) throw Failure{"reflect: call of reflect.Value.Type on zero Value"};
  const int64_t length = length_of(value);
  if (length < 0) throw Failure{"len of type " + pointed_name(value.type)};
  return Value::of(length);
}

// index and slice.

int64_t index_argument(const Value& index, int64_t limit) {
  if (index.is_absent()) throw Failure{"cannot index slice/array with nil"};
  const Kind kind = index.kind();
  if (kind != Kind::kInt && kind != Kind::kUint) throw Failure{"cannot index slice/array with type " + std::string(type_name(index.type))};
  if (index.integer < 0 || index.integer > limit) throw Failure{"index out of range: " + std::to_string(index.integer)};
  return index.integer;
}

Value index_map(Run& run, const Value& item, const Value& key) {
  if (key.is_absent()) throw Failure{"value is nil; should be of type string"};
  if (!key.is(Type::kString)) throw Failure{"value has type " + std::string(type_name(key.type)) + "; should be string"};
  if (item.is(Type::kRoot)) return as_element(run.data_text(key.text()));
  const Value* const found = item.dict ? item.dict->find(key.text()) : nullptr;
  if (found) return *found;
  return item.is(Type::kTexts) ? Value::of(std::string_view()) : Value::nil();
}

Value index(Run& run, Values a) {
  Value item = a[0];
  if (item.is_absent()) throw Failure{"index of untyped nil"};
  for (const Value& index : a.subspan(1)) {
    if (item.is(Type::kNil)) throw Failure{"index of nil pointer"};
    if (item.kind() == Kind::kMap) {
      item = index_map(run, item, run.settled(index));
      continue;
    }
    const int64_t length = length_of(item);
    if (length < 0) throw Failure{"can't index item of type " + pointed_name(item.type)};
    const int64_t at = index_argument(index, length);
    if (at == length) throw Failure{std::string("reflect: ") + (item.is(Type::kString) ? "string" : "slice") + " index out of range"};
    item = item.is(Type::kString) ? Value::of(Type::kUint8, static_cast<unsigned char>(item.data[at])) : items_of(item)[static_cast<size_t>(at)];
  }
  return item;
}

Value slice(Run& run, Values a) {
  const Value item = run.settled(a[0]);
  if (item.is_absent()) throw Failure{"slice of untyped nil"};
  const size_t count = a.size() - 1;
  if (count > 3) throw Failure{"too many slice indexes: " + std::to_string(count)};
  const bool is_text = item.is(Type::kString);
  if (is_text && count == 3) throw Failure{"cannot 3-index slice a string"};
  if (!is_text && item.kind() != Kind::kSlice) throw Failure{"can't slice item of type " + std::string(type_name(item.type))};
  const int64_t size = length_of(item);
  int64_t indexes[3] = {0, size, size};
  for (size_t i = 0; i < count; ++i) indexes[i] = index_argument(a[i + 1], size);
  for (size_t i = 0; i < 2; ++i)
    if (indexes[i] > indexes[i + 1])
      throw Failure{"invalid slice index: " + std::to_string(indexes[i]) + " > " + std::to_string(indexes[i + 1])};
  const auto length = static_cast<size_t>(indexes[1] - indexes[0]);
  if (is_text) return Value::of(item.text().substr(static_cast<size_t>(indexes[0]), length));
  if (!item.list) return item;
  const auto kept = static_cast<uint32_t>(length);
  return Value::of(item.type, run.memory().make<List>(item.list->items + indexes[0], kept, kept));
}

// Comparison.

/// What text/template compares as: kinds that have a common order.
bool is_basic(Kind kind) { return kind >= Kind::kBool && kind <= Kind::kString; }

[[noreturn]] void incompatible(const Value& a, const Value& b) {
  throw Failure{"incompatible types for comparison: " + std::string(type_name(a.type)) + " and " + std::string(type_name(b.type))};
}

bool is_nil(const Value& value) {
  if (value.is_absent()) return true;
  const Kind kind = value.kind();
  return (kind == Kind::kSlice || kind == Kind::kMap || kind == Kind::kPointer) && value.natural == 0;
}

bool equal_basic(const Value& a, const Value& b) {
  switch (a.kind()) {
    case Kind::kFloat: return a.number == b.number;
    case Kind::kString: return a.text() == b.text();
    case Kind::kComplex: return a.complex->real == b.complex->real && a.complex->imaginary == b.complex->imaginary;
    default: return a.natural == b.natural;
  }
}

/// fmt's %s of a value.
std::string as_text(Run& run, const Value& value) {
  std::string out;
  append_printf(run, out, "%s", {&value, 1});
  return out;
}

bool equal_other(Run& run, const Value& a, const Value& b) {
  const auto named = [&](const Value& value) { return as_text(run, value) + ": " + std::string(type_name(value.type)); };
  if (!a.is_absent() && !b.is_absent() && a.kind() != b.kind()) {
    std::string shown;
    append_value(run, shown, b);
    throw Failure{"non-comparable types " + named(a) + ", " + std::string(type_name(b.type)) + ": " + shown};
  }
  if (is_nil(a) || is_nil(b)) return is_nil(a) == is_nil(b);
  if (b.kind() == Kind::kSlice || b.kind() == Kind::kMap) throw Failure{"non-comparable type " + named(b)};
  if (a.type != b.type) return false;
  return a.kind() == Kind::kPointer ? a.natural == b.natural : deep_equal(a, b);
}

bool equals(Run& run, const Value& a, const Value& b) {
  const Kind k1 = is_basic(a.kind()) ? a.kind() : Kind::kInvalid, k2 = is_basic(b.kind()) ? b.kind() : Kind::kInvalid;
  if (k1 == k2) return k1 == Kind::kInvalid ? equal_other(run, a, b) : equal_basic(a, b);
  if (k1 == Kind::kInt && k2 == Kind::kUint) return a.integer >= 0 && a.natural == b.natural;
  if (k1 == Kind::kUint && k2 == Kind::kInt) return b.integer >= 0 && a.natural == b.natural;
  if (!a.is_absent() && !b.is_absent()) incompatible(a, b);
  return false;
}

bool eq(Run& run, Values a) {
  if (a.size() < 2) throw Failure{"missing argument for comparison"};
  const Value first = run.settled(a[0]);
  for (const Value& other : a.subspan(1))
    if (equals(run, first, run.settled(other))) return true;
  return false;
}

bool lt(Run&, Values a) {
  const Kind k1 = a[0].kind(), k2 = a[1].kind();
  if (!is_basic(k1) || !is_basic(k2)) throw Failure{"invalid type for comparison"};
  if (k1 == Kind::kInt && k2 == Kind::kUint) return a[0].integer < 0 || a[0].natural < a[1].natural;
  if (k1 == Kind::kUint && k2 == Kind::kInt) return a[1].integer >= 0 && a[0].natural < a[1].natural;
  if (k1 != k2) incompatible(a[0], a[1]);
  switch (k1) {
    case Kind::kInt: return a[0].integer < a[1].integer;
    case Kind::kUint: return a[0].natural < a[1].natural;
    case Kind::kFloat: return a[0].number < a[1].number;
    case Kind::kString: return a[0].text() < a[1].text();
    default: throw Failure{"invalid type for comparison"};
  }
}
bool le(Run& run, Values a) { return lt(run, a) || eq(run, a); }

Value call_eq(Run& run, Values a) { return Value::of(eq(run, a)); }
Value call_ne(Run& run, Values a) { return Value::of(!eq(run, a)); }
Value call_lt(Run& run, Values a) { return Value::of(lt(run, a)); }
Value call_le(Run& run, Values a) { return Value::of(le(run, a)); }
Value call_gt(Run& run, Values a) { return Value::of(!le(run, a)); }
Value call_ge(Run& run, Values a) { return Value::of(!lt(run, a)); }

// Printing and escaping.

Value print(Run& run, Values a) {
  std::string out;
  append_print(run, out, a);
  return run.text(out);
}
Value println(Run& run, Values a) {
  std::string out;
  append_println(run, out, a);
  return run.text(out);
}
Value printf(Run& run, Values a) {
  std::string out;
  append_printf(run, out, a[0].text(), a.subspan(1));
  return run.text(out);
}

/// The arguments as `print` shows them; what is nothing is shown as an action shows it.
std::string_view shown(Run& run, Values a) {
  if (a.size() == 1 && a[0].is(Type::kString)) return a[0].text();
  std::string out;
  for (Value& value : a)
    if (value.is_absent()) value = Value::of(std::string_view("<no value>"));
  append_print(run, out, a);
  return run.memory().copy(out);
}

Value html(Run& run, Values a) {
  const std::string_view text = shown(run, a);
  if (text.find_first_of(std::string_view("'\"&<>\0", 6)) == std::string_view::npos) return Value::of(text);
  Builder out(run);
  for (const char c : text) {
    switch (c) {
      case '\0': out.add("\xEF\xBF\xBD"); break;
      case '"': out.add("&#34;"); break;
      case '\'': out.add("&#39;"); break;
      case '&': out.add("&amp;"); break;
      case '<': out.add("&lt;"); break;
      case '>': out.add("&gt;"); break;
      default: out.add({&c, 1});
    }
  }
  return out.done();
}

void append_hex(std::string& out, uint32_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += "0123456789ABCDEF"[value >> shift & 15];
}

Value js(Run& run, Values a) {
  std::string_view text = shown(run, a);
  Builder out(run);
  for (size_t length; !text.empty(); text.remove_prefix(length)) {
    const char32_t rune = decode_rune(text, length);
    const std::string_view bytes = text.substr(0, length);
    static constexpr std::string_view kQuoted = "\\'\"", kHidden = "<>&=";
    if (rune < 0x80 && kQuoted.find(static_cast<char>(rune)) != std::string_view::npos) {
      out.add("\\").add(bytes);
    } else if (rune < ' ' || (rune < 0x80 && kHidden.find(static_cast<char>(rune)) != std::string_view::npos)) {
      append_hex(out.add("\\u").raw(), rune, 4);
    } else if (rune < 0x80 || is_printable(rune)) {
      out.add(bytes);
    } else {
      append_hex(out.add("\\u").raw(), rune, rune > 0xFFFFF ? 6 : rune > 0xFFFF ? 5 : 4);
    }
  }
  return out.done();
}

Value urlquery(Run& run, Values a) {
  const std::string_view text = shown(run, a);
  Builder out(run);
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      out.add({&c, 1});
    else if (c == ' ')
      out.add("+");
    else
      append_hex(out.add("%").raw(), static_cast<unsigned char>(c), 2);
  }
  return out.done();
}

constexpr Function kFunctions[] = {
    {"and", "vv*", never_called, Function::Special::kAnd},
    {"call", "vv*", never_called, Function::Special::kCall},
    {"eq", "vv*", call_eq},
    {"ge", "vv", call_ge},
    {"gt", "vv", call_gt},
    {"html", "a*", html},
    {"index", "vv*", index},
    {"js", "a*", js},
    {"le", "vv", call_le},
    {"len", "v", length},
    {"lt", "vv", call_lt},
    {"ne", "vv", call_ne},
    {"not", "v", negate},
    {"or", "vv*", never_called, Function::Special::kOr},
    {"print", "a*", print},
    {"printf", "sa*", printf},
    {"println", "a*", println},
    {"slice", "vv*", slice},
    {"urlquery", "a*", urlquery},
};

}  // namespace

std::span<const Function> builtin_functions() { return kFunctions; }

}  // namespace invar::gotemplate
