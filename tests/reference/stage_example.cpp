#include "tests/reference/stage_example.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>

#include "src/telemetry/label_set.h"
#include "tests/harness/component_harness.h"

namespace invar::reference {
namespace {

using harness::ComponentHarness;
using harness::Entry;
using harness::Pairs;
using harness::Received;

constexpr int64_t kNow = 1'704'067'200'000'000'000;  // 2024-01-01T00:00:00Z

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

constexpr std::pair<char, char> kEscapes[] = {{'n', '\n'}, {'t', '\t'}, {'e', '\x1b'}, {'\\', '\\'}};

std::string unescaped(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto* const known = text[i] != '\\' || i + 1 == text.size()
                                  ? std::end(kEscapes)
                                  : std::find_if(std::begin(kEscapes), std::end(kEscapes), [&](const auto& e) { return e.first == text[i + 1]; });
    if (known == std::end(kEscapes)) {
      result += text[i];
    } else {
      result += known->second;
      ++i;
    }
  }
  return result;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto* const known = std::find_if(std::begin(kEscapes), std::end(kEscapes), [&](const auto& e) { return e.second == c; });
    if (known == std::end(kEscapes)) result += c;
    else (result += '\\') += known->first;
  }
  return result;
}

/// `a="b", c="d"`; what follows `close` stays in `text`.
Pairs take_pairs(std::string_view& text, char close) {
  Pairs pairs;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != close) {
    const size_t equals = std::min(text.find("=\""), text.size());
    const size_t end = std::min(text.find('"', std::min(equals + 2, text.size())), text.size());
    if (end == text.size()) break;
    pairs.emplace_back(std::string(text.substr(0, equals)), unescaped(text.substr(equals + 2, end - equals - 2)));
    text.remove_prefix(end + 1);
    while (text.starts_with(",") || text.starts_with(" ")) text.remove_prefix(1);
  }
  text.remove_prefix(std::min<size_t>(1, text.size()));
  if (text.starts_with(" ")) text.remove_prefix(1);
  return pairs;
}

