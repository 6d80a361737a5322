#pragma once

#include <antlr4-runtime.h>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "src/parser/antlr_parts.h"
#include "src/parser/antlr/token_feed.h"

namespace invar {

/// Owns the nodes of a parse tree, the youngest freed first. Memory that was freed is used again.
class NodeStack {
 public:
  struct Mark {
    size_t block = 0;
    size_t used = 0;
    size_t rules = 0;
  };

  NodeStack() = default;
  NodeStack(const NodeStack&) = delete;
  NodeStack& operator=(const NodeStack&) = delete;
  ~NodeStack() { free_from({}); }

  /// What the generated code calls for each rule that it enters. The node lives until a mark from before it is freed.
  template <class Rule, class... Args>
  Rule* createInstance(Args&&... args) {
    auto* rule = new (place_for(sizeof(Rule))) Rule(std::forward<Args>(args)...);
    rules_.push_back(rule);
    if (!spare_.empty()) {
      rule->children.swap(spare_.back());
      spare_.pop_back();
    }
    return rule;
  }
  /// The leaf of a token. It owns nothing, so that its memory is all there is to free.
  antlr4::tree::TerminalNode* create_leaf(antlr4::Token* token) {
    using Leaf = antlr4::tree::TerminalNodeImpl;
    return new (place_for(sizeof(Leaf))) Leaf(token);
  }

  Mark mark() const { return {block_, used_, rules_.size()}; }
  void free_from(const Mark& mark) {
    while (rules_.size() > mark.rules) {
      auto& children = rules_.back()->children;
      if (children.capacity() > 0) {
        children.clear();
        spare_.push_back(std::move(children));
      }
      rules_.back()->~ParserRuleContext();
      rules_.pop_back();
    }
    block_ = mark.block;
    used_ = mark.used;
  }

 private:
  static constexpr size_t kBlockSize = 16 << 10;
  static constexpr size_t kAlignment = alignof(std::max_align_t);

  void* place_for(size_t size) {
    size = (size + kAlignment - 1) / kAlignment * kAlignment;
    if (blocks_.empty() || used_ + size > kBlockSize) next_block();
    return blocks_[block_].get() + std::exchange(used_, used_ + size);
  }
  void next_block() {
    if (!blocks_.empty()) ++block_;
    if (block_ == blocks_.size()) blocks_.push_back(std::make_unique<std::byte[]>(kBlockSize));
    used_ = 0;
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  size_t block_ = 0;  // the one that is being filled
  size_t used_ = 0;   // its bytes
  std::vector<antlr4::ParserRuleContext*> rules_;
  std::vector<std::vector<antlr4::tree::ParseTree*>> spare_;  // for the children of rules to come
};

/// What every rule and every token of the generated parser goes through, in place of antlr4::Parser's own, which costs several times as
/// much as the scanner: listeners, dynamic casts, and an allocation for each node. The members below hide, or override where ANTLR calls
/// them itself, those of the same names; the generated code finds them because the grammar names this class as its superClass.
class RuleParser : public antlr4::Parser {
 public:
  /// `feed`: a TokenFeed, which outlives the parser. ANTLR's type is the one that generated code passes on.
  explicit RuleParser(antlr4::TokenStream* feed) : Parser(feed), _input(static_cast<TokenFeed*>(feed)) {}

  /// Told of every rule that begins, before its first token is read; may be null.
  void set_observer(RuleObserver* observer) { observer_ = observer; }

  antlr4::Token* consume() final {
    FedToken& token = _input->current();
    add(_tracker.create_leaf(&token));
    if (token.token().kind != ast::TokenKind::kEof) _input->consume();
    return &token;
  }
  size_t getState() const final { return state_; }
  const invar::Token& current() const { return _input->current().token(); }

 protected:
  antlr4::Token* match(size_t type) final {
    if (_input->LA(1) != type) return _errHandler->recoverInline(this);
    if (type == EOF) _matchedEOF = true;
    return consume();
  }
  void setState(size_t state) { state_ = state; }

  void enterRule(antlr4::ParserRuleContext* rule, size_t state, size_t /*index*/) final {
    setState(state);
    rule->start = &_input->current();
    if (++depth_ > kMaxRuleDepth) throw NestedTooDeep{current().begin};
    if (_ctx) add(rule);
    _ctx = rule;
    if (observer_) observer_->enter_rule(*rule);
  }
  void exitRule() {
    --depth_;
    _ctx->stop = _matchedEOF ? &_input->current() : _input->previous();
    setState(_ctx->invokingState);
    _ctx = static_cast<antlr4::ParserRuleContext*>(_ctx->parent);
  }
  /// Alternatives have no labels, so that a rule's node is never replaced.
  void enterOuterAlt(antlr4::ParserRuleContext*, size_t) final {}

  template <class Action>
  class Finally {
   public:
    explicit Finally(Action action) : action_(std::move(action)) {}
    Finally(const Finally&) = delete;
    Finally& operator=(const Finally&) = delete;
    ~Finally() { action_(); }

   private:
    Action action_;
  };
  template <class Action>
  static Finally<Action> finally(Action action) {
    return Finally<Action>(std::move(action));
  }

  TokenFeed* _input;
  NodeStack _tracker;

 private:
  void add(antlr4::tree::ParseTree* child) {
    auto& children = _ctx->children;
    if (children.capacity() == 0) children.reserve(4);
    children.push_back(child);
  }

  RuleObserver* observer_ = nullptr;
  size_t state_ = 0;
  uint32_t depth_ = 0;
};

}  // namespace invar
