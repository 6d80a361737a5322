// loki/positions: a component over real files, step by step: what arrives, and what positions.yml says when it stops.
#include <algorithm>
#include <filesystem>

#include "src/components/loki/source/file/component.h"
#include "tests/component_bench.h"
#include "tests/conformance/suite.h"
#include "tests/conformance/texts.h"

namespace invar::loki_source_file {
extern const ComponentSpec kComponent;
}

namespace invar::positions {
namespace {

namespace fs = std::filesystem;

/// The entries of a positions.yml, sorted: Alloy writes them in any order.
std::vector<std::string> sorted_entries(const std::string& text) {
  std::vector<std::string> entries;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = text.find("\n  ? ", begin);
    end = end == text.npos ? text.size() : end + 1;
    entries.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

/// What a recorded defect leaves to us, by case: all lines that must come, in order. Steps are not told apart, since we may be faster.
struct Bettered {
  std::string_view name;
  std::vector<std::string_view> lines;
};
const std::vector<Bettered>& bettered() {
  static const std::vector<Bettered> all{
      {"positions/rotate-same-prefix", {"header", "one", "header", "one", "two"}},
      {"positions/rotate-twice-fast", {"one", "mid1", "new1"}},
      {"positions/copytruncate-fast-longer", {"one", "two", "a much longer line than before", "next"}},
      {"positions/overwrite-in-place", {"aaaa", "bbbb", "cccc", "dddd"}},
      {"positions/overwrite-in-place-longer", {"aaaa", "cccc", "dddd"}},
      {"positions/positions-empty-labels", {"two"}},
  };
  return all;
}

class Session {
 public:
  explicit Session(const Json& data) : data_(data) {}

  /// What happened, in the form of `expect`; nullopt and `why` when this build refuses what the case needs.
  std::optional<Json> run(std::string& why) {
    Json steps = Json::array();
    for (const Json& step : data_["steps"]) {
      Json result = Json::object();
      if (step.contains("start")) {
        if (auto error = start(); error) {
          if (not_built_) return why = *error, std::nullopt;
          return Json{{"error", filled_in(*error)}, {"steps", nullptr}};
        }
      } else if (step.contains("stop")) {
        stop();
        result["positions_yml"] = filled_in(bench::contents(positions_path()));
      } else {
        change(step);
      }
      settle(step);
      if (!out_.entries.empty()) result["entries"] = entries();
      steps.push_back(std::move(result));
    }
    Json got{{"error", nullptr}, {"steps", std::move(steps)}};
    if (data_["expect"].contains("metrics")) got["metrics"] = recorded_metrics();
    if (world_) stop();
    if (data_["expect"].contains("positions_yml")) got["positions_yml"] = filled_in(bench::contents(positions_path()));
    return got;
  }

 private:
  std::string positions_path() const { return storage_ / "loki.source.file.vec/positions.yml"; }
  std::string with_folders(const std::string& text) const {
    return replaced(replaced(text, "$ROOT", root_.path()), "$DATA", data_folder_.path());
  }
  std::string filled_in(const std::string& text) const {
    return replaced(replaced(text, root_.path(), "$ROOT"), data_folder_.path(), "$DATA");
  }

  std::optional<std::string> start() {
    world_ = std::make_unique<bench::World>("loki.source.file.vec", storage_.path());
    auto loaded = bench::load(loki_source_file::kComponent, with_folders(data_["config"].get<std::string>()), &out_);
    if (!loaded.plan) return loaded.diagnostics.all().at(0).message;
    auto node = loki_source_file::kComponent.start(loaded.plan, *world_);
    if (!node) {
      not_built_ = node.error().reason == "not_built";
      return node.error().what;
    }
    node_ = std::move(*node);
    node_->run();
    return std::nullopt;
  }

  void stop() {
    if (node_) {
      bool drained = false;
      node_->drain([&] { drained = true; });
      world_->run_until([&] { return drained; });
      node_.reset();
    }
    if (world_) world_->turn(20);
    world_.reset();
  }

  void change(const Json& step) {
    const auto path = [&](const Json& value) { return with_folders(value.get<std::string>()); };
    if (step.contains("write")) {
      const Json& write = step["write"];
      bench::write(path(write["path"]), text_of(write, "data").value_or(""), write.value("append", false));
    } else if (step.contains("rename")) {
      fs::rename(path(step["rename"][0]), path(step["rename"][1]));
    } else if (step.contains("remove")) {
      fs::remove(path(step["remove"]));
    } else if (step.contains("truncate")) {
      fs::resize_file(path(step["truncate"]["path"]), step["truncate"]["size"].get<uint64_t>());
    } else if (step.contains("copytruncate")) {
      const std::string file = path(step["copytruncate"]);
      fs::copy_file(file, file + ".1", fs::copy_options::overwrite_existing);
      fs::resize_file(file, 0);
    } else if (step.contains("positions_file")) {
      fs::create_directories(fs::path(positions_path()).parent_path());
      bench::write(positions_path(), path(step["positions_file"]));
    } else if (step.contains("legacy_file")) {
      bench::write(data_folder_ / "legacy.yml", path(step["legacy_file"]));
    }
  }

  void settle(const Json& step) {
    const int64_t ms = step.value("wait_ms", step.contains("nosettle") ? 0 : data_.value("settle_ms", 160));
    if (world_) world_->run_for(ms);
  }

  Json entries() {
    Json result = Json::array();
    for (const bench::Entry& entry : out_.entries) {
      Json labels = Json::object();
      for (const auto& [name, value] : entry.labels) labels[name] = filled_in(value);
      result.push_back({{"labels", std::move(labels)}, {"ts", "now"}, {"line", entry.line}});
    }
    out_.entries.clear();
    return result;
  }

  /// Without the families that Alloy does not have.
  std::string recorded_metrics() const {
    std::string kept, text = world_->registry.expose();
    size_t begin = 0;
    while (begin < text.size()) {
      const size_t end = text.find('\n', begin) + 1;
      const std::string line = text.substr(begin, end - begin);
      if (line.find("invar_source_file_failing") == line.npos) kept += line;
      begin = end;
    }
    return filled_in(kept);
  }

  const Json& data_;
  bench::Folder root_, storage_, data_folder_;
  bench::Receiver out_;
  std::unique_ptr<bench::World> world_;
  NodePtr node_;
  bool not_built_ = false;
};

Json all_entries(const Json& result) {
  Json all = Json::array();
  for (const Json& step : result["steps"])
    for (const Json& entry : step.value("entries", Json::array())) all.push_back(entry);
  return all;
}

void in_any_order(Json& result, bool entries) {
  if (!result["steps"].is_array()) return;
  for (Json& step : result["steps"]) {
    if (step.is_null()) step = Json::object();
    if (step.contains("positions_yml")) step["positions_yml"] = sorted_entries(step["positions_yml"].get<std::string>());
    if (entries && step.contains("entries")) std::sort(step["entries"].begin(), step["entries"].end());
  }
}

/// The lines of a case whose recording shows a defect; positions as recorded where `how` says nothing else.
std::string defect_difference(const ConformanceCase& c, const Json& expected, const Json& got) {
  const Json entries = all_entries(got);
  for (const Bettered& better : bettered()) {
    if (better.name != c.name) continue;
    Json lines = Json::array();
    for (const Json& entry : entries) lines.push_back(entry["line"]);
    return difference(Json(better.lines), lines);
  }
  if (c.defect->match == "superset") {
    auto at = entries.begin();
    for (const Json& entry : all_entries(expected)) {
      at = std::find(at, entries.end(), entry);
      if (at == entries.end()) return "  missing, or out of order: " + entry.dump() + "\n";
      ++at;
    }
    return "";
  }
  return difference(all_entries(expected), entries);  // all that differs is when they come
}

Outcome run(const ConformanceCase& c) {
  std::string why;
  auto got = Session(c.data).run(why);
  if (!got) return Outcome::skipped(why);
  const bool unordered = c.data.value("unordered", false);
  Json expected = c.data["expect"];
  in_any_order(*got, unordered);
  in_any_order(expected, unordered);
  if (c.defect) return verdict(defect_difference(c, expected, *got));
  for (Json variant : c.data.value("variants", Json::array())) {
    in_any_order(variant, unordered);
    if (difference(variant, *got).empty()) return Outcome::passed();
  }
  return verdict(difference(expected, *got));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"loki/positions"}, run};

}  // namespace invar::positions
