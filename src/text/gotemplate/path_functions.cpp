#include <algorithm>

#include "src/text/gotemplate/builder.h"
#include "src/text/url.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

// Go's package path; filepath is the same on Unix.

Value clean_path(Run& run, std::string_view path) {
  if (path.empty()) return Value::of(std::string_view("."));
  const bool rooted = path[0] == '/';
  Builder builder(run);
  std::string& out = builder.raw();
  if (rooted) out = "/";
  size_t floor = rooted;  // .. does not go below
  for (size_t at = rooted; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (out.size() > floor) {
        const size_t slash = out.rfind('/');
        out.resize(slash == std::string::npos || slash < floor ? floor : slash);
        continue;
      }
      if (rooted) continue;
      if (!out.empty()) out += '/';
      out += "..";
      floor = out.size();
      continue;
    }
    if (out.size() != static_cast<size_t>(rooted)) out += '/';
    builder.add(part);
  }
  if (out.empty()) out = ".";
  return builder.done();
}

Value clean(Run& run, Values a) { return clean_path(run, a[0].text()); }

Value base(Run&, Values a) {
  std::string_view path = a[0].text();
  if (path.empty()) return Value::of(std::string_view("."));
  while (path.ends_with('/')) path.remove_suffix(1);
  if (const size_t slash = path.rfind('/'); slash != std::string_view::npos) path.remove_prefix(slash + 1);
  return Value::of(path.empty() ? std::string_view("/") : path);
}

Value dir(Run& run, Values a) {
  const std::string_view path = a[0].text();
  const size_t slash = path.rfind('/');
  return clean_path(run, slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1));
}

Value ext(Run&, Values a) {
  const std::string_view path = a[0].text();
  const size_t at = path.find_last_of("./");
  return Value::of(at == std::string_view::npos || path[at] == '/' ? std::string_view() : path.substr(at));
}

Value is_abs(Run&, Values a) { return Value::of(a[0].text().starts_with('/')); }

// URLs.

bool is_userinfo_byte(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view("-_.~$&+,;=").find(c) != std::string_view::npos;
}

std::string escaped_userinfo(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_userinfo_byte(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    ((out += '%') += "0123456789ABCDEF"[byte >> 4]) += "0123456789ABCDEF"[byte & 15];
  }
  return out;
}

Value url_parse(Run& run, Values a) {
  const auto url = parse_url(a[0].text());
  if (!url) throw Failure{"unable to parse url: " + url.error().what};
  std::string userinfo;
  if (url->user) userinfo = escaped_userinfo(*url->user);
  if (url->password) userinfo += ":" + escaped_userinfo(*url->password);
  const Value out = make_dict(run.memory());
  const auto add = [&](std::string_view name, std::string_view text) { out.dict->set(run.memory(), name, run.text(text)); };
  add("scheme", url->scheme);
  add("host", url->host);
  add("hostname", url->hostname());
  add("path", url->path);
  add("query", url->raw_query);
  add("opaque", url->opaque);
  add("fragment", url->fragment);
  add("userinfo", userinfo);
  return out;
}

std::string text_of(const Value& dict, std::string_view key) {
  const Value* const found = dict.dict ? dict.dict->find(key) : nullptr;
  if (!found) return {};
  if (found->is_absent()) throw Failure{"runtime error: invalid memory address or nil pointer dereference"};
  if (!found->is(Type::kString))
    throw Failure{"unable to parse " + std::string(key) + " key, must be of type string, but " + std::string(kind_name(found->type)) + " found"};
  return std::string(found->text());
}

Value url_join(Run& run, Values a) {
  Url url;
  url.scheme = text_of(a[0], "scheme");
  url.host = text_of(a[0], "host");
  url.path = text_of(a[0], "path");
  url.raw_query = text_of(a[0], "query");
  url.opaque = text_of(a[0], "opaque");
  url.fragment = text_of(a[0], "fragment");
  if (const std::string userinfo = text_of(a[0], "userinfo"); !userinfo.empty()) {
    const auto parsed = parse_url("proto://" + userinfo + "@host");
    if (!parsed) throw Failure{"unable to parse userinfo in dict: " + parsed.error().what};
    url.user = parsed->user;
    url.password = parsed->password;
  }
  return run.text(url.text());
}

constexpr Function kFunctions[] = {
    {"base", "s", base},        {"clean", "s", clean},     {"dir", "s", dir},     {"ext", "s", ext},
    {"isAbs", "s", is_abs},     {"osBase", "s", base},     {"osClean", "s", clean}, {"osDir", "s", dir},
    {"osExt", "s", ext},        {"osIsAbs", "s", is_abs},  {"urlJoin", "d", url_join}, {"urlParse", "s", url_parse},
};

}  // namespace

std::span<const Function> path_functions() { return kFunctions; }

}  // namespace invar::gotemplate
