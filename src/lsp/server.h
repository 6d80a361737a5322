#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "src/lsp/method.h"

namespace invar::lsp {

/// A language server: messages in, messages out, no I/O of its own. Requests are answered in the order they came in, so that each sees the documents as they were
/// when it was made; diagnostics are made when nothing else is to do. Nothing a client sends brings it down. One thread.
class Server {
 public:
  /// `send` gets each message without its header.
  Server(Host& host, std::function<void(std::string)> send);
  ~Server();

  /// Takes a message in. A cancellation reaches requests that wait.
  void receive(std::string message);
  /// Deals with the first message that waits; false when none does.
  bool handle_next();
  /// Whether there are documents whose diagnostics are to be made.
  bool has_changes() const { return !to_publish_.empty(); }
  /// Makes and sends the diagnostics of documents that changed. Stops when `is_outdated` says that messages came in meanwhile: nothing is sent of a text that
  /// is another one by now.
  void publish(const std::function<bool()>& is_outdated);
  /// What the program exits with; nullopt while it goes on.
  std::optional<int> exit_code() const { return exit_code_; }

 private:
  struct Message;
  void handle(const Message& message);
  Answer answer(const Message& message);
  Answer initialize(const json::Value& params);
  void notice(const Message& message);
  void ask_to_watch_files();
  void open(const json::Value& params);
  void change(const json::Value& params);
  void close(const json::Value& params);
  void publish_one(const Document& document, const Host::Checked& checked);
  void respond(const Message& message, const Answer& answer);
  void notify(std::string_view method, std::string params);
  void log(std::string text);

  Host& host_;
  std::function<void(std::string)> send_;
  std::deque<std::unique_ptr<Message>> waiting_;
  std::unique_ptr<Session> session_;  // from initialize on
  std::map<std::string, DocumentPtr> to_publish_;  // by URI
  std::set<std::string> known_;                    // URIs of documents that held Alloy text once
  bool shut_down_ = false;
  std::optional<int> exit_code_;
  std::string refusal_;  // the last one shown
};

}  // namespace invar::lsp
