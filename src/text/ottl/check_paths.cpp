#include "src/base/quote.h"
#include "src/text/ottl/check.h"

namespace invar::ottl {
namespace {

using Found = std::optional<Problem>;
using Looks = PathEntry::Looks;

constexpr std::string_view kCache = "cache";
constexpr PathEntry kCacheEntry{kCache, PathType::kMap, true};

}  // namespace

/// A path on its way from name to name.
struct Checker::Route {
  Path& path;
  std::string full;             // as messages show it
  std::string context_name;     // whose paths these are, as it is written
  std::vector<const Field*> segments;
  Field first;                  // a segment, if the first name is no context
  size_t read = 0;              // segments that mean something
  Extent at() const { return {path.context.empty() ? path.fields.front().at.begin : path.context_at.begin, path.fields.back().at.end}; }
};

std::optional<Problem> Checker::check(Path& path) const {
  Route route{.path = path, .full = path_text(path)};
  if (auto found = find_owner(route)) return found;
  for (size_t i = path.fields.size(); i-- > 0;)
    if (auto found = check_keys(path.fields[i].keys)) return found;
  if (auto found = follow(route)) return found;
  return unread(route);
}

/// Sets whose paths the segments are of.
std::optional<Problem> Checker::find_owner(Route& route) const {
  Path& path = route.path;
  if (!path.context.empty()) route.first = {path.context, path.context_at, {}};
  const auto named = path.context.empty() ? std::nullopt : named_context(context_, names_, path.context);
  path.owner = context_.id;
  route.context_name = context_.name;
  if (names_ == PathNames::kRequired && !named) {
    const std::string help = "write " + std::string(context_.name) + "." + route.full;
    std::string names;
    for (const std::string_view name : reachable_names(context_, names_))
      names += (names.empty() ? "\"" : ", \"") + std::string(name) + (path.context.empty() ? "." + route.full : "") + "\"";
    if (path.context.empty())
      return Problem::of(route.at(), "missing context name for path \"" + route.full + "\", possibly valid options are: " + names, help)
          .in_short("the path does not begin with a context");
    return Problem::of(path.context_at, "context \"" + path.context + "\" from path \"" + route.full + "\" is not valid, it must be replaced by one of: " + names, help)
        .in_short(path.context + " is no context that can be reached from here")
        .with_nearest(path.context, reachable_names(context_, names_));
  }
  if (names_ != PathNames::kOptional && named) {
    path.owner = *named;
    route.context_name = path.context;
  } else if (!path.context.empty()) {
    route.segments.push_back(&route.first);
  }
  if (names_ == PathNames::kPrefixed && !named) route.full.insert(0, std::string(context_.name) + ".");
  for (const Field& field : path.fields) route.segments.push_back(&field);
  return std::nullopt;
}

/// Finds the entry that the segments lead to.
std::optional<Problem> Checker::follow(Route& route) const {
  Path& path = route.path;
  const auto& segments = route.segments;
  size_t at = 0;
  if (names_ == PathNames::kOptional)
    if (const auto named = named_context(context_, names_, segments[0]->name)) {
      if (segments.size() == 1) return unknown_segment(route, *segments[0], {}, context_);
      path.owner = *named;
      route.context_name = segments[0]->name;
      at = 1;
    }
  const Context& owner = context(path.owner);
  std::span<const PathEntry> known = owner.paths;
  const PathEntry* entry = segments[at]->name == kCache ? &kCacheEntry : find_path(known, segments[at]->name);
  if (entry == &kCacheEntry && route.context_name != context_.name) return foreign_cache(route);
  while (entry) {
    const Field* next = at + 1 < segments.size() ? segments[at + 1] : nullptr;
    const bool has_keys = !segments[at]->keys.empty();
    if (entry->one_key && segments[at]->keys.size() > 1) return Problem::of(segments[at]->at, "must provide exactly 1 key when accessing " + std::string(entry->name));
    if (entry->looks == Looks::kAtEnd && next) return unknown_segment(route, *next, {}, owner);
    if (entry->looks == Looks::kAtEnd && has_keys && !entry->indexed) return unknown_segment(route, *segments[at], {}, owner);
    if (entry->looks == Looks::kAtMember && !next) return unknown_segment(route, *segments[at], entry->members, owner);
    path.entry = entry;
    path.keys = &segments[at]->keys;
    route.read = at + 1;
    if (!next || entry->members.empty()) return std::nullopt;
    known = entry->members;
    entry = find_path(known, segments[++at]->name);
  }
  return unknown_segment(route, *segments[at], known, owner);
}

std::optional<Problem> Checker::foreign_cache(const Route& route) const {
  std::string suggestion = route.full;
  const std::string prefix = route.context_name + ".";
  if (const size_t at = suggestion.find(prefix); at != std::string::npos) suggestion.replace(at, prefix.size(), std::string(context_.name) + ".");
  return Problem::of(route.at(), "access to cache must be performed using the same context, please replace " + quoted(route.full) + " with " + quoted(suggestion),
                     "each context has a cache of its own: write " + suggestion)
      .in_short("the cache of another context cannot be used");
}

/// Complains of what follows the entry and means nothing to it.
std::optional<Problem> Checker::unread(const Route& route) const {
  for (size_t i = 0; i < route.segments.size(); ++i) {
    const Field& segment = *route.segments[i];
    if (i >= route.read)
      return Problem::of(segment.at, "the path section " + quoted(segment.name) + " was not used by the context - this likely means you are using extra path sections",
                         "keys of a map are written in brackets: [" + quoted(segment.name) + "]")
          .in_short("nothing stands below " + route.segments[i - 1]->name);
    const bool indexes = i + 1 == route.read && route.path.entry->indexed;
    if (!segment.keys.empty() && !indexes)
      return Problem::of(segment.at, "the keys indexing " + quoted(segment.name) +
                                         " were not used by the context - this likely means you are trying to index a path that does not support indexing")
          .in_short(segment.name + " has no keys");
  }
  return std::nullopt;
}

std::optional<Problem> Checker::unknown_segment(const Route& route, const Field& segment, std::span<const PathEntry> known, const Context& owner) const {
  std::vector<std::string_view> names;
  for (const PathEntry& entry : known) names.push_back(entry.name);
  std::string help;
  if (const Context* other = find_context(segment.name); other && &segment == route.segments.front())
    help = "paths of " + std::string(other->name) + " cannot be used in the " + std::string(context_.name) + " context";
  return Problem::of(segment.at,
                     "segment " + quoted(segment.name) + " from path " + quoted(route.full) + " is not a valid path nor a valid OTTL keyword for the " +
                         std::string(owner.name) +
                         " context - review https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/ottl/contexts/" +
                         std::string(owner.package) + " to see all valid paths",
                     std::move(help))
      .in_short(segment.name + " is no path of the " + std::string(owner.name) + " context")
      .with_nearest(segment.name, names);
}

std::optional<Problem> Checker::check(Enum& symbol, Extent at) const {
  if (!context_.no_enums.empty()) return Problem::of(at, std::string(context_.no_enums));
  const auto value = enum_value(context_, symbol.symbol);
  if (value) {
    symbol.value = *value;
    return std::nullopt;
  }
  std::vector<std::string_view> names;
  for (const auto entries : {context_.enums, context_.more_enums})
    for (const EnumEntry& entry : entries) names.push_back(entry.symbol);
  return Problem::of(at, "enum symbol, " + symbol.symbol + ", not found")
      .in_short("there is no enum " + symbol.symbol + " in the " + std::string(context_.name) + " context")
      .with_nearest(symbol.symbol, names);
}

}  // namespace invar::ottl
