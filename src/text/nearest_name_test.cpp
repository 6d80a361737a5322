#include "src/text/nearest_name.h"

#include <doctest/doctest.h>

#include <string>

namespace invar {
namespace {

std::string nearest(std::string_view name, const std::vector<std::string_view>& candidates) {
  const auto found = nearest_name(name, candidates);
  return found ? std::string(found->name) : "";
}

bool is_certain(std::string_view name, const std::vector<std::string_view>& candidates) {
  const auto found = nearest_name(name, candidates);
  return found && found->certain;
}

TEST_CASE("the nearest name") {
  CHECK(nearest("atributes", {"body", "attributes"}) == "attributes");
  CHECK(nearest("is_match", {"IsMap", "IsMatch"}) == "IsMatch");
  CHECK(nearest("abcdef", {"abcdeg", "abcdeh"}) == "abcdeg");
  CHECK(nearest("swpa", {"swap"}) == "swap");
  CHECK(nearest("namespaces", {"includeNamespaces"}) == "includeNamespaces");
  CHECK(nearest("recevier", {"receiver"}) == "receiver");
  CHECK(nearest("urk", {"url", "urn"}) == "url");
  CHECK(nearest("stage.static", {"stage.static_labels", "stage.drop"}) == "stage.static_labels");
  CHECK(nearest("nothing", {"body", "attributes"}).empty());
  CHECK(nearest("ab", {"abcd"}).empty());
  CHECK(nearest("", {"word"}).empty());
  CHECK(nearest("x", {}).empty());
  CHECK(nearest(std::string(100000, 'a'), {"aaaa"}).empty());
}

TEST_CASE("a nearest name is certain when it is one letter away and alone") {
  CHECK(is_certain("sett", {"set", "split"}));
  CHECK(is_certain("traceId", {"trace_id", "trace_state"}));
  CHECK(is_certain("recevier", {"receiver"}));
  CHECK_FALSE(is_certain("abcdef", {"abcdeg", "abcdeh"}));
  CHECK_FALSE(is_certain("abcdef", {"abcdgh"}));
  CHECK_FALSE(is_certain("abcdef", {}));
}

}  // namespace
}  // namespace invar
