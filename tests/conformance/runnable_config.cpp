#include "tests/conformance/runnable_config.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "src/parser/parse.h"
#include "tests/conformance/http_exchange.h"
#include "tests/conformance/needs.h"

namespace invar {
namespace {

/// loki.write.two of loki.write.two.receiver; empty for anything but names joined by dots.
std::string dotted(const ast::Expr& expr) {
  if (const auto* name = expr.as<ast::Identifier>()) return name->ident.name;
  const auto* access = expr.as<ast::Access>();
  const std::string above = access ? dotted(*access->value) : std::string();
  return above.empty() ? above : above + "." + access->name.name;
}

class Blanking {
 public:
  Blanking(const std::string& recorded, std::set<std::string> missing) : text_(recorded), missing_(std::move(missing)) {
    Diagnostics diagnostics;
    file_ = parse_file(std::make_shared<Source>("config.alloy", recorded), diagnostics);
    if (!file_) throw std::runtime_error("a recorded config does not parse");
  }

  RunnableConfig run() {
    find_missing(file_->body);
    // What cannot do without a missing component is missing as well.
    for (size_t before = 0; before != missing_.size();) {
      before = missing_.size();
      for (const ast::Statement& statement : file_->body)
        if (const ast::Block* block = statement.block(); block && !missing_.contains(block->id()) && needs_missing(block->body)) missing_.insert(block->id());
    }
    for (const ast::Statement& statement : file_->body) {
      const ast::Block* block = statement.block();
      if (block && missing_.contains(block->id())) blank(statement.span.begin, statement.span.end);
      else if (block) blank_references(block->body);
    }
    return {text_, missing_};
  }

 private:
  void find_missing(const ast::Body& body) {
    for (const ast::Statement& statement : body)
      if (const ast::Block* block = statement.block(); block && !missing_part(*block).empty()) missing_.insert(block->id());
  }

  bool is_missing(const ast::Expr& expr) const {
    const std::string name = dotted(expr) + ".";
    return std::any_of(missing_.begin(), missing_.end(), [&](const std::string& id) { return name.starts_with(id + "."); });
  }

  bool needs_missing(const ast::Body& body) const {
    return std::any_of(body.begin(), body.end(), [&](const ast::Statement& statement) {
      if (const ast::Attribute* attribute = statement.attribute()) return is_missing(*attribute->value);
      return needs_missing(statement.block()->body);
    });
  }

  void blank_references(const ast::Body& body) {
    for (const ast::Statement& statement : body) {
      if (const ast::Attribute* attribute = statement.attribute()) blank_references(*attribute->value);
      else blank_references(statement.block()->body);
    }
  }

  void blank_references(const ast::Expr& expr) {
    if (const auto* list = expr.as<ast::ArrayLiteral>()) blank_missing(list->elements);
    if (const auto* call = expr.as<ast::Call>()) blank_missing(call->args);
  }

  void blank_missing(const std::vector<ast::ExprPtr>& items) {
    for (const ast::ExprPtr& item : items) {
      if (!is_missing(*item)) {
        blank_references(*item);
        continue;
      }
      uint32_t end = item->span.end;
      while (end < text_.size() && std::string_view(" \t\n").find(text_[end]) != std::string_view::npos) ++end;
      blank(item->span.begin, text_[end] == ',' ? end + 1 : item->span.end);
    }
  }

  void blank(uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i)
      if (text_[i] != '\n') text_[i] = ' ';
  }

  std::string text_;
  std::set<std::string> missing_;
  ast::FilePtr file_;
};

constexpr size_t kPortDigits = 5;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Calls `found` with each recorded port in `text`, from the end to the beginning.
template <class Found>
void each_recorded_port(const std::string& text, Found found) {
  for (size_t at = text.size(); at-- > 0;) {
    if (!text.substr(at).starts_with("137") && !text.substr(at).starts_with("138")) continue;
    const bool begins = at == 0 || !is_digit(text[at - 1]), ends = at + kPortDigits >= text.size() || !is_digit(text[at + kPortDigits]);
    if (begins && ends && at + kPortDigits <= text.size() && is_digit(text[at + 3]) && is_digit(text[at + 4])) found(at);
  }
}

}  // namespace

std::string RunnableConfig::why_missing(const std::string& id) const {
  if (!missing.contains(id)) return {};
  const std::string component = id.substr(0, id.rfind('.'));
  return is_built(component) ? "arguments of component " + component : "component " + component;
}

RunnableConfig runnable_config(const std::string& recorded, const std::set<std::string>& refused) { return Blanking(recorded, refused).run(); }

std::string MovedPorts::moved(const std::string& recorded) {
  std::string text = recorded;
  each_recorded_port(recorded, [&](size_t at) {
    std::string& port = to_ours_[recorded.substr(at, kPortDigits)];
    while (port.size() != kPortDigits) port = std::to_string(free_port());
    text.replace(at, kPortDigits, port);
  });
  return text;
}

int MovedPorts::moved(int recorded) { return std::stoi(moved(std::to_string(recorded))); }

std::string MovedPorts::back(const std::string& ours) const {
  std::string text = ours;
  for (const auto& [recorded, port] : to_ours_)
    for (size_t at = 0; (at = text.find(port, at)) != std::string::npos; at += kPortDigits)
      if ((at == 0 || !is_digit(text[at - 1])) && (at + kPortDigits >= text.size() || !is_digit(text[at + kPortDigits]))) text.replace(at, kPortDigits, recorded);
  return text;
}

}  // namespace invar
