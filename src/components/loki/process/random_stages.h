#pragma once

#include <iterator>
#include <string>

namespace invar::loki_process {

/// A random pipeline of stages that extract, read, hold and drop.
template <class Random>
std::string random_stages(Random&& random, int depth = 0) {
  constexpr const char* kStages[] = {
      R"~(stage.cri { })~",
      R"~(stage.regex { expression = "(?P<a>\\w+) (?P<b>\\w+)" })~",
      "stage.regex {\n expression = \"(?P<n>[0-9]+)\"\n labels_from_groups = true\n}",
      "stage.regex {\n source = \"a\"\n expression = \"^(?P<first>.)\"\n}",
      R"~(stage.labels { values = { a = "", bee = "b" } })~",
      R"~(stage.labels { values = { stream = "", flags = "", app2 = "app" } })~",
      R"~(stage.structured_metadata { values = { a = "", app = "" } })~",
      R"~(stage.structured_metadata { regex = "^(a|n|content)$" })~",
      R"~(stage.output { source = "b" })~",
      R"~(stage.output { source = "content" })~",
      R"~(stage.json { expressions = { a = "", b = "x.y" } })~",
      R"~(stage.json { regex = "^[abn]$" })~",
      "stage.drop {\n source = \"first\"\n value = \"o\"\n}",
      R"~(stage.label_drop { values = ["a", "app"] })~",
      R"~(stage.label_keep { values = ["app", "n"] })~",
      "stage.multiline {\n firstline = \"^(o|2)\"\n max_lines = 3\n}",
      "stage.replace {\n expression = \"(?P<n>o)(\\\\w*)\"\n replace = \"R\"\n}",
      "stage.replace {\n source = \"a\"\n expression = \"(.)\"\n replace = \"{{ .Value }}{{ .b }}\"\n}",
      "stage.template {\n source = \"b\"\n template = \"{{ .a }}-{{ .Value }}\"\n}",
      R"~(stage.logfmt { mapping = { a = "", n = "k" } })~",
      R"~(stage.logfmt { regex = "^[abkn]$" })~",
      R"~(stage.pattern { pattern = "<a> <b>" })~",
      "stage.pattern {\n pattern = \"<n>=<_>\"\n labels_from_groups = true\n}",
      "stage.pack {\n labels = [\"a\", \"app\"]\n ingest_timestamp = false\n}",
      R"~(stage.tenant { source = "n" })~",
      R"~(stage.luhn { min_length = 2 })~",
      R"~(stage.split_json { })~",
      R"~(stage.structured_metadata_drop { values = ["a"] })~",
      "stage.truncate {\n rule {\n limit = \"9B\"\n suffix = \"~\"\n }\n rule {\n limit = \"2B\"\n source_type = \"extracted\"\n }\n}",
      "stage.truncate {\n rule {\n limit = \"2B\"\n source_type = \"extracted\"\n sources = [\"a\", \"truncated\"]\n }\n}",
      R"~(stage.eventlogmessage { source = "content" })~",
      "stage.windowsevent {\n source = \"b\"\n overwrite_existing = true\n}",
      "stage.template {\n source = \"b\"\n template = \"{{ .Value }}{{ .a }}-{{ .missing }}\"\n}",
      "stage.template {\n source = \"n\"\n template = \"{{ if .a }}{{ ToUpper .Entry | trunc 5 }}{{ end }}\"\n}",
      "stage.template {\n source = \"a\"\n template = \"{{ ToLower .Value }}\"\n}",
      "stage.template {\n source = \"content\"\n template = \"{{ range $k, $v := . }}{{ $k }}={{ $v }};{{ end }}\"\n}",
      "stage.timestamp {\n source = \"time\"\n format = \"RFC3339Nano\"\n}",
  };
  std::string text;
  for (size_t i = 0, count = 1 + random() % 5; i < count; ++i) {
    if (depth < 2 && random() % 4 == 0) {
      const char* selector = random() % 2 ? R"~("{app=\"x\"}")~" : R"~("{app=~\".*\"} |= \"o\"")~";
      text += std::string("stage.match {\n selector = ") + selector + "\n" + random_stages(random, depth + 1) + "}\n";
    } else {
      text += std::string(kStages[random() % std::size(kStages)]) + "\n";
    }
  }
  return text;
}

}  // namespace invar::loki_process
