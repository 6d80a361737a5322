#include <algorithm>
#include <cmath>

#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/convert.h"
#include "src/text/gotemplate/random.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

/// The items of a slice; of anything else sprig fails with these words.
Values slice_of(const Value& value, std::string_view before, std::string_view after = "") {
  if (value.is_absent()) throw Failure{"runtime error: invalid memory address or nil pointer dereference"};
  if (value.kind() != Kind::kSlice) throw Failure{std::string(before) + std::string(kind_name(value.type)) + std::string(after)};
  return items_of(value);
}

Value list_of(Run& run, Values items) {
  const Value list = make_list(run.memory(), items.size());
  for (size_t i = 0; i < items.size(); ++i) list.list->items[i] = as_element(items[i]);
  return list;
}
Value empty_slice() { return Value::of(Type::kListAny); }

Value list(Run& run, Values a) { return list_of(run, a); }

Value append(Run& run, Values a) {
  const Values items = slice_of(a[0], "Cannot push on type ");
  const Value out = make_list(run.memory(), items.size() + 1);
  std::copy(items.begin(), items.end(), out.list->items);
  out.list->items[items.size()] = a[1];
  return out;
}

Value prepend(Run& run, Values a) {
  const Values items = slice_of(a[0], "Cannot prepend on type ");
  const Value out = make_list(run.memory(), items.size() + 1);
  out.list->items[0] = a[1];
  std::copy(items.begin(), items.end(), out.list->items + 1);
  return out;
}

Value chunk(Run& run, Values a) {
  const Values items = slice_of(a[1], "Cannot chunk type ");
  const auto size = a[0].integer;
  const auto count = static_cast<int64_t>(items.size());
  const int64_t chunks = truncate_float(std::floor(static_cast<double>(count - 1) / static_cast<double>(size)) + 1);
  if (chunks < 0 || chunks > static_cast<int64_t>(Memory::kLimit)) throw Failure{"runtime error: makeslice: len out of range"};
  Value out = make_list(run.memory(), static_cast<size_t>(chunks), Type::kLists);
  for (int64_t i = 0; i < chunks; ++i) {
    int64_t length = size;
    if (i == chunks - 1) {
      length = truncate_float(std::floor(std::fmod(static_cast<double>(count), static_cast<double>(size))));
      if (length == 0) length = size;
    }
    const auto begin = static_cast<int64_t>(static_cast<uint64_t>(i) * static_cast<uint64_t>(size));
    if (length < 0) throw Failure{"runtime error: makeslice: len out of range"};
    if (begin < 0 || begin > count || length > count - begin) throw Failure{"reflect: slice index out of range"};
    out.list->items[i] = list_of(run, items.subspan(static_cast<size_t>(begin), static_cast<size_t>(length)));
  }
  return out;
}

Value first(Run&, Values a) {
  const Values items = slice_of(a[0], "Cannot find first on type ");
  return items.empty() ? Value::nil() : items.front();
}
Value last(Run&, Values a) {
  const Values items = slice_of(a[0], "Cannot find last on type ");
  return items.empty() ? Value::nil() : items.back();
}
Value rest(Run& run, Values a) {
  const Values items = slice_of(a[0], "Cannot find rest on type ");
  return items.empty() ? empty_slice() : list_of(run, items.subspan(1));
}
Value initial(Run& run, Values a) {
  const Values items = slice_of(a[0], "Cannot find initial on type ");
  return items.empty() ? empty_slice() : list_of(run, items.first(items.size() - 1));
}

Value reverse(Run& run, Values a) {
  const Value out = list_of(run, slice_of(a[0], "Cannot find reverse on type "));
  std::reverse(out.list->items, out.list->items + out.list->size);
  return out;
}

Value compact(Run& run, Values a) {
  Value out = make_list(run.memory(), 0);
  for (const Value& item : slice_of(a[0], "Cannot compact on type "))
    if (is_true(item)) push(run.memory(), out, item);
  return out;
}

bool contains(Run& run, Values items, const Value& wanted) {
  return std::any_of(items.begin(), items.end(), [&](const Value& item) {
    run.step();
    return deep_equal(wanted, item);
  });
}

Value uniq(Run& run, Values a) {
  Value out = make_list(run.memory(), 0);
  for (const Value& item : slice_of(a[0], "Cannot find uniq on type "))
    if (!contains(run, items_of(out), item)) push(run.memory(), out, item);
  return out;
}

Value without(Run& run, Values a) {
  Value out = make_list(run.memory(), 0);
  for (const Value& item : slice_of(a[0], "Cannot find without on type "))
    if (!contains(run, a.subspan(1), item)) push(run.memory(), out, item);
  return out;
}

Value has(Run& run, Values a) {
  if (a[1].is_absent()) return Value::of(false);
  return Value::of(contains(run, slice_of(a[1], "Cannot find has on type "), a[0]));
}

Value slice(Run& run, Values a) {
  const Values items = slice_of(a[0], "list should be type of slice or array but ");
  if (items.empty()) return Value::nil();
  const int64_t start = a.size() > 1 ? to_int64(a[1]) : 0;
  const int64_t end = a.size() > 2 ? to_int64(a[2]) : static_cast<int64_t>(items.size());
  if (start < 0 || end < start || end > a[0].list->capacity) throw Failure{"reflect.Value.Slice: slice index out of bounds"};
  List& whole = *a[0].list;
  if (end > whole.size) throw Failure{"reflect.Value.Slice: slice index out of bounds"};
  const auto size = static_cast<uint32_t>(end - start);
  return Value::of(a[0].type, run.memory().make<List>(whole.items + start, size, size));
}

Value concat(Run& run, Values a) {
  Value out = make_list(run.memory(), 0);
  for (const Value& value : a)
    for (const Value& item : slice_of(value, "Cannot concat type ", " as list")) push(run.memory(), out, item);
  return out.list->size == 0 ? empty_slice() : out;
}

constexpr Function kFunctions[] = {
    {"append", "aa", append},         {"chunk", "ia", chunk},       {"compact", "a", compact},
    {"concat", "a*", concat},         {"first", "a", first},        {"has", "aa", has},
    {"initial", "a", initial},        {"last", "a", last},          {"list", "a*", list},
    {"mustAppend", "aa", append},     {"mustChunk", "ia", chunk},   {"mustCompact", "a", compact},
    {"mustFirst", "a", first},        {"mustHas", "aa", has},       {"mustInitial", "a", initial},
    {"mustLast", "a", last},          {"mustPrepend", "aa", prepend}, {"mustPush", "aa", append},
    {"mustRest", "a", rest},          {"mustReverse", "a", reverse}, {"mustSlice", "aa*", slice},
    {"mustUniq", "a", uniq},          {"mustWithout", "aa*", without}, {"prepend", "aa", prepend},
    {"push", "aa", append},           {"rest", "a", rest},          {"reverse", "a", reverse},
    {"slice", "aa*", slice},          {"tuple", "a*", list},        {"uniq", "a", uniq},
    {"without", "aa*", without},
};

}  // namespace

std::span<const Function> list_functions() { return kFunctions; }

}  // namespace invar::gotemplate
