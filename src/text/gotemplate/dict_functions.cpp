#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/format.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

Dict& writable(const Value& value) {
  if (!value.dict) throw Failure{"assignment to entry in nil map"};
  return *value.dict;
}

Value dict(Run& run, Values a) {
  const Value out = make_dict(run.memory());
  for (size_t i = 0; i < a.size(); i += 2) {
    run.step(1 + i / 64);
    out.dict->set(run.memory(), string_value(run, a[i]), i + 1 < a.size() ? a[i + 1] : Value::of(std::string_view()));
  }
  return out;
}

Value get(Run&, Values a) {
  const Value* const found = a[0].dict ? a[0].dict->find(a[1].text()) : nullptr;
  return found ? *found : Value::of(std::string_view());
}
Value set(Run& run, Values a) {
  Dict& dict = writable(a[0]);
  run.step(1 + dict.size / 64);
  dict.set(run.memory(), a[1].text(), a[2]);
  return a[0];
}
Value unset(Run&, Values a) {
  if (a[0].dict) a[0].dict->erase(a[1].text());
  return a[0];
}
Value has_key(Run&, Values a) { return Value::of(a[0].dict && a[0].dict->find(a[1].text()) != nullptr); }

Value pluck(Run& run, Values a) {
  Value out = make_list(run.memory(), 0);
  for (const Value& dict : a.subspan(1))
    if (const Value* const found = dict.dict ? dict.dict->find(a[0].text()) : nullptr) push(run.memory(), out, *found);
  return out;
}

// Go's order is any; ours is that of the keys.
Value keys(Run& run, Values a) {
  Value out = make_list(run.memory(), 0, Type::kListString);
  for (const Value& dict : a)
    for (const auto& entry : entries_of(dict)) push(run.memory(), out, Value::of(entry.key));
  return out;
}
Value values(Run& run, Values a) {
  Value out = make_list(run.memory(), 0);
  for (const auto& entry : entries_of(a[0])) push(run.memory(), out, entry.value);
  return out;
}

Value pick(Run& run, Values a) {
  const Value out = make_dict(run.memory());
  for (const Value& key : a.subspan(1))
    if (const Value* const found = a[0].dict ? a[0].dict->find(key.text()) : nullptr) out.dict->set(run.memory(), key.text(), *found);
  return out;
}

Value copy_dict(Run& run, const Value& from) {
  const Value out = make_dict(run.memory());
  for (const auto& entry : entries_of(from)) out.dict->set(run.memory(), entry.key, entry.value);
  return out;
}
Value omit(Run& run, Values a) {
  const Value out = copy_dict(run, a[0]);
  for (const Value& key : a.subspan(1)) out.dict->erase(key.text());
  return out;
}

// mergo.Merge of maps.

/// mergo's isEmptyValue: structs and what is no value have their own answer there.
bool is_empty_value(const Value& value) {
  if (value.is_absent()) return true;
  return value.kind() != Kind::kStruct && value.kind() != Kind::kPointer && !is_true(value);
}

/// What mergo does not merge; sprig's merge swallows it.
struct DifferentTypes {};

/// map[string]string takes texts only.
void set_merged(Run& run, const Value& into, std::string_view key, const Value& value, bool from_texts) {
  if (into.is(Type::kTexts) && !from_texts) {
    const std::string type(value.kind() == Kind::kSlice ? type_name(value.type) : "interface {}");
    throw Failure{"reflect.Value.SetMapIndex: value of type " + type + " is not assignable to type string"};
  }
  into.dict->set(run.memory(), key, value);
}

void merge_into(Run& run, const Value& into, const Value& from, bool overwrite) {
  run.stack().check();
  const bool from_texts = from.is(Type::kTexts);
  for (const auto& [key, value] : entries_of(from)) {
    run.step();
    Value* const known = into.dict->find(key);
    if (value.is_absent()) {
      if (overwrite) set_merged(run, into, key, value, from_texts);
      continue;
    }
    const Kind kind = value.kind();
    if (known && known->is(Type::kVersion) && !overwrite && (kind == Kind::kMap || kind == Kind::kStruct)) throw DifferentTypes();
    const bool both_maps = kind == Kind::kMap && known && known->kind() == Kind::kMap;
    if (both_maps && known->dict && known->dict != value.dict) merge_into(run, *known, value, overwrite);
    if (known && !is_empty_value(*known)) {
      if (kind == Kind::kSlice) {
        if (overwrite || into.is(Type::kTexts)) set_merged(run, into, key, value, from_texts);
        continue;
      }
      if (both_maps) continue;
    }
    if (overwrite || !known || is_empty_value(*known)) set_merged(run, into, key, value, from_texts);
  }
}

