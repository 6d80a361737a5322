#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/lsp/server.h"

namespace invar::lsp {

/// Files in memory, and lint with everything allowed.
class MemoryHost final : public Host {
 public:
  std::map<std::string, std::string> files;  // by path

  std::vector<SourcePtr> alloy_files(const std::string& directory) override;
  SourcePtr read(const std::string& path) override;
  Checked check(const std::vector<SourcePtr>& files, bool is_yaml) override;
  const lint::YamlOptions& yaml_options() const override { return yaml_; }

 private:
  lint::YamlOptions yaml_;
};

/// A client that waits for each answer.
class Editor {
 public:
  using Json = nlohmann::json;

  /// Speaks UTF-16 and knows snippets, Markdown and nested symbols, unless told otherwise.
  explicit Editor(Json capabilities = default_capabilities());
  static Json default_capabilities();

  MemoryHost host;
  /// What the server said of its own accord: the last diagnostics by URI, and all its messages.
  std::map<std::string, Json> diagnostics;
  std::vector<Json> messages;

  static std::string uri(const std::string& path) { return "file://" + path; }
  /// `@` in the text is where the cursor is from then on; it is no part of the text.
  void open(const std::string& path, std::string text, const std::string& language = "");
  void change(const std::string& path, std::string text);
  void notify(const std::string& method, Json params);
  /// The result; null when it failed: then `error` has why.
  Json request(const std::string& method, Json params);
  /// The same at the cursor.
  Json at_cursor(const std::string& method, Json more = Json::object());
  Json error;

  /// Sends a message as it is; nothing waits for what comes back.
  void send(const std::string& message);
  /// Deals with all that waits.
  void settle();

  const std::string& text(const std::string& path) const { return texts_.at(path); }
  /// The text of a range.
  std::string slice(const std::string& path, const Json& range) const;
  /// The text after edits.
  std::string edited(const std::string& path, const Json& edits) const;
  std::vector<std::string> codes(const std::string& path) const;

  Server server;

 private:
  std::map<std::string, std::string> texts_;  // by path, as they are in the editor
  std::string cursor_path_;
  Json cursor_;
  int next_id_ = 1, version_ = 1;
};

}  // namespace invar::lsp
