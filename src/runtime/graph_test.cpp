#include "src/runtime/graph.h"

#include <doctest/doctest.h>

using namespace invar;

TEST_CASE("dependencies come first") {
  Graph graph;
  for (const char* id : {"a", "b", "c", "d"}) graph.add(id);
  graph.connect(0, 2);
  graph.connect(2, 3);
  CHECK(graph.topological() == std::vector<size_t>{3, 2, 0, 1});
  CHECK(graph.cycles().empty());
  CHECK(graph.find("c") == 2);
  CHECK_FALSE(graph.find("e"));
}

TEST_CASE("cycles are found and left out of the order") {
  Graph graph;
  for (const char* id : {"y", "x", "after", "alone"}) graph.add(id);
  graph.connect(0, 1);
  graph.connect(1, 0);
  graph.connect(2, 0);
  REQUIRE(graph.cycles().size() == 1);
  CHECK(graph.cycles()[0] == std::vector<size_t>{1, 0});
  CHECK(graph.topological() == std::vector<size_t>{3});
}

TEST_CASE("a chain of 100,000 references does not overflow") {
  Graph graph;
  for (size_t i = 0; i < 100'000; ++i) graph.add(std::to_string(i));
  for (size_t i = 1; i < 100'000; ++i) graph.connect(i - 1, i);
  CHECK(graph.cycles().empty());
  CHECK(graph.topological().size() == 100'000);
}
