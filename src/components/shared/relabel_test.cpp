#include "src/components/shared/relabel.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "src/components/shared/md5.h"

namespace invar::relabel {
namespace {

RuleArgs rule(Action::Kind kind, std::vector<std::string> sources, std::string regex, std::string target, std::string replacement = "$1") {
  RuleArgs args{.source_labels = std::move(sources), .target_label = std::move(target), .replacement = std::move(replacement), .action = {kind}};
  std::string why;
  REQUIRE(WholeRegex::parse(regex, args.regex, why));
  return args;
}

std::string run(std::vector<RuleArgs> args, std::vector<Label> labels) {
  Arena arena;
  Labels working(arena);
  for (const Label& label : labels) working.add(label.name, label.value);
  if (!Rules(args).apply(working, NameRule::kAnyText)) return "dropped";
  std::vector<Label> sorted(working.all().begin(), working.all().end());
  std::sort(sorted.begin(), sorted.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
  std::string out;
  for (const Label& label : sorted) out.append(label.name).append("=").append(label.value).append(" ");
  return out;
}

}  // namespace

TEST_CASE("relabel rules") {
  using K = Action::Kind;
  CHECK(run({rule(K::kReplace, {"a", "b"}, "(.*);(.*)", "t", "$2-$1")}, {{"a", "1"}, {"b", "2"}}) == "a=1 b=2 t=2-1 ");
  CHECK(run({rule(K::kReplace, {"a"}, "(x)(y)?(z)", "${3}_$1", "$2!")}, {{"a", "xz"}}) == "a=xz z_x=! ");
  CHECK(run({rule(K::kReplace, {"a"}, "(.*)", "a", "")}, {{"a", "1"}, {"b", "2"}}) == "b=2 ");
  CHECK(run({rule(K::kReplace, {"a"}, "[0-9]", "t")}, {{"a", "12"}}) == "a=12 ");
  CHECK(run({rule(K::kKeep, {"a"}, "x|y", "")}, {{"a", "xy"}}) == "dropped");
  CHECK(run({rule(K::kLabelMap, {}, "__meta_(.+)", "")}, {{"__meta_a", "1"}, {"b", "2"}}) == "__meta_a=1 a=1 b=2 ");
  CHECK(run({rule(K::kLabelDrop, {}, "a|b", "")}, {{"a", "1"}, {"b", "2"}, {"c", "3"}}) == "c=3 ");
  CHECK(run({rule(K::kUppercase, {"a"}, "(.*)", "t")}, {{"a", "\xc5\xbc x"}}) == "a=\xc5\xbc x t=\xc5\xbb X ");
  RuleArgs hash = rule(K::kHashMod, {"a"}, "(.*)", "t");
  hash.modulus = 1000;
  CHECK(run({hash}, {{"a", "foo"}}) == "a=foo t=696 ");
}

TEST_CASE("MD5 of RFC 1321's texts") {
  const auto hex = [](std::string_view text) {
    std::string out;
    for (const uint8_t byte : md5(text)) out.append({"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]});
    return out;
  };
  CHECK(hex("") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(hex("abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(hex("12345678901234567890123456789012345678901234567890123456789012345678901234567890") == "57edf4a22be3c955ac49da2e2107b67a");
}

}  // namespace invar::relabel
