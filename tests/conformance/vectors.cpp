#include "tests/conformance/vectors.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

namespace invar {
namespace {

namespace fs = std::filesystem;

Json read_json(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + path.string());
  return Json::parse(stream);
}

std::string string_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// syntax/scanner.json -> syntax/scanner; charts/public/expect.json -> charts/public.
std::string suite_of(const fs::path& file) {
  const fs::path folder = fs::absolute(file).lexically_normal().parent_path();
  if (file.filename() != "expect.json") return (folder.filename() / file.stem()).string();
  const fs::path above = folder.parent_path().filename();
  return above == "conformance" ? folder.filename().string() : (above / folder.filename()).string();
}

bool is_object_of_objects(const Json& content) {
  return content.is_object() && std::all_of(content.begin(), content.end(), [](const Json& v) { return v.is_object(); });
}

void add_case(VectorFile& file, std::string name, const Json& data) {
  file.cases.push_back({file.suite, std::move(name), data, file.content, file.path, nullptr});
}

void add_named(VectorFile& file, const Json& list) {
  size_t number = 0;
  for (const Json& item : list) {
    std::string name = item.is_object() ? string_at(item, "name") : std::string();
    if (name.empty() && item.is_object()) name = string_at(item, "metric");
    if (name.empty() && item.is_object()) name = string_at(item, "step");
    if (name.empty() && item.is_object() && item.contains("msg")) name = string_at(item, "component") + ": " + string_at(item, "msg");
    add_case(file, name.empty() ? std::to_string(number) : name, item);
    ++number;
  }
}

/// Keys whose members are cases of their own, in files that hold one session by key.
const std::vector<std::string>* parts_of_session(const std::string& suite) {
  static const std::map<std::string, std::vector<std::string>> kParts{
      {"api/requests", {"requests"}}, {"api/start", {"boot"}},         {"api/components", {"detail", "modules"}}, {"api/components_failing", {"detail"}},
      {"api/metrics", {"families"}},  {"api/logs", {"events"}},        {"api/log_levels", {"lines"}},             {"api/live_debug", {"streams"}},
  };
  const auto found = kParts.find(suite);
  return found == kParts.end() ? nullptr : &found->second;
}

/// What those files hold beside cases.
bool is_remark(const std::string& key) {
  static const std::set<std::string> kRemarks{"suite", "config", "note", "format", "line", "separator", "healthy", "unstructured"};
  return kRemarks.contains(key);
}

void add_session(VectorFile& file, const std::vector<std::string>& parts) {
  for (const auto& [key, value] : file.content.items()) {
    if (is_remark(key)) continue;
    if (std::find(parts.begin(), parts.end(), key) == parts.end()) {
      add_case(file, key, value);
    } else if (value.is_array()) {
      add_named(file, value);
    } else {
      for (const auto& [name, data] : value.items()) add_case(file, name, data);
    }
  }
}

/// The layouts of the READMEs: a list of cases, the steps or facts of one session, cases by file name, or one case per file.
void list_cases(VectorFile& file) {
  const Json& content = file.content;
  const auto list = [&](const char* key) { return content.is_object() && content.contains(key) && content[key].is_array(); };
  if (list("cases")) return add_named(file, content["cases"]);
  if (const auto* parts = parts_of_session(file.suite)) return add_session(file, *parts);
  if (content.is_object() && content.contains("facts"))
    return content["facts"].is_array() ? add_named(file, content["facts"]) : [&] {
      for (const auto& [name, data] : content["facts"].items()) add_case(file, name, data);
    }();
  if (list("table") && content.contains("suite")) return add_named(file, content["table"]);
  if (list("steps") && content.contains("suite")) return add_named(file, content["steps"]);
  if (file.path.filename() == "expect.json" && is_object_of_objects(content)) {
    for (const auto& [name, data] : content.items()) add_case(file, name, data);
    return;
  }
  const fs::path folder = fs::absolute(file.path).lexically_normal().parent_path();
  if (folder.parent_path().filename() != "k8s" || file.path.stem().string().starts_with("_")) return;
  file.suite = (fs::path("k8s") / folder.filename()).string();
  add_case(file, file.path.stem().string(), content);
}

std::vector<fs::path> json_files(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file() && entry.path().extension() == ".json" && entry.path().filename() != "defects.json")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::list<VectorFile> read_vectors(const fs::path& path) {
  std::list<VectorFile> files;
  for (const fs::path& file : json_files(path)) {
    VectorFile& vectors = files.emplace_back(VectorFile{file, suite_of(file), read_json(file), {}});
    list_cases(vectors);
    if (vectors.cases.empty()) files.pop_back();
  }
  return files;
}

DefectList read_defects(const fs::path& file) {
  DefectList list{file, {}};
  if (file.empty() || !fs::exists(file)) return list;
  const Json content = read_json(file);
  for (const Json& entry : content.at("cases"))
    list.entries.push_back({string_at(entry, "suite"), string_at(entry, "name"), string_at(entry, "alloy"),
                            string_at(entry, "invar"), string_at(entry, "match"), string_at(entry, "how")});
  return list;
}

fs::path find_defects(fs::path path) {
  path = fs::absolute(path).lexically_normal();
  if (path.filename().empty()) path = path.parent_path();
  for (int level = 0; level < 4 && path.has_relative_path(); ++level, path = path.parent_path())
    if (fs::exists(path / "defects.json")) return path / "defects.json";
  return {};
}

}  // namespace invar