/// `[name="..`: a line may begin with a bracket too.
bool has_metadata(std::string_view text) {
  const size_t equals = text.find("=\"");
  return text.starts_with('[') && equals != std::string_view::npos &&
         std::all_of(text.begin() + 1, text.begin() + static_cast<ptrdiff_t>(equals), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
}

std::string pairs_text(Pairs pairs, char open, char close) {
  std::sort(pairs.begin(), pairs.end());
  std::string text(1, open);
  for (const auto& [name, value] : pairs) {
    if (text.size() > 1) text += ", ";
    text += name + "=\"" + escaped(value) + "\"";
  }
  return text + close;
}

std::string time_text(int64_t time_ns) {
  const std::time_t seconds = static_cast<std::time_t>(time_ns / 1'000'000'000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::string result(text, size);
  if (const auto rest = static_cast<int>(time_ns % 1'000'000'000 / 1'000'000); rest != 0) {
    char fraction[8];
    result.append(fraction, static_cast<size_t>(std::snprintf(fraction, sizeof fraction, ".%03d", rest)));
  }
  return result + "Z";
}

int64_t take_time(std::string_view& text) {
  std::tm parts{};
  const std::string word(text.substr(1, text.find(' ') - 1));
  ::strptime(word.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  text.remove_prefix(std::min(word.size() + 2, text.size()));
  return static_cast<int64_t>(::timegm(&parts)) * 1'000'000'000;
}

Entry entry_of(std::string_view text) {
  Entry entry;
  entry.time_ns = kNow;
  if (text.starts_with("{")) entry.labels = take_pairs(text, '}');
  if (has_metadata(text)) entry.metadata = take_pairs(text, ']');
  if (text.starts_with("@")) entry.time_ns = take_time(text);
  entry.line = unescaped(text);
  return entry;
}

std::string entry_text(const Received& row, bool with_time) {
  std::string text = pairs_text(row.labels, '{', '}') + " ";
  if (!row.metadata.empty()) text += pairs_text(row.metadata, '[', ']') + " ";
  if (with_time) text += "@" + time_text(row.time_ns) + " ";
  return text + escaped(row.line);
}

/// Lines of the exposition without the labels every component has, sorted as they come.
std::string metrics_text(const ComponentHarness& component) {
  std::string result;
  for (std::string line : lines_of(component.metrics_text())) {
    if (line.starts_with('#')) continue;
    for (const std::string_view own : {"component_id=\"loki.process.example\"", "component_path=\"/\""})
      if (const size_t at = line.find(own); at != std::string::npos)
        line.erase(at, own.size() + (line.compare(at + own.size(), 1, ",") == 0 ? 1 : 0));
    for (const auto& [from, to] : {std::pair{",}", "}"}, std::pair{"{}", ""}})
      if (const size_t at = line.find(from); at != std::string::npos) line.replace(at, 2, to);
    result += line + "\n";
  }
  return result;
}

/// The database that examples of stage.geoip name is not on every machine: theirs is made up.
std::string with_test_database(std::string config) {
  constexpr std::string_view kShown = "/usr/share/GeoIP/GeoLite2-City.mmdb";
  constexpr std::string_view kMadeUp = INVAR_ROOT "/tests/conformance/cases/loki/data/places.mmdb";
  if (const size_t at = config.find(kShown); at != std::string::npos) config.replace(at, kShown.size(), kMadeUp);
  return config;
}

bool shows_time(std::string_view expected) {
  if (expected.starts_with("{")) take_pairs(expected, '}');
  if (has_metadata(expected)) take_pairs(expected, ']');
  return expected.starts_with("@");
}

}  // namespace

Result<std::vector<StageExample>> stage_examples(std::string_view page) {
  std::vector<StageExample> examples;
  std::string open, config;
  size_t number = 0;
  for (const std::string& line : lines_of(page)) {
    ++number;
    if (line.starts_with("```")) {
      if (open.empty()) {
        open = line.substr(3);
        if (open == "alloy") config.clear();
        if (open == "text") examples.push_back({config, {}, {}, {}});
      } else {
        if (open == "text" && examples.back().given.empty()) return Error{"an example without entries ends in line " + std::to_string(number), "page"};
        open.clear();
      }
    } else if (open == "alloy") {
      config += line + "\n";
    } else if (open == "text") {
      const std::string rest = line.size() > 2 ? line.substr(2) : "";
      if (line.starts_with("< ")) examples.back().given.push_back(rest);
      else if (line.starts_with("> ")) examples.back().expected.push_back(rest);
      else if (line.starts_with("= ")) examples.back().metrics.push_back(rest);
      else return Error{"line " + std::to_string(number) + " of an example begins with none of < > =", "page"};
    }
  }
  if (!open.empty()) return Error{"a fenced block is not closed", "page"};
  return examples;
}

std::string difference(const StageExample& example) {
  FakeClock clock(kNow);
  ComponentHarness component("loki.process.example", clock);
  component.experimental = true;
  if (!component.load("loki.process \"example\" {\nforward_to = [vec.sink.out.receiver]\n" + with_test_database(example.config) + "\n}\n")) return component.error();
  component.turn();
  for (const std::string& given : example.given) component.send({entry_of(given)});
  component.turn();
  const std::string metrics = metrics_text(component);
  component.stop();
  std::string problem;
  const auto& received = component.sink().received;
  for (size_t i = 0; i < std::max(received.size(), example.expected.size()); ++i) {
    const std::string expected = i < example.expected.size() ? example.expected[i] : "(nothing)";
    const std::string got = i < received.size() ? entry_text(received[i], shows_time(expected)) : "(nothing)";
    if (got != expected) problem += "expected > " + expected + "\n     got > " + got + "\n";
  }
  for (const std::string& metric : example.metrics)
    if (metrics.find(metric + "\n") == std::string::npos) problem += "expected = " + metric + "\ngot\n" + metrics;
  return problem;
}

}  // namespace invar::reference
