// Functions on arrays and objects. What Go answers in the random order of its maps is answered in the order of the text.
#include <algorithm>
#include <cmath>
#include <vector>

#include "src/text/jmespath_functions.h"

namespace invar::jmespath::functions {
namespace {

using Kind = Value::Kind;

/// Numbers or texts, both of one kind.
bool is_less(const Value& a, const Value& b) { return a.is(Kind::kString) ? a.as_text() < b.as_text() : a.as_number() < b.as_number(); }

/// As sort.Float64Slice: NaN first.
bool sorts_before(const Value& a, const Value& b) {
  return is_less(a, b) || (a.is(Kind::kNumber) && std::isnan(a.as_number()) && !std::isnan(b.as_number()));
}

bool is_ordered(const Value& key) { return key.is(Kind::kNumber) || key.is(Kind::kString); }

template <class Better>
bool best(Args args, Value& out, Better better) {
  const Array& array = args[0].as_array();
  if (array.size == 0) return true;
  const Value* found = array.begin();
  for (const Value& item : array)
    if (better(item, *found)) found = &item;
  return out = *found, true;
}

template <class Better>
bool best_by(Evaluation& evaluation, Args args, Value& out, Better better) {
  const Array& array = args[0].as_array();
  if (array.size == 0) return true;
  if (array.size == 1) return out = array.items[0], true;
  Value best_key;
  for (const Value& item : array) {
    Value key;
    if (!evaluation.evaluate(args[1].as_expression(), item, key)) return false;
    const bool first = &item == array.begin();
    if (first ? !is_ordered(key) : key.kind() != best_key.kind()) return false;
    if (!first && !better(key, best_key)) continue;
    best_key = key;
    out = item;
  }
  return true;
}

Array* pair_of(Memory& memory, std::string_view key, const Value& value) {
  Array* const pair = memory.make_array(2);
  if (pair->size == 2) pair->items[0] = Value::text(key), pair->items[1] = value;
  return pair;
}

template <class Of>
bool each_member(Evaluation& evaluation, Args args, Value& out, Of of) {
  const Object& object = args[0].as_object();
  Array* const array = evaluation.memory().make_array(object.size);
  for (size_t i = 0; i < array->size; ++i) array->items[i] = of(object.members[i]);
  return out = Value::array(array), true;
}

}  // namespace

bool from_items(Evaluation& evaluation, Args args, Value& out) {
  const Array& pairs = args[0].as_array();
  Object* const object = evaluation.memory().make_object(pairs.size);
  for (const Value& pair : pairs) {
    if (!object || !pair.is(Kind::kArray) || pair.as_array().size != 2 || !pair.as_array().items[0].is(Kind::kString)) return false;
    object->set(pair.as_array().items[0].as_text(), pair.as_array().items[1]);
  }
  return object && (out = Value::object(object), true);
}

bool group_by(Evaluation& evaluation, Args args, Value& out) {
  struct Group {
    std::string_view key;
    std::vector<Value> values;
  };
  std::vector<Group> groups;
  const Array& array = args[0].as_array();
  if (array.size == 0) return true;
  for (const Value& element : array) {
    Value key;
    if (!evaluation.evaluate(args[1].as_expression(), element, key) || !key.is(Kind::kString)) return false;
    auto at = std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.key == key.as_text(); });
    if (at == groups.end()) at = groups.insert(at, {key.as_text(), {}});
    at->values.push_back(element);
  }
  Object* const object = evaluation.memory().make_object(groups.size());
  for (size_t i = 0; object && i < groups.size(); ++i) {
    Array* const members = evaluation.memory().make_array(groups[i].values.size());
    std::copy_n(groups[i].values.begin(), members->size, members->items);
    object->set(groups[i].key, Value::array(members));
  }
  return object && (out = Value::object(object), true);
}

