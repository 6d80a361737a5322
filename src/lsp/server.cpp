#include "src/lsp/server.h"

#include <exception>

#include "src/lsp/diagnostics.h"
#include "src/lsp/json_text.h"
#include "src/runtime/build_info.h"

namespace invar::lsp {

/// A message whose envelope was read.
struct Server::Message {
  json::Parser parser;
  std::string id = {};      // as JSON; empty for notifications
  std::string method = {};  // empty for answers of the client
  Answer refusal = {};      // with a code when it is no message at all
  bool cancelled = false;

  explicit Message(const std::string& text) {
    if (!parser.parse_any(text)) {
      refusal = Answer::error(ErrorCode::kParseError, json::syntax_error(text));
      id = "null";
    } else if (parser.root().kind() != json::Kind::kObject) {
      refusal = Answer::error(ErrorCode::kInvalidRequest, "a message is an object");
      id = "null";
    } else {
      read();
    }
  }
  /// An empty object where there are none.
  json::Value params() const {
    const auto given = value_at(parser.root(), {"params"});
    return given ? *given : parser.root();
  }

 private:
  void read() {
    method = text_at(parser.root(), {"method"}).value_or("");
    if (const auto text = text_at(parser.root(), {"id"})) id = json_string(*text);
    else if (const auto number = integer_at(parser.root(), {"id"})) id = std::to_string(*number);
  }
};

namespace {

/// Offers of requests, and what notifications the server takes.
std::string capabilities(Encoding encoding) {
  std::string offers = "{\"positionEncoding\":\"" + std::string(encoding == Encoding::kUtf8 ? "utf-8" : "utf-16") + "\"";
  offers += R"(,"textDocumentSync":{"openClose":true,"change":2,"save":{}})";
  for (const Method* method : lsp_methods())
    if (!method->capability.empty()) offers += "," + json_string(method->capability) + ":" + std::string(method->offer);
  return offers + "}";
}

bool lists(const json::Value& object, std::initializer_list<std::string_view> path, std::string_view word) {
  const auto list = value_at(object, path);
  if (!list || list->kind() != json::Kind::kArray) return false;
  for (json::Elements elements(*list); elements.next();)
    if (elements.value().kind() == json::Kind::kString && elements.value().as_string() == word) return true;
  return false;
}

Client client_of(const json::Value& params) {
  Client client;
  if (lists(params, {"capabilities", "general", "positionEncodings"}, "utf-8")) client.encoding = Encoding::kUtf8;
  client.snippets = is_true_at(params, {"capabilities", "textDocument", "completion", "completionItem", "snippetSupport"});
  client.markdown = lists(params, {"capabilities", "textDocument", "hover", "contentFormat"}, "markdown");
  client.nested_symbols = is_true_at(params, {"capabilities", "textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport"});
  client.versioned_edits = is_true_at(params, {"capabilities", "workspace", "workspaceEdit", "documentChanges"});
  client.watches_files = is_true_at(params, {"capabilities", "workspace", "didChangeWatchedFiles", "dynamicRegistration"});
  return client;
}

const Method* find_method(std::string_view name) {
  for (const Method* method : lsp_methods())
    if (method->name == name) return method;
  return nullptr;
}

}  // namespace

Server::Server(Host& host, std::function<void(std::string)> send) : host_(host), send_(std::move(send)) {}
Server::~Server() = default;

void Server::receive(std::string message) {
  auto read = std::make_unique<Message>(message);
  if (read->method != "$/cancelRequest") {
    waiting_.push_back(std::move(read));
    return;
  }
  const json::Value params = read->params();
  const auto text = text_at(params, {"id"});
  const auto number = integer_at(params, {"id"});
  const std::string id = text ? json_string(*text) : number ? std::to_string(*number) : std::string();
  for (const auto& waiting : waiting_)
    if (!id.empty() && waiting->id == id) waiting->cancelled = true;
}

bool Server::handle_next() {
  if (waiting_.empty()) return false;
  const auto message = std::move(waiting_.front());
  waiting_.pop_front();
  try {
    handle(*message);
  } catch (const std::exception& error) {
    log("a mistake of the server in " + message->method + ": " + error.what());
    if (!message->id.empty()) respond(*message, Answer::error(ErrorCode::kInternalError, error.what()));
  }
  return true;
}

void Server::handle(const Message& message) {
  if (message.refusal.code != ErrorCode::kNone) return respond(message, message.refusal);
  if (message.method.empty()) {
    if (!message.id.empty() && !value_at(message.parser.root(), {"result"}) && !value_at(message.parser.root(), {"error"}))
      respond(message, Answer::error(ErrorCode::kInvalidRequest, "a request without method"));
    return;
  }
  if (message.id.empty()) return notice(message);
  respond(message, message.cancelled ? Answer::error(ErrorCode::kRequestCancelled, "cancelled") : answer(message));
}

Answer Server::answer(const Message& message) {
  if (shut_down_) return Answer::error(ErrorCode::kInvalidRequest, "the server was shut down");
  if (message.method == "initialize") return initialize(message.params());
  if (!session_) return Answer::error(ErrorCode::kServerNotInitialized, "initialize comes first");
  if (message.method == "shutdown") {
    shut_down_ = true;
    return {};
  }
  const Method* method = find_method(message.method);
  return method ? method->answer(*session_, message.params()) : Answer::error(ErrorCode::kMethodNotFound, "there is no " + message.method);
}

Answer Server::initialize(const json::Value& params) {
  if (session_) return Answer::error(ErrorCode::kInvalidRequest, "initialized before");
  const Client client = client_of(params);
  session_ = std::make_unique<Session>(host_, client);
  return {json_object({{"capabilities", capabilities(client.encoding)},
                       {"serverInfo", json_object({{"name", json_string("invar")}, {"version", json_string(kVersion)}})}})};
}

void Server::notice(const Message& message) {
  if (message.method == "exit") {
    exit_code_ = shut_down_ ? 0 : 1;
    return;
  }
  if (!session_ || shut_down_) return;
  const json::Value params = message.params();
  if (message.method == "initialized" && session_->client().watches_files) ask_to_watch_files();
  else if (message.method == "textDocument/didOpen") open(params);
  else if (message.method == "textDocument/didChange") change(params);
  else if (message.method == "textDocument/didClose") close(params);
  else if (message.method == "textDocument/didSave" || message.method == "workspace/didChangeWatchedFiles") session_->files_changed();
  for (DocumentPtr& document : session_->take_changed()) to_publish_[document->uri()] = std::move(document);
}

/// Other files of a config, and settings, change without being open.
void Server::ask_to_watch_files() {
  static constexpr std::string_view kParams =
      R"({"registrations":[{"id":"files","method":"workspace/didChangeWatchedFiles",)"
      R"("registerOptions":{"watchers":[{"globPattern":"**/*.alloy"},{"globPattern":"**/.invar.toml"}]}}]})";
  send_(json_object({{"jsonrpc", "\"2.0\""}, {"id", json_string("watch")}, {"method", json_string("client/registerCapability")}, {"params", std::string(kParams)}}));
}

void Server::open(const json::Value& params) {
  const auto uri = text_at(params, {"textDocument", "uri"});
  auto text = text_at(params, {"textDocument", "text"});
  if (!uri || !text) return log("textDocument/didOpen without a text");
  session_->open(*uri, text_at(params, {"textDocument", "languageId"}).value_or(""), integer_at(params, {"textDocument", "version"}).value_or(0), std::move(*text));
}

void Server::change(const json::Value& params) {
  const auto uri = text_at(params, {"textDocument", "uri"});
  const auto list = value_at(params, {"contentChanges"});
  if (!uri || !list || list->kind() != json::Kind::kArray) return log("textDocument/didChange without changes");
  std::vector<Change> changes;
  for (json::Elements elements(*list); elements.next();) {
    auto text = text_at(elements.value(), {"text"});
    if (!text) return log("textDocument/didChange with a change that has no text");
    changes.push_back({range_at(elements.value(), {"range"}), std::move(*text)});
  }
  if (!session_->change(*uri, integer_at(params, {"textDocument", "version"}).value_or(0), changes)) log("textDocument/didChange of a document that is not open: " + *uri);
}

void Server::close(const json::Value& params) {
  const auto uri = text_at(params, {"textDocument", "uri"});
  if (!uri) return;
  session_->close(*uri);
  to_publish_.erase(*uri);
  known_.erase(*uri);
  notify("textDocument/publishDiagnostics", json_object({{"uri", json_string(*uri)}, {"diagnostics", "[]"}}));
}

void Server::publish(const std::function<bool()>& is_outdated) {
  while (!to_publish_.empty() && session_) {
    const auto [uri, queued] = *to_publish_.begin();
    const DocumentPtr document = session_->find(uri);
    if (document) {
      try {
        const Host::Checked& checked = session_->check(document);
        // It may have turned out to be part of a config that others are part of.
        for (DocumentPtr& other : session_->take_changed()) to_publish_[other->uri()] = std::move(other);
        // Another text may be on its way: what was found is kept until that is known.
        if (is_outdated()) return;
        publish_one(*document, checked);
      } catch (const std::exception& error) {
        log("a mistake of the server in checking " + uri + ": " + error.what());
      }
    }
    to_publish_.erase(uri);
  }
}

void Server::publish_one(const Document& document, const Host::Checked& checked) {
  if (!checked.refusal.empty() && checked.refusal != refusal_)
    notify("window/showMessage", json_object({{"type", "2"}, {"message", json_string(checked.refusal)}}));
  refusal_ = checked.refusal;
  if (document.holds_alloy()) known_.insert(document.uri());
  // YAML that cannot be read may be anybody's.
  const bool is_ours = document.language() == Document::Language::kAlloy || known_.contains(document.uri());
  notify("textDocument/publishDiagnostics", diagnostics_params(document, is_ours ? checked : Host::Checked{}));
}

void Server::respond(const Message& message, const Answer& answer) {
  const bool failed = answer.code != ErrorCode::kNone;
  const std::string error = failed ? json_object({{"code", std::to_string(static_cast<int>(answer.code))}, {"message", json_string(answer.message)}}) : std::string();
  send_(json_object({{"jsonrpc", "\"2.0\""}, {"id", message.id}, {"result", failed ? std::string() : answer.result}, {"error", error}}));
}

void Server::notify(std::string_view method, std::string params) {
  send_(json_object({{"jsonrpc", "\"2.0\""}, {"method", json_string(method)}, {"params", std::move(params)}}));
}

void Server::log(std::string text) { notify("window/logMessage", json_object({{"type", "2"}, {"message", json_string(text)}})); }

}  // namespace invar::lsp