Value merge_all(Run& run, Values a, bool overwrite) {
  Value into = a[0];
  for (const Value& from : a.subspan(1)) {
    if (!into.dict && from.dict) into = make_dict(run.memory());
    if (into.dict && into.dict != from.dict) merge_into(run, into, from, overwrite);
  }
  return into;
}

template <bool overwrite>
Value merge(Run& run, Values a) {
  try {
    return merge_all(run, a, overwrite);
  } catch (const DifferentTypes&) {
    return Value::of(std::string_view());
  }
}
template <bool overwrite>
Value must_merge(Run& run, Values a) {
  try {
    return merge_all(run, a, overwrite);
  } catch (const DifferentTypes&) {
    throw Failure{"src and dst must be of same type"};
  }
}

Value dig(Run&, Values a) {
  if (a.size() < 3) throw Failure{"dig needs at least three arguments"};
  const auto wrong = [](const Value& value, std::string_view type) -> Failure {
    return {"interface conversion: interface {} is " + std::string(value.is_absent() ? "nil" : type_name(value.type)) + ", not " +
            std::string(type)};
  };
  Value at = a.back();
  if (!at.is(Type::kDict)) throw wrong(at, "map[string]interface {}");
  const Values names = a.first(a.size() - 2);
  for (const Value& name : names)
    if (!name.is(Type::kString)) throw wrong(name, "string");
  for (size_t i = 0; i < names.size(); ++i) {
    if (!at.is(Type::kDict)) throw wrong(at, "map[string]interface {}");
    const Value* const step = at.dict ? at.dict->find(names[i].text()) : nullptr;
    if (!step) return a[a.size() - 2];
    at = *step;
  }
  return at;
}

Value copy_deep(Run& run, const Value& value) {
  run.stack().check();
  run.step();
  if (value.kind() == Kind::kSlice && value.list) {
    const auto items = items_of(value);
    const Value out = make_list(run.memory(), items.size(), value.type);
    for (size_t i = 0; i < items.size(); ++i) out.list->items[i] = copy_deep(run, items[i]);
    return out;
  }
  if (value.kind() == Kind::kMap && value.dict) {
    const Value out = make_dict(run.memory(), value.type);
    for (const auto& entry : entries_of(value)) out.dict->set(run.memory(), entry.key, copy_deep(run, entry.value));
    return out;
  }
  if (value.is(Type::kVersion)) {  // its fields are private: nothing is copied
    Value out = value;
    out.version = run.memory().make<Version>();
    return out;
  }
  return value;
}
Value deep_copy(Run& run, Values a) {
  if (a[0].is_absent()) throw Failure{"reflect: call of reflect.Value.Type on zero Value"};
  return copy_deep(run, a[0]);
}

constexpr Function kFunctions[] = {
    {"deepCopy", "a", deep_copy},
    {"dict", "a*", dict},
    {"dig", "a*", dig},
    {"get", "ds", get},
    {"hasKey", "ds", has_key},
    {"keys", "d*", keys},
    {"merge", "dd*", merge<false>},
    {"mergeOverwrite", "dd*", merge<true>},
    {"mustDeepCopy", "a", deep_copy},
    {"mustMerge", "dd*", must_merge<false>},
    {"mustMergeOverwrite", "dd*", must_merge<true>},
    {"omit", "ds*", omit},
    {"pick", "ds*", pick},
    {"pluck", "sd*", pluck},
    {"set", "dsa", set},
    {"unset", "ds", unset},
    {"values", "d", values},
};

}  // namespace

std::span<const Function> dict_functions() { return kFunctions; }

}  // namespace invar::gotemplate
