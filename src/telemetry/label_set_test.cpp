#include "src/telemetry/label_set.h"

#include <doctest/doctest.h>

#include <string>

namespace invar {

TEST_CASE("equal label sets of one table are one pointer") {
  LabelSetTable table;
  std::vector<Label> unsorted{{"b", "2"}, {"a", "0"}, {"a", "1"}};
  const LabelSet* set = table.intern_unsorted(unsorted);
  const Label sorted[] = {{"a", "1"}, {"b", "2"}};
  CHECK(table.intern(sorted) == set);
  CHECK(set->loki_text() == R"({a="1", b="2"})");
  CHECK(table.with(set, "b", "2") == set);
  CHECK(table.without(set, "zz") == set);
}

TEST_CASE("transitions lead to the set that interning gives, hit or miss") {
  LabelSetTable table;
  const LabelSet* base = table.with(table.empty_set(), "app", "web");
  for (int round = 0; round < 3; ++round) {
    const LabelSet* out = table.with(base, "stream", "stdout");
    const Label expected[] = {{"app", "web"}, {"stream", "stdout"}};
    CHECK(out == table.intern(expected));
    CHECK(table.without(out, "stream") == base);
    CHECK(table.with(out, "app", "db")->find("app") == "db");
  }
}

TEST_CASE("several changes at once lead where single ones do, without sets between") {
  LabelSetTable table;
  const Label all[] = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  const LabelSet* set = table.intern(all);
  const size_t before = table.size();
  const Label changes[] = {{"d", "4"}, {"a", "0"}, {"d", "5"}};
  const LabelSet* changed = table.with_all(set, changes);
  CHECK(changed->loki_text() == R"({a="0", b="2", c="3", d="5"})");
  const std::string_view names[] = {"c", "a", "zz"};
  const LabelSet* left = table.without_all(changed, names);
  CHECK(left->loki_text() == R"({b="2", d="5"})");
  CHECK(table.size() == before + 2);
  CHECK(table.with_all(set, {}) == set);
  CHECK(table.without_all(set, std::span(names).subspan(2)) == set);
  CHECK(table.without_all(set, std::span(names).first(1)) == table.without(set, "c"));
  CHECK(table.with_all(set, std::span(changes).first(1)) == table.with(set, "d", "4"));
}

TEST_CASE("labels that begin with two underscores are not sent, values are quoted") {
  LabelSetTable table;
  std::vector<Label> labels{{"__tenant_id__", "t"}, {"x", "a\"b\n"}};
  const LabelSet* set = table.intern_unsorted(labels);
  CHECK(set->loki_text() == R"({x="a\"b\n"})");
  CHECK(set->tenant() == "t");
}

TEST_CASE("beyond its caps the table makes transient sets and forgets them at the end of the turn") {
  LabelSetTable table({.max_sets = 4, .max_bytes = 1 << 20});
  const LabelSet* last = nullptr;
  for (int i = 0; i < 20; ++i) last = table.with(table.empty_set(), "id", std::to_string(i));
  CHECK(last->find("id") == "19");
  CHECK(table.size() == 4);
  LabelSetPin pin(last);
  const uint64_t generation = table.generation();
  table.end_turn();
  CHECK(table.generation() != generation);
  CHECK(pin.get()->find("id") == "19");
}

TEST_CASE("sets that two epochs did not use are freed, pinned ones stay") {
  LabelSetTable table;
  const LabelSet* kept = table.with(table.empty_set(), "a", "kept");
  LabelSetPin pin(kept);
  table.with(table.empty_set(), "a", "gone");
  CHECK(table.size() == 3);
  for (int i = 0; i < 4; ++i) table.sweep();
  CHECK(table.size() == 2);
  CHECK(table.with(table.empty_set(), "a", "kept") == kept);
}

TEST_CASE("a label of many values does not grow the memo without end") {
  LabelSetTable table;
  for (int i = 0; i < 20000; ++i) {
    const LabelSet* set = table.with(table.empty_set(), "id", std::to_string(i % 9000));
    CHECK(set->find("id") == std::to_string(i % 9000));
  }
}

}  // namespace invar