bool items(Evaluation& evaluation, Args args, Value& out) {
  return each_member(evaluation, args, out,
                     [&](const Object::Member& member) { return Value::array(pair_of(evaluation.memory(), member.key, member.value)); });
}

bool keys(Evaluation& evaluation, Args args, Value& out) {
  return each_member(evaluation, args, out, [](const Object::Member& member) { return Value::text(member.key); });
}

bool values(Evaluation& evaluation, Args args, Value& out) {
  return each_member(evaluation, args, out, [](const Object::Member& member) { return member.value; });
}

bool map(Evaluation& evaluation, Args args, Value& out) {
  const Array& array = args[1].as_array();
  Array* const mapped = evaluation.memory().make_array(array.size);
  for (size_t i = 0; i < mapped->size; ++i)
    if (!evaluation.evaluate(args[0].as_expression(), array.items[i], mapped->items[i])) return false;
  return out = Value::array(mapped), true;
}

bool max(Evaluation&, Args args, Value& out) { return best(args, out, [](const Value& a, const Value& b) { return is_less(b, a); }); }
bool min(Evaluation&, Args args, Value& out) { return best(args, out, is_less); }

bool max_by(Evaluation& evaluation, Args args, Value& out) {
  return best_by(evaluation, args, out, [](const Value& a, const Value& b) { return is_less(b, a); });
}
bool min_by(Evaluation& evaluation, Args args, Value& out) { return best_by(evaluation, args, out, is_less); }

bool merge(Evaluation& evaluation, Args args, Value& out) {
  size_t size = 0;
  for (const Value& one : args) size += one.as_object().size;
  Object* const merged = evaluation.memory().make_object(size);
  if (!merged) return false;
  for (const Value& one : args)
    for (const Object::Member& member : one.as_object()) merged->set(member.key, member.value);
  return out = Value::object(merged), true;
}

bool sort(Evaluation& evaluation, Args args, Value& out) {
  const Array& array = args[0].as_array();
  Array* const sorted = evaluation.memory().make_array(array.size);
  if (sorted->size != array.size) return false;
  std::copy(array.begin(), array.end(), sorted->begin());
  std::stable_sort(sorted->begin(), sorted->end(), sorts_before);
  return out = Value::array(sorted), true;
}

/// In place: whoever refers to the same array sees it sorted, as in Alloy.
bool sort_by(Evaluation& evaluation, Args args, Value& out) {
  Array& array = args[0].as_array();
  if (array.size < 2) return out = args[0], true;
  struct Keyed {
    Value key, item;
  };
  std::vector<Keyed> keyed(array.size);
  for (size_t i = 0; i < array.size; ++i) {
    keyed[i].item = array.items[i];
    if (!evaluation.evaluate(args[1].as_expression(), array.items[i], keyed[i].key)) return false;
  }
  const Kind kind = keyed[0].key.kind();
  if (!is_ordered(keyed[0].key) || !std::all_of(keyed.begin(), keyed.end(), [&](const Keyed& one) { return one.key.is(kind); })) return false;
  std::stable_sort(keyed.begin(), keyed.end(), [](const Keyed& a, const Keyed& b) { return is_less(a.key, b.key); });
  for (size_t i = 0; i < array.size; ++i) array.items[i] = keyed[i].item;
  return out = args[0], true;
}

bool zip(Evaluation& evaluation, Args args, Value& out) {
  size_t count = args[0].as_array().size;
  for (const Value& one : args) count = std::min(count, one.as_array().size);
  Memory& memory = evaluation.memory();
  Array* const zipped = memory.make_array(count);
  for (size_t i = 0; i < zipped->size; ++i) {
    Array* const tuple = memory.make_array(args.size());
    for (size_t k = 0; k < tuple->size; ++k) tuple->items[k] = args[k].as_array().items[i];
    zipped->items[i] = Value::array(tuple);
  }
  return out = Value::array(zipped), true;
}

}  // namespace invar::jmespath::functions
