#include <doctest/doctest.h>

#include <algorithm>

#include "tests/lsp/editor.h"

namespace invar::lsp {
namespace {

using Json = Editor::Json;

class Completed {
 public:
  explicit Completed(const std::string& text, const std::string& path = "/d/a.alloy", Json capabilities = Editor::default_capabilities()) : editor(std::move(capabilities)), path_(path) {
    editor.open(path, text);
    items = editor.at_cursor("textDocument/completion")["items"];
    std::sort(items.begin(), items.end(), [](const Json& a, const Json& b) { return a["sortText"] < b["sortText"]; });
  }
  const Json* find(const std::string& label) const {
    for (const Json& item : items)
      if (item["label"] == label) return &item;
    return nullptr;
  }
  bool has(const std::string& label) const { return find(label) != nullptr; }
  /// The text with an item put in.
  std::string with(const std::string& label) const {
    const Json* item = find(label);
    return item ? editor.edited(path_, Json::array({(*item)["textEdit"]})) : "no " + label;
  }
  std::string first() const { return items.empty() ? "" : items[0]["label"]; }

  Editor editor;
  Json items;

 private:
  std::string path_;
};

TEST_CASE("components and blocks of a config") {
  const Completed at_top("@");
  CHECK(at_top.has("loki.write"));
  CHECK(at_top.has("logging"));
  CHECK(at_top.has("declare"));
  CHECK(!at_top.has("url"));
  const Completed typed("loki.pro@");
  CHECK(typed.with("loki.process") == "loki.process \"${1:default}\" {\n\tforward_to = [$2]$0\n\\}");
  CHECK(Completed("loki.wri@ \"a\" { }").with("loki.write") == "loki.write \"a\" { }");
  const Completed plain("loki.wri@", "/d/a.alloy", Json::object());
  CHECK(plain.with("loki.write") == "loki.write");
  const Completed in_declare("declare \"d\" {\n  @\n}");
  CHECK(in_declare.has("argument"));
  CHECK(in_declare.has("loki.write"));
  CHECK(!in_declare.has("logging"));
  CHECK(Completed("declare \"d\" { }\n@").has("d"));
  const Completed in_foreach("foreach \"f\" {\n  collection = []\n  @\n  template { }\n}");
  CHECK(in_foreach.has("var"));
  CHECK(!in_foreach.has("loki.write"));
  CHECK(!in_foreach.has("template"));
  const Completed in_template("foreach \"f\" {\n  collection = []\n  var = \"each\"\n  template {\n    @\n  }\n}");
  CHECK(in_template.has("loki.write"));
  CHECK(!in_template.has("var"));
  CHECK(Completed("foreach \"f\" {\n  var = \"each\"\n  template {\n    local.file \"x\" {\n      filename = @\n    }\n  }\n}").has("each"));
}

TEST_CASE("attributes and blocks that are not there yet") {
  const Completed body("loki.write \"w\" {\n  endpoint {\n    url = \"http://x\"\n    @\n  }\n}");
  CHECK(body.has("batch_size"));
  CHECK(body.has("basic_auth"));
  CHECK(!body.has("url"));
  CHECK(!body.has("endpoint"));
  const Completed missing("loki.write \"w\" {\n  endpoint {\n    @\n  }\n}");
  CHECK(missing.first() == "url");
  CHECK(missing.with("url").find("    url = \"$1\"\n") != std::string::npos);
  CHECK((*missing.find("batch_size"))["detail"].get<std::string>().find(" = ") != std::string::npos);
  const Completed stages("loki.process \"p\" {\n  forward_to = []\n  stage.js@\n}");
  CHECK(stages.has("stage.json"));
  CHECK(stages.has("stage.drop"));
  CHECK(!stages.has("forward_to"));
  const Completed once("loki.source.api \"a\" {\n  http { }\n  @\n}");
  CHECK(!once.has("http"));
  const Completed custom("declare \"d\" {\n  argument \"a\" { }\n  argument \"b\" { }\n}\nd \"x\" {\n  a = 1\n  @\n}");
  CHECK(custom.has("b"));
  CHECK(!custom.has("a"));
}

TEST_CASE("references that fit") {
  const std::string config = "loki.write \"w\" { endpoint { url = \"u\" } }\ndiscovery.relabel \"r\" { targets = [] }\nlocal.file \"f\" { filename = \"x\" }\n";
  const Completed receivers(config + "loki.process \"p\" {\n  forward_to = [@]\n}");
  CHECK(receivers.first() == "loki.write.w.receiver");
  CHECK(!receivers.has("discovery.relabel.r.output"));
  CHECK(!receivers.has("loki.process.p.receiver"));
  CHECK(receivers.with("loki.write.w.receiver").find("forward_to = [loki.write.w.receiver]") != std::string::npos);
  const Completed without_list(config + "loki.process \"p\" {\n  forward_to = @\n}");
  CHECK(without_list.with("loki.write.w.receiver").find("forward_to = [loki.write.w.receiver]\n") != std::string::npos);
  const Completed broken(config + "loki.process \"p\" {\n  forward_to = [loki.wr@\n  stage.drop { source = \"a\" }\n}");
  CHECK(broken.with("loki.write.w.receiver").find("forward_to = [loki.write.w.receiver\n") != std::string::npos);
  const Completed targets(config + "loki.source.file \"s\" {\n  targets = @\n}");
  CHECK(targets.first() == "discovery.relabel.r.output");
  CHECK(!targets.has("loki.write.w.receiver"));
  const Completed text(config + "local.file \"g\" {\n  filename = @\n}");
  CHECK(text.has("local.file.f.content"));
  CHECK(!text.has("loki.write.w.receiver"));
  const Completed named(config + "local.file \"g\" {\n  filename = loki.write.@\n}");
  CHECK(named.has("loki.write.w.receiver"));
  const Completed in_declare(config + "declare \"d\" {\n  argument \"to\" { }\n  loki.process \"p\" {\n    forward_to = @\n  }\n}");
  CHECK(in_declare.has("argument.to.value"));
  CHECK(!in_declare.has("loki.write.w.receiver"));
}

TEST_CASE("functions, words and labels") {
  const Completed functions("local.file \"g\" {\n  filename = sys.@\n}");
  CHECK(functions.with("sys.env").find("filename = sys.env($0)\n") != std::string::npos);
  CHECK(!functions.has("env"));
  const Completed words("logging {\n  level = \"@\"\n}");
  CHECK(words.has("debug"));
  CHECK(words.with("debug").find("level = \"debug\"\n") != std::string::npos);
  const Completed open("logging {\n  level = \"de@\n}");
  CHECK(open.with("debug").find("level = \"debug\n") != std::string::npos);
  const Completed bare("logging {\n  level = @\n}");
  CHECK(bare.with("\"debug\"").find("level = \"debug\"\n") != std::string::npos);
  const Completed bools("local.file \"g\" {\n  is_secret = @\n}");
  CHECK(bools.has("true"));
  const Completed labels("loki.write \"pods\" { }\nloki.process \"nodes\" { }\nloki.process \"@\" { }");
  CHECK(labels.has("pods"));
  CHECK(!labels.has("nodes"));
  CHECK(Completed("// loki@").items.empty());
  CHECK(Completed("loki.write \"w\" { } @").items.empty());
}

TEST_CASE("an item tells about itself when it is looked at") {
  Completed at_top("@");
  CHECK(!at_top.find("loki.write")->contains("documentation"));
  const Json resolved = at_top.editor.request("completionItem/resolve", *at_top.find("loki.write"));
  CHECK(resolved["label"] == "loki.write");
  CHECK(resolved["documentation"]["value"].get<std::string>().find("Exports:") != std::string::npos);
  CHECK(at_top.editor.request("completionItem/resolve", {{"label", "x"}})["label"] == "x");
}

TEST_CASE("inside of YAML") {
  const std::string head = "destinations:\n  logs: {type: loki, url: \"http://loki:3100/loki/api/v1/push\"}\npodLogsViaLoki:\n  extraLogProcessingStages: |-\n";
  const Completed attributes(head + "    stage.drop {\n      @\n    }\n", "/d/values.yaml");
  CHECK(attributes.has("expression"));
  CHECK(attributes.with("expression") == head + "    stage.drop {\n      expression = \"$1\"\n    }\n");
  CHECK(Completed(head + "    stage.drop { source = \"a\" }\n    st@\n", "/d/values.yaml").has("stage.json"));
  // A line that is still empty, at the end of the block.
  const Completed line(head + "    stage.drop { source = \"a\" }\n    @\n", "/d/values.yaml");
  CHECK(line.with("stage.docker") == head + "    stage.drop { source = \"a\" }\n    stage.docker {\n\t$0\n\\}\n");
  // The first line of a block that has none.
  CHECK(Completed(head + "    @\n", "/d/values.yaml").with("stage.docker") == head + "    stage.docker {\n\t$0\n\\}\n");
  CHECK(Completed(head + "    @\n  enabled: true\n", "/d/values.yaml").has("stage.json"));
  CHECK(Completed(head + "    stage.drop {\n      @", "/d/values.yaml").has("expression"));
  CHECK(Completed(head + "    stage.drop { source = \"a\" }\n@", "/d/values.yaml").items.empty());
  CHECK(Completed("podLogs@ViaLoki:\n  a: b\n", "/d/values.yaml").items.empty());
}

}  // namespace
}  // namespace invar::lsp
