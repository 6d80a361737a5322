#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/format.h"
#include "src/text/gotemplate/version.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

Value version_value(Run& run, const Version& version) {
  Value value = Value::of(Type::kVersion);
  value.version = run.memory().make<Version>(version);
  return value;
}

Version parsed(std::string_view text) {
  Version version;
  std::string error;
  if (!parse_version(text, version, error)) throw Failure{error};
  return version;
}

Value semver(Run& run, Values a) { return version_value(run, parsed(a[0].text())); }

Value semver_compare(Run&, Values a) {
  bool met;
  std::string error;
  Version none;
  // The constraint is looked at first.
  if (!check_constraint(a[0].text(), none, met, error)) throw Failure{error};
  const Version version = parsed(a[1].text());
  check_constraint(a[0].text(), version, met, error);
  return Value::of(met);
}

constexpr Function kFunctions[] = {{"semver", "s", semver}, {"semverCompare", "ss", semver_compare}};

// Methods.

Value natural(uint64_t number) { return Value::of(Type::kUint64, static_cast<int64_t>(number)); }
Value major(Run&, Values a) { return natural(a[0].version->major); }
Value minor(Run&, Values a) { return natural(a[0].version->minor); }
Value patch(Run&, Values a) { return natural(a[0].version->patch); }
Value prerelease(Run&, Values a) { return Value::of(a[0].version->pre); }
Value metadata(Run&, Values a) { return Value::of(a[0].version->metadata); }
Value original(Run&, Values a) { return Value::of(a[0].version->original); }
Value string_of(Run& run, Values a) {
  std::string out;
  append_version(out, *a[0].version);
  return run.text(out);
}

int order(Values a) {
  if (!a[1].version) throw Failure{"runtime error: invalid memory address or nil pointer dereference"};
  return compare_versions(*a[0].version, *a[1].version);
}
Value compare(Run&, Values a) { return Value::of(order(a)); }
Value less(Run&, Values a) { return Value::of(order(a) < 0); }
Value less_or_equal(Run&, Values a) { return Value::of(order(a) <= 0); }
Value greater(Run&, Values a) { return Value::of(order(a) > 0); }
Value greater_or_equal(Run&, Values a) { return Value::of(order(a) >= 0); }
Value equal(Run&, Values a) { return Value::of(a[1].version && order(a) == 0); }

/// A version with its text made anew; a leading v stays.
Value renewed(Run& run, Version version) {
  std::string text = version.original.starts_with('v') ? "v" : "";
  append_version(text, version);
  version.original = run.memory().copy(text);
  return version_value(run, version);
}
uint64_t increased(uint64_t number, std::string_view what) {
  if (number == UINT64_MAX) throw Failure{std::string(what) + " version increment would overflow uint64"};
  return number + 1;
}
Value next_patch(Run& run, Values a) {
  Version version = *a[0].version;
  if (version.pre.empty()) version.patch = increased(version.patch, "patch");
  version.pre = version.metadata = {};
  return renewed(run, version);
}
Value next_minor(Run& run, Values a) {
  Version version = *a[0].version;
  version.minor = increased(version.minor, "minor");
  version.patch = 0;
  version.pre = version.metadata = {};
  return renewed(run, version);
}
Value next_major(Run& run, Values a) {
  Version version = *a[0].version;
  version.major = increased(version.major, "major");
  version.minor = version.patch = 0;
  version.pre = version.metadata = {};
  return renewed(run, version);
}

/// Identifiers between dots, of letters, digits and minus.
bool is_identifiers(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") == std::string_view::npos;
}
Value set_prerelease(Run& run, Values a) {
  Version version = *a[0].version;
  const std::string_view text = a[1].text();
  if (!text.empty()) {
    if (!is_identifiers(text)) throw Failure{"invalid prerelease string"};
    parsed("0.0.0-" + std::string(text));
  }
  version.pre = text;
  return renewed(run, version);
}
Value set_metadata(Run& run, Values a) {
  Version version = *a[0].version;
  if (!a[1].text().empty() && !is_identifiers(a[1].text())) throw Failure{"invalid metadata string"};
  version.metadata = a[1].text();
  return renewed(run, version);
}

constexpr Function kMethods[] = {
    {"Compare", "V", compare},
    {"Equal", "V", equal},
    {"GreaterThan", "V", greater},
    {"GreaterThanEqual", "V", greater_or_equal},
    {"IncMajor", "", next_major},
    {"IncMinor", "", next_minor},
    {"IncPatch", "", next_patch},
    {"LessThan", "V", less},
    {"LessThanEqual", "V", less_or_equal},
    {"Major", "", major},
    {"Metadata", "", metadata},
    {"Minor", "", minor},
    {"Original", "", original},
    {"Patch", "", patch},
    {"Prerelease", "", prerelease},
    {"SetMetadata", "s", set_metadata},
    {"SetPrerelease", "s", set_prerelease},
    {"String", "", string_of},
};

}  // namespace

std::span<const Function> version_functions() { return kFunctions; }
std::span<const Function> version_methods() { return kMethods; }

}  // namespace invar::gotemplate
