
// Generated from AlloyParser.g4 by ANTLR 4.9



#include "AlloyParser.h"


#include "src/parser/antlr/rule_parser.h"

using invar::RuleParser;


using namespace antlrcpp;
using namespace antlr4;

AlloyParser::AlloyParser(TokenStream *input) : RuleParser(input) {
  _interpreter = new atn::ParserATNSimulator(this, _atn, _decisionToDFA, _sharedContextCache);
}

AlloyParser::~AlloyParser() {
  delete _interpreter;
}

std::string AlloyParser::getGrammarFileName() const {
  return "AlloyParser.g4";
}

const std::vector<std::string>& AlloyParser::getRuleNames() const {
  return _ruleNames;
}

dfa::Vocabulary& AlloyParser::getVocabulary() const {
  return _vocabulary;
}


//----------------- FileContext ------------------------------------------------------------------

AlloyParser::FileContext::FileContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* AlloyParser::FileContext::EOF() {
  return getToken(AlloyParser::EOF, 0);
}

std::vector<AlloyParser::StatementContext *> AlloyParser::FileContext::statement() {
  return getRuleContexts<AlloyParser::StatementContext>();
}

AlloyParser::StatementContext* AlloyParser::FileContext::statement(size_t i) {
  return getRuleContext<AlloyParser::StatementContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::FileContext::TERMINATOR() {
  return getTokens(AlloyParser::TERMINATOR);
}

tree::TerminalNode* AlloyParser::FileContext::TERMINATOR(size_t i) {
  return getToken(AlloyParser::TERMINATOR, i);
}


size_t AlloyParser::FileContext::getRuleIndex() const {
  return AlloyParser::RuleFile;
}


AlloyParser::FileContext* AlloyParser::file() {
  FileContext *_localctx = _tracker.createInstance<FileContext>(_ctx, getState());
  enterRule(_localctx, 0, AlloyParser::RuleFile);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(33);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == AlloyParser::IDENT) {
      setState(32);
      statement();
    }
    setState(41);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::TERMINATOR) {
      setState(35);
      match(AlloyParser::TERMINATOR);
      setState(37);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == AlloyParser::IDENT) {
        setState(36);
        statement();
      }
      setState(43);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
    setState(44);
    match(AlloyParser::EOF);
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- WholeExpressionContext ------------------------------------------------------------------

AlloyParser::WholeExpressionContext::WholeExpressionContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

AlloyParser::ExpressionContext* AlloyParser::WholeExpressionContext::expression() {
  return getRuleContext<AlloyParser::ExpressionContext>(0);
}

tree::TerminalNode* AlloyParser::WholeExpressionContext::TERMINATOR() {
  return getToken(AlloyParser::TERMINATOR, 0);
}


size_t AlloyParser::WholeExpressionContext::getRuleIndex() const {
  return AlloyParser::RuleWholeExpression;
}


AlloyParser::WholeExpressionContext* AlloyParser::wholeExpression() {
  WholeExpressionContext *_localctx = _tracker.createInstance<WholeExpressionContext>(_ctx, getState());
  enterRule(_localctx, 2, AlloyParser::RuleWholeExpression);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(46);
    expression();
    setState(47);
    match(AlloyParser::TERMINATOR);
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- BodyContext ------------------------------------------------------------------

AlloyParser::BodyContext::BodyContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<AlloyParser::StatementContext *> AlloyParser::BodyContext::statement() {
  return getRuleContexts<AlloyParser::StatementContext>();
}

AlloyParser::StatementContext* AlloyParser::BodyContext::statement(size_t i) {
  return getRuleContext<AlloyParser::StatementContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::BodyContext::TERMINATOR() {
  return getTokens(AlloyParser::TERMINATOR);
}

tree::TerminalNode* AlloyParser::BodyContext::TERMINATOR(size_t i) {
  return getToken(AlloyParser::TERMINATOR, i);
}


size_t AlloyParser::BodyContext::getRuleIndex() const {
  return AlloyParser::RuleBody;
}


AlloyParser::BodyContext* AlloyParser::body() {
  BodyContext *_localctx = _tracker.createInstance<BodyContext>(_ctx, getState());
  enterRule(_localctx, 4, AlloyParser::RuleBody);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(50);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == AlloyParser::IDENT) {
      setState(49);
      statement();
    }
    setState(58);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::TERMINATOR) {
      setState(52);
      match(AlloyParser::TERMINATOR);
      setState(54);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == AlloyParser::IDENT) {
        setState(53);
        statement();
      }
      setState(60);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- StatementContext ------------------------------------------------------------------

AlloyParser::StatementContext::StatementContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

AlloyParser::NameContext* AlloyParser::StatementContext::name() {
  return getRuleContext<AlloyParser::NameContext>(0);
}

tree::TerminalNode* AlloyParser::StatementContext::ASSIGN() {
  return getToken(AlloyParser::ASSIGN, 0);
}

AlloyParser::ExpressionContext* AlloyParser::StatementContext::expression() {
  return getRuleContext<AlloyParser::ExpressionContext>(0);
}

AlloyParser::BlockContext* AlloyParser::StatementContext::block() {
  return getRuleContext<AlloyParser::BlockContext>(0);
}


size_t AlloyParser::StatementContext::getRuleIndex() const {
  return AlloyParser::RuleStatement;
}


AlloyParser::StatementContext* AlloyParser::statement() {
  StatementContext *_localctx = _tracker.createInstance<StatementContext>(_ctx, getState());
  enterRule(_localctx, 6, AlloyParser::RuleStatement);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(61);
    name();
    setState(65);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case AlloyParser::ASSIGN: {
        setState(62);
        match(AlloyParser::ASSIGN);
        setState(63);
        expression();
        break;
      }

      case AlloyParser::LCURLY: {
        setState(64);
        block();
        break;
      }

    default:
      throw NoViableAltException(this);
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- NameContext ------------------------------------------------------------------

AlloyParser::NameContext::NameContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<tree::TerminalNode *> AlloyParser::NameContext::IDENT() {
  return getTokens(AlloyParser::IDENT);
}

tree::TerminalNode* AlloyParser::NameContext::IDENT(size_t i) {
  return getToken(AlloyParser::IDENT, i);
}

AlloyParser::LabelContext* AlloyParser::NameContext::label() {
  return getRuleContext<AlloyParser::LabelContext>(0);
}

std::vector<tree::TerminalNode *> AlloyParser::NameContext::DOT() {
  return getTokens(AlloyParser::DOT);
}

tree::TerminalNode* AlloyParser::NameContext::DOT(size_t i) {
  return getToken(AlloyParser::DOT, i);
}


size_t AlloyParser::NameContext::getRuleIndex() const {
  return AlloyParser::RuleName;
}


AlloyParser::NameContext* AlloyParser::name() {
  NameContext *_localctx = _tracker.createInstance<NameContext>(_ctx, getState());
  enterRule(_localctx, 8, AlloyParser::RuleName);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(67);
    match(AlloyParser::IDENT);
    setState(72);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::DOT) {
      setState(68);
      match(AlloyParser::DOT);
      setState(69);
      match(AlloyParser::IDENT);
      setState(74);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
    setState(75);
    label();
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- LabelContext ------------------------------------------------------------------

AlloyParser::LabelContext::LabelContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* AlloyParser::LabelContext::STRING() {
  return getToken(AlloyParser::STRING, 0);
}


size_t AlloyParser::LabelContext::getRuleIndex() const {
  return AlloyParser::RuleLabel;
}


AlloyParser::LabelContext* AlloyParser::label() {
  LabelContext *_localctx = _tracker.createInstance<LabelContext>(_ctx, getState());
  enterRule(_localctx, 10, AlloyParser::RuleLabel);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    setState(79);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case AlloyParser::STRING: {
        enterOuterAlt(_localctx, 1);
        setState(77);
        match(AlloyParser::STRING);
        break;
      }

      case AlloyParser::ASSIGN:
      case AlloyParser::LCURLY: {
        enterOuterAlt(_localctx, 2);

        break;
      }

    default:
      throw NoViableAltException(this);
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- BlockContext ------------------------------------------------------------------

AlloyParser::BlockContext::BlockContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* AlloyParser::BlockContext::LCURLY() {
  return getToken(AlloyParser::LCURLY, 0);
}

AlloyParser::BodyContext* AlloyParser::BlockContext::body() {
  return getRuleContext<AlloyParser::BodyContext>(0);
}

tree::TerminalNode* AlloyParser::BlockContext::RCURLY() {
  return getToken(AlloyParser::RCURLY, 0);
}


size_t AlloyParser::BlockContext::getRuleIndex() const {
  return AlloyParser::RuleBlock;
}


AlloyParser::BlockContext* AlloyParser::block() {
  BlockContext *_localctx = _tracker.createInstance<BlockContext>(_ctx, getState());
  enterRule(_localctx, 12, AlloyParser::RuleBlock);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(81);
    match(AlloyParser::LCURLY);
    setState(82);
    body();
    setState(83);
    match(AlloyParser::RCURLY);
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ExpressionContext ------------------------------------------------------------------

AlloyParser::ExpressionContext::ExpressionContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<AlloyParser::OperandContext *> AlloyParser::ExpressionContext::operand() {
  return getRuleContexts<AlloyParser::OperandContext>();
}

AlloyParser::OperandContext* AlloyParser::ExpressionContext::operand(size_t i) {
  return getRuleContext<AlloyParser::OperandContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::OR() {
  return getTokens(AlloyParser::OR);
}

tree::TerminalNode* AlloyParser::ExpressionContext::OR(size_t i) {
  return getToken(AlloyParser::OR, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::AND() {
  return getTokens(AlloyParser::AND);
}

tree::TerminalNode* AlloyParser::ExpressionContext::AND(size_t i) {
  return getToken(AlloyParser::AND, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::EQ() {
  return getTokens(AlloyParser::EQ);
}

tree::TerminalNode* AlloyParser::ExpressionContext::EQ(size_t i) {
  return getToken(AlloyParser::EQ, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::NEQ() {
  return getTokens(AlloyParser::NEQ);
}

tree::TerminalNode* AlloyParser::ExpressionContext::NEQ(size_t i) {
  return getToken(AlloyParser::NEQ, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::LT() {
  return getTokens(AlloyParser::LT);
}

tree::TerminalNode* AlloyParser::ExpressionContext::LT(size_t i) {
  return getToken(AlloyParser::LT, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::LTE() {
  return getTokens(AlloyParser::LTE);
}

tree::TerminalNode* AlloyParser::ExpressionContext::LTE(size_t i) {
  return getToken(AlloyParser::LTE, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::GT() {
  return getTokens(AlloyParser::GT);
}

tree::TerminalNode* AlloyParser::ExpressionContext::GT(size_t i) {
  return getToken(AlloyParser::GT, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::GTE() {
  return getTokens(AlloyParser::GTE);
}

tree::TerminalNode* AlloyParser::ExpressionContext::GTE(size_t i) {
  return getToken(AlloyParser::GTE, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::ADD() {
  return getTokens(AlloyParser::ADD);
}

tree::TerminalNode* AlloyParser::ExpressionContext::ADD(size_t i) {
  return getToken(AlloyParser::ADD, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::SUB() {
  return getTokens(AlloyParser::SUB);
}

tree::TerminalNode* AlloyParser::ExpressionContext::SUB(size_t i) {
  return getToken(AlloyParser::SUB, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::MUL() {
  return getTokens(AlloyParser::MUL);
}

tree::TerminalNode* AlloyParser::ExpressionContext::MUL(size_t i) {
  return getToken(AlloyParser::MUL, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::DIV() {
  return getTokens(AlloyParser::DIV);
}

tree::TerminalNode* AlloyParser::ExpressionContext::DIV(size_t i) {
  return getToken(AlloyParser::DIV, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::MOD() {
  return getTokens(AlloyParser::MOD);
}

tree::TerminalNode* AlloyParser::ExpressionContext::MOD(size_t i) {
  return getToken(AlloyParser::MOD, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::POW() {
  return getTokens(AlloyParser::POW);
}

tree::TerminalNode* AlloyParser::ExpressionContext::POW(size_t i) {
  return getToken(AlloyParser::POW, i);
}


size_t AlloyParser::ExpressionContext::getRuleIndex() const {
  return AlloyParser::RuleExpression;
}


AlloyParser::ExpressionContext* AlloyParser::expression() {
  ExpressionContext *_localctx = _tracker.createInstance<ExpressionContext>(_ctx, getState());
  enterRule(_localctx, 14, AlloyParser::RuleExpression);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(85);
    operand();
    setState(90);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << AlloyParser::OR)
      | (1ULL << AlloyParser::AND)
      | (1ULL << AlloyParser::EQ)
      | (1ULL << AlloyParser::NEQ)
      | (1ULL << AlloyParser::LT)
      | (1ULL << AlloyParser::LTE)
      | (1ULL << AlloyParser::GT)
      | (1ULL << AlloyParser::GTE)
      | (1ULL << AlloyParser::ADD)
      | (1ULL << AlloyParser::SUB)
      | (1ULL << AlloyParser::MUL)
      | (1ULL << AlloyParser::DIV)
      | (1ULL << AlloyParser::MOD)
      | (1ULL << AlloyParser::POW))) != 0)) {
      setState(86);
      _la = _input->LA(1);
      if (!((((_la & ~ 0x3fULL) == 0) &&
        ((1ULL << _la) & ((1ULL << AlloyParser::OR)
        | (1ULL << AlloyParser::AND)
        | (1ULL << AlloyParser::EQ)
        | (1ULL << AlloyParser::NEQ)
        | (1ULL << AlloyParser::LT)
        | (1ULL << AlloyParser::LTE)
        | (1ULL << AlloyParser::GT)
        | (1ULL << AlloyParser::GTE)
        | (1ULL << AlloyParser::ADD)
        | (1ULL << AlloyParser::SUB)
        | (1ULL << AlloyParser::MUL)
        | (1ULL << AlloyParser::DIV)
        | (1ULL << AlloyParser::MOD)
        | (1ULL << AlloyParser::POW))) != 0))) {
      _errHandler->recoverInline(this);
      }
      else {
        _errHandler->reportMatch(this);
        consume();
      }
      setState(87);
      operand();
      setState(92);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- OperandContext ------------------------------------------------------------------

AlloyParser::OperandContext::OperandContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

AlloyParser::PrimaryContext* AlloyParser::OperandContext::primary() {
  return getRuleContext<AlloyParser::PrimaryContext>(0);
}

std::vector<AlloyParser::AccessContext *> AlloyParser::OperandContext::access() {
  return getRuleContexts<AlloyParser::AccessContext>();
}

AlloyParser::AccessContext* AlloyParser::OperandContext::access(size_t i) {
  return getRuleContext<AlloyParser::AccessContext>(i);
}

std::vector<AlloyParser::IndexContext *> AlloyParser::OperandContext::index() {
  return getRuleContexts<AlloyParser::IndexContext>();
}

AlloyParser::IndexContext* AlloyParser::OperandContext::index(size_t i) {
  return getRuleContext<AlloyParser::IndexContext>(i);
}

std::vector<AlloyParser::CallContext *> AlloyParser::OperandContext::call() {
  return getRuleContexts<AlloyParser::CallContext>();
}

AlloyParser::CallContext* AlloyParser::OperandContext::call(size_t i) {
  return getRuleContext<AlloyParser::CallContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::OperandContext::NOT() {
  return getTokens(AlloyParser::NOT);
}

tree::TerminalNode* AlloyParser::OperandContext::NOT(size_t i) {
  return getToken(AlloyParser::NOT, i);
}

std::vector<tree::TerminalNode *> AlloyParser::OperandContext::SUB() {
  return getTokens(AlloyParser::SUB);
}

tree::TerminalNode* AlloyParser::OperandContext::SUB(size_t i) {
  return getToken(AlloyParser::SUB, i);
}


size_t AlloyParser::OperandContext::getRuleIndex() const {
  return AlloyParser::RuleOperand;
}


AlloyParser::OperandContext* AlloyParser::operand() {
  OperandContext *_localctx = _tracker.createInstance<OperandContext>(_ctx, getState());
  enterRule(_localctx, 16, AlloyParser::RuleOperand);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(96);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::NOT

    || _la == AlloyParser::SUB) {
      setState(93);
      _la = _input->LA(1);
      if (!(_la == AlloyParser::NOT

      || _la == AlloyParser::SUB)) {
      _errHandler->recoverInline(this);
      }
      else {
        _errHandler->reportMatch(this);
        consume();
      }
      setState(98);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
    setState(99);
    primary();
    setState(105);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << AlloyParser::LPAREN)
      | (1ULL << AlloyParser::LBRACK)
      | (1ULL << AlloyParser::DOT))) != 0)) {
      setState(103);
      _errHandler->sync(this);
      switch (_input->LA(1)) {
        case AlloyParser::DOT: {
          setState(100);
          access();
          break;
        }

        case AlloyParser::LBRACK: {
          setState(101);
          index();
          break;
        }

        case AlloyParser::LPAREN: {
          setState(102);
          call();
          break;
        }

      default:
        throw NoViableAltException(this);
      }
      setState(107);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- AccessContext ------------------------------------------------------------------

AlloyParser::AccessContext::AccessContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* AlloyParser::AccessContext::DOT() {
  return getToken(AlloyParser::DOT, 0);
}

tree::TerminalNode* AlloyParser::AccessContext::IDENT() {
  return getToken(AlloyParser::IDENT, 0);
}


size_t AlloyParser::AccessContext::getRuleIndex() const {
  return AlloyParser::RuleAccess;
}


AlloyParser::AccessContext* AlloyParser::access() {
  AccessContext *_localctx = _tracker.createInstance<AccessContext>(_ctx, getState());
  enterRule(_localctx, 18, AlloyParser::RuleAccess);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(108);
    match(AlloyParser::DOT);
    setState(109);
    match(AlloyParser::IDENT);
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- IndexContext ------------------------------------------------------------------

AlloyParser::IndexContext::IndexContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* AlloyParser::IndexContext::LBRACK() {
  return getToken(AlloyParser::LBRACK, 0);
}

AlloyParser::ExpressionContext* AlloyParser::IndexContext::expression() {
  return getRuleContext<AlloyParser::ExpressionContext>(0);
}

tree::TerminalNode* AlloyParser::IndexContext::RBRACK() {
  return getToken(AlloyParser::RBRACK, 0);
}


size_t AlloyParser::IndexContext::getRuleIndex() const {
  return AlloyParser::RuleIndex;
}


AlloyParser::IndexContext* AlloyParser::index() {
  IndexContext *_localctx = _tracker.createInstance<IndexContext>(_ctx, getState());
  enterRule(_localctx, 20, AlloyParser::RuleIndex);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(111);
    match(AlloyParser::LBRACK);
    setState(112);
    expression();
    setState(113);
    match(AlloyParser::RBRACK);
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- CallContext ------------------------------------------------------------------

AlloyParser::CallContext::CallContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* AlloyParser::CallContext::LPAREN() {
  return getToken(AlloyParser::LPAREN, 0);
}

AlloyParser::ElementsContext* AlloyParser::CallContext::elements() {
  return getRuleContext<AlloyParser::ElementsContext>(0);
}

tree::TerminalNode* AlloyParser::CallContext::RPAREN() {
  return getToken(AlloyParser::RPAREN, 0);
}


size_t AlloyParser::CallContext::getRuleIndex() const {
  return AlloyParser::RuleCall;
}


AlloyParser::CallContext* AlloyParser::call() {
  CallContext *_localctx = _tracker.createInstance<CallContext>(_ctx, getState());
  enterRule(_localctx, 22, AlloyParser::RuleCall);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(115);
    match(AlloyParser::LPAREN);
    setState(116);
    elements();
    setState(117);
    match(AlloyParser::RPAREN);
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- PrimaryContext ------------------------------------------------------------------

AlloyParser::PrimaryContext::PrimaryContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* AlloyParser::PrimaryContext::IDENT() {
  return getToken(AlloyParser::IDENT, 0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::NULL_() {
  return getToken(AlloyParser::NULL_, 0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::BOOL() {
  return getToken(AlloyParser::BOOL, 0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::NUMBER() {
  return getToken(AlloyParser::NUMBER, 0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::FLOAT() {
  return getToken(AlloyParser::FLOAT, 0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::STRING() {
  return getToken(AlloyParser::STRING, 0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::LPAREN() {
  return getToken(AlloyParser::LPAREN, 0);
}

AlloyParser::ExpressionContext* AlloyParser::PrimaryContext::expression() {
  return getRuleContext<AlloyParser::ExpressionContext>(0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::RPAREN() {
  return getToken(AlloyParser::RPAREN, 0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::LBRACK() {
  return getToken(AlloyParser::LBRACK, 0);
}

AlloyParser::ElementsContext* AlloyParser::PrimaryContext::elements() {
  return getRuleContext<AlloyParser::ElementsContext>(0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::RBRACK() {
  return getToken(AlloyParser::RBRACK, 0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::LCURLY() {
  return getToken(AlloyParser::LCURLY, 0);
}

AlloyParser::FieldsContext* AlloyParser::PrimaryContext::fields() {
  return getRuleContext<AlloyParser::FieldsContext>(0);
}

tree::TerminalNode* AlloyParser::PrimaryContext::RCURLY() {
  return getToken(AlloyParser::RCURLY, 0);
}


size_t AlloyParser::PrimaryContext::getRuleIndex() const {
  return AlloyParser::RulePrimary;
}


AlloyParser::PrimaryContext* AlloyParser::primary() {
  PrimaryContext *_localctx = _tracker.createInstance<PrimaryContext>(_ctx, getState());
  enterRule(_localctx, 24, AlloyParser::RulePrimary);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    setState(137);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case AlloyParser::IDENT: {
        enterOuterAlt(_localctx, 1);
        setState(119);
        match(AlloyParser::IDENT);
        break;
      }

      case AlloyParser::NULL_: {
        enterOuterAlt(_localctx, 2);
        setState(120);
        match(AlloyParser::NULL_);
        break;
      }

      case AlloyParser::BOOL: {
        enterOuterAlt(_localctx, 3);
        setState(121);
        match(AlloyParser::BOOL);
        break;
      }

      case AlloyParser::NUMBER: {
        enterOuterAlt(_localctx, 4);
        setState(122);
        match(AlloyParser::NUMBER);
        break;
      }

      case AlloyParser::FLOAT: {
        enterOuterAlt(_localctx, 5);
        setState(123);
        match(AlloyParser::FLOAT);
        break;
      }

      case AlloyParser::STRING: {
        enterOuterAlt(_localctx, 6);
        setState(124);
        match(AlloyParser::STRING);
        break;
      }

      case AlloyParser::LPAREN: {
        enterOuterAlt(_localctx, 7);
        setState(125);
        match(AlloyParser::LPAREN);
        setState(126);
        expression();
        setState(127);
        match(AlloyParser::RPAREN);
        break;
      }

      case AlloyParser::LBRACK: {
        enterOuterAlt(_localctx, 8);
        setState(129);
        match(AlloyParser::LBRACK);
        setState(130);
        elements();
        setState(131);
        match(AlloyParser::RBRACK);
        break;
      }

      case AlloyParser::LCURLY: {
        enterOuterAlt(_localctx, 9);
        setState(133);
        match(AlloyParser::LCURLY);
        setState(134);
        fields();
        setState(135);
        match(AlloyParser::RCURLY);
        break;
      }

    default:
      throw NoViableAltException(this);
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- ElementsContext ------------------------------------------------------------------

AlloyParser::ElementsContext::ElementsContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<AlloyParser::ExpressionContext *> AlloyParser::ElementsContext::expression() {
  return getRuleContexts<AlloyParser::ExpressionContext>();
}

AlloyParser::ExpressionContext* AlloyParser::ElementsContext::expression(size_t i) {
  return getRuleContext<AlloyParser::ExpressionContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::ElementsContext::COMMA() {
  return getTokens(AlloyParser::COMMA);
}

tree::TerminalNode* AlloyParser::ElementsContext::COMMA(size_t i) {
  return getToken(AlloyParser::COMMA, i);
}


size_t AlloyParser::ElementsContext::getRuleIndex() const {
  return AlloyParser::RuleElements;
}


AlloyParser::ElementsContext* AlloyParser::elements() {
  ElementsContext *_localctx = _tracker.createInstance<ElementsContext>(_ctx, getState());
  enterRule(_localctx, 26, AlloyParser::RuleElements);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(140);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << AlloyParser::IDENT)
      | (1ULL << AlloyParser::NULL_)
      | (1ULL << AlloyParser::BOOL)
      | (1ULL << AlloyParser::NUMBER)
      | (1ULL << AlloyParser::FLOAT)
      | (1ULL << AlloyParser::STRING)
      | (1ULL << AlloyParser::NOT)
      | (1ULL << AlloyParser::SUB)
      | (1ULL << AlloyParser::LCURLY)
      | (1ULL << AlloyParser::LPAREN)
      | (1ULL << AlloyParser::LBRACK))) != 0)) {
      setState(139);
      expression();
    }
    setState(148);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::COMMA) {
      setState(142);
      match(AlloyParser::COMMA);
      setState(144);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if ((((_la & ~ 0x3fULL) == 0) &&
        ((1ULL << _la) & ((1ULL << AlloyParser::IDENT)
        | (1ULL << AlloyParser::NULL_)
        | (1ULL << AlloyParser::BOOL)
        | (1ULL << AlloyParser::NUMBER)
        | (1ULL << AlloyParser::FLOAT)
        | (1ULL << AlloyParser::STRING)
        | (1ULL << AlloyParser::NOT)
        | (1ULL << AlloyParser::SUB)
        | (1ULL << AlloyParser::LCURLY)
        | (1ULL << AlloyParser::LPAREN)
        | (1ULL << AlloyParser::LBRACK))) != 0)) {
        setState(143);
        expression();
      }
      setState(150);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- FieldsContext ------------------------------------------------------------------

AlloyParser::FieldsContext::FieldsContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<AlloyParser::FieldContext *> AlloyParser::FieldsContext::field() {
  return getRuleContexts<AlloyParser::FieldContext>();
}

AlloyParser::FieldContext* AlloyParser::FieldsContext::field(size_t i) {
  return getRuleContext<AlloyParser::FieldContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::FieldsContext::COMMA() {
  return getTokens(AlloyParser::COMMA);
}

tree::TerminalNode* AlloyParser::FieldsContext::COMMA(size_t i) {
  return getToken(AlloyParser::COMMA, i);
}


size_t AlloyParser::FieldsContext::getRuleIndex() const {
  return AlloyParser::RuleFields;
}


AlloyParser::FieldsContext* AlloyParser::fields() {
  FieldsContext *_localctx = _tracker.createInstance<FieldsContext>(_ctx, getState());
  enterRule(_localctx, 28, AlloyParser::RuleFields);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(152);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == AlloyParser::IDENT

    || _la == AlloyParser::STRING) {
      setState(151);
      field();
    }
    setState(160);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::COMMA) {
      setState(154);
      match(AlloyParser::COMMA);
      setState(156);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == AlloyParser::IDENT

      || _la == AlloyParser::STRING) {
        setState(155);
        field();
      }
      setState(162);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- FieldContext ------------------------------------------------------------------

AlloyParser::FieldContext::FieldContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

tree::TerminalNode* AlloyParser::FieldContext::ASSIGN() {
  return getToken(AlloyParser::ASSIGN, 0);
}

AlloyParser::ExpressionContext* AlloyParser::FieldContext::expression() {
  return getRuleContext<AlloyParser::ExpressionContext>(0);
}

tree::TerminalNode* AlloyParser::FieldContext::IDENT() {
  return getToken(AlloyParser::IDENT, 0);
}

tree::TerminalNode* AlloyParser::FieldContext::STRING() {
  return getToken(AlloyParser::STRING, 0);
}


size_t AlloyParser::FieldContext::getRuleIndex() const {
  return AlloyParser::RuleField;
}


AlloyParser::FieldContext* AlloyParser::field() {
  FieldContext *_localctx = _tracker.createInstance<FieldContext>(_ctx, getState());
  enterRule(_localctx, 30, AlloyParser::RuleField);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(163);
    _la = _input->LA(1);
    if (!(_la == AlloyParser::IDENT

    || _la == AlloyParser::STRING)) {
    _errHandler->recoverInline(this);
    }
    else {
      _errHandler->reportMatch(this);
      consume();
    }
    setState(164);
    match(AlloyParser::ASSIGN);
    setState(165);
    expression();
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

// Static vars and initialization.
std::vector<dfa::DFA> AlloyParser::_decisionToDFA;
atn::PredictionContextCache AlloyParser::_sharedContextCache;

// We own the ATN which in turn owns the ATN states.
atn::ATN AlloyParser::_atn;
std::vector<uint16_t> AlloyParser::_serializedATN;

std::vector<std::string> AlloyParser::_ruleNames = {
  "file", "wholeExpression", "body", "statement", "name", "label", "block", 
  "expression", "operand", "access", "index", "call", "primary", "elements", 
  "fields", "field"
};

std::vector<std::string> AlloyParser::_literalNames = {
};

std::vector<std::string> AlloyParser::_symbolicNames = {
  "", "ILLEGAL", "COMMENT", "IDENT", "NULL_", "BOOL", "NUMBER", "FLOAT", 
  "STRING", "OR", "AND", "NOT", "ASSIGN", "EQ", "NEQ", "LT", "LTE", "GT", 
  "GTE", "ADD", "SUB", "MUL", "DIV", "MOD", "POW", "LCURLY", "RCURLY", "LPAREN", 
  "RPAREN", "LBRACK", "RBRACK", "COMMA", "DOT", "TERMINATOR"
};

dfa::Vocabulary AlloyParser::_vocabulary(_literalNames, _symbolicNames);

std::vector<std::string> AlloyParser::_tokenNames;

AlloyParser::Initializer::Initializer() {
	for (size_t i = 0; i < _symbolicNames.size(); ++i) {
		std::string name = _vocabulary.getLiteralName(i);
		if (name.empty()) {
			name = _vocabulary.getSymbolicName(i);
		}

		if (name.empty()) {
			_tokenNames.push_back("<INVALID>");
		} else {
      _tokenNames.push_back(name);
    }
	}

  _serializedATN = {
    0x3, 0x608b, 0xa72a, 0x8133, 0xb9ed, 0x417c, 0x3be7, 0x7786, 0x5964, 
    0x3, 0x23, 0xaa, 0x4, 0x2, 0x9, 0x2, 0x4, 0x3, 0x9, 0x3, 0x4, 0x4, 0x9, 
    0x4, 0x4, 0x5, 0x9, 0x5, 0x4, 0x6, 0x9, 0x6, 0x4, 0x7, 0x9, 0x7, 0x4, 
    0x8, 0x9, 0x8, 0x4, 0x9, 0x9, 0x9, 0x4, 0xa, 0x9, 0xa, 0x4, 0xb, 0x9, 
    0xb, 0x4, 0xc, 0x9, 0xc, 0x4, 0xd, 0x9, 0xd, 0x4, 0xe, 0x9, 0xe, 0x4, 
    0xf, 0x9, 0xf, 0x4, 0x10, 0x9, 0x10, 0x4, 0x11, 0x9, 0x11, 0x3, 0x2, 
    0x5, 0x2, 0x24, 0xa, 0x2, 0x3, 0x2, 0x3, 0x2, 0x5, 0x2, 0x28, 0xa, 0x2, 
    0x7, 0x2, 0x2a, 0xa, 0x2, 0xc, 0x2, 0xe, 0x2, 0x2d, 0xb, 0x2, 0x3, 0x2, 
    0x3, 0x2, 0x3, 0x3, 0x3, 0x3, 0x3, 0x3, 0x3, 0x4, 0x5, 0x4, 0x35, 0xa, 
    0x4, 0x3, 0x4, 0x3, 0x4, 0x5, 0x4, 0x39, 0xa, 0x4, 0x7, 0x4, 0x3b, 0xa, 
    0x4, 0xc, 0x4, 0xe, 0x4, 0x3e, 0xb, 0x4, 0x3, 0x5, 0x3, 0x5, 0x3, 0x5, 
    0x3, 0x5, 0x5, 0x5, 0x44, 0xa, 0x5, 0x3, 0x6, 0x3, 0x6, 0x3, 0x6, 0x7, 
    0x6, 0x49, 0xa, 0x6, 0xc, 0x6, 0xe, 0x6, 0x4c, 0xb, 0x6, 0x3, 0x6, 0x3, 
    0x6, 0x3, 0x7, 0x3, 0x7, 0x5, 0x7, 0x52, 0xa, 0x7, 0x3, 0x8, 0x3, 0x8, 
    0x3, 0x8, 0x3, 0x8, 0x3, 0x9, 0x3, 0x9, 0x3, 0x9, 0x7, 0x9, 0x5b, 0xa, 
    0x9, 0xc, 0x9, 0xe, 0x9, 0x5e, 0xb, 0x9, 0x3, 0xa, 0x7, 0xa, 0x61, 0xa, 
    0xa, 0xc, 0xa, 0xe, 0xa, 0x64, 0xb, 0xa, 0x3, 0xa, 0x3, 0xa, 0x3, 0xa, 
    0x3, 0xa, 0x7, 0xa, 0x6a, 0xa, 0xa, 0xc, 0xa, 0xe, 0xa, 0x6d, 0xb, 0xa, 
    0x3, 0xb, 0x3, 0xb, 0x3, 0xb, 0x3, 0xc, 0x3, 0xc, 0x3, 0xc, 0x3, 0xc, 
    0x3, 0xd, 0x3, 0xd, 0x3, 0xd, 0x3, 0xd, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 
    0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 
    0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 
    0x3, 0xe, 0x5, 0xe, 0x8c, 0xa, 0xe, 0x3, 0xf, 0x5, 0xf, 0x8f, 0xa, 0xf, 
    0x3, 0xf, 0x3, 0xf, 0x5, 0xf, 0x93, 0xa, 0xf, 0x7, 0xf, 0x95, 0xa, 0xf, 
    0xc, 0xf, 0xe, 0xf, 0x98, 0xb, 0xf, 0x3, 0x10, 0x5, 0x10, 0x9b, 0xa, 
    0x10, 0x3, 0x10, 0x3, 0x10, 0x5, 0x10, 0x9f, 0xa, 0x10, 0x7, 0x10, 0xa1, 
    0xa, 0x10, 0xc, 0x10, 0xe, 0x10, 0xa4, 0xb, 0x10, 0x3, 0x11, 0x3, 0x11, 
    0x3, 0x11, 0x3, 0x11, 0x3, 0x11, 0x2, 0x2, 0x12, 0x2, 0x4, 0x6, 0x8, 
    0xa, 0xc, 0xe, 0x10, 0x12, 0x14, 0x16, 0x18, 0x1a, 0x1c, 0x1e, 0x20, 
    0x2, 0x5, 0x4, 0x2, 0xb, 0xc, 0xf, 0x1a, 0x4, 0x2, 0xd, 0xd, 0x16, 0x16, 
    0x4, 0x2, 0x5, 0x5, 0xa, 0xa, 0x2, 0xb5, 0x2, 0x23, 0x3, 0x2, 0x2, 0x2, 
    0x4, 0x30, 0x3, 0x2, 0x2, 0x2, 0x6, 0x34, 0x3, 0x2, 0x2, 0x2, 0x8, 0x3f, 
    0x3, 0x2, 0x2, 0x2, 0xa, 0x45, 0x3, 0x2, 0x2, 0x2, 0xc, 0x51, 0x3, 0x2, 
    0x2, 0x2, 0xe, 0x53, 0x3, 0x2, 0x2, 0x2, 0x10, 0x57, 0x3, 0x2, 0x2, 
    0x2, 0x12, 0x62, 0x3, 0x2, 0x2, 0x2, 0x14, 0x6e, 0x3, 0x2, 0x2, 0x2, 
    0x16, 0x71, 0x3, 0x2, 0x2, 0x2, 0x18, 0x75, 0x3, 0x2, 0x2, 0x2, 0x1a, 
    0x8b, 0x3, 0x2, 0x2, 0x2, 0x1c, 0x8e, 0x3, 0x2, 0x2, 0x2, 0x1e, 0x9a, 
    0x3, 0x2, 0x2, 0x2, 0x20, 0xa5, 0x3, 0x2, 0x2, 0x2, 0x22, 0x24, 0x5, 
    0x8, 0x5, 0x2, 0x23, 0x22, 0x3, 0x2, 0x2, 0x2, 0x23, 0x24, 0x3, 0x2, 
    0x2, 0x2, 0x24, 0x2b, 0x3, 0x2, 0x2, 0x2, 0x25, 0x27, 0x7, 0x23, 0x2, 
    0x2, 0x26, 0x28, 0x5, 0x8, 0x5, 0x2, 0x27, 0x26, 0x3, 0x2, 0x2, 0x2, 
    0x27, 0x28, 0x3, 0x2, 0x2, 0x2, 0x28, 0x2a, 0x3, 0x2, 0x2, 0x2, 0x29, 
    0x25, 0x3, 0x2, 0x2, 0x2, 0x2a, 0x2d, 0x3, 0x2, 0x2, 0x2, 0x2b, 0x29, 
    0x3, 0x2, 0x2, 0x2, 0x2b, 0x2c, 0x3, 0x2, 0x2, 0x2, 0x2c, 0x2e, 0x3, 
    0x2, 0x2, 0x2, 0x2d, 0x2b, 0x3, 0x2, 0x2, 0x2, 0x2e, 0x2f, 0x7, 0x2, 
    0x2, 0x3, 0x2f, 0x3, 0x3, 0x2, 0x2, 0x2, 0x30, 0x31, 0x5, 0x10, 0x9, 
    0x2, 0x31, 0x32, 0x7, 0x23, 0x2, 0x2, 0x32, 0x5, 0x3, 0x2, 0x2, 0x2, 
    0x33, 0x35, 0x5, 0x8, 0x5, 0x2, 0x34, 0x33, 0x3, 0x2, 0x2, 0x2, 0x34, 
    0x35, 0x3, 0x2, 0x2, 0x2, 0x35, 0x3c, 0x3, 0x2, 0x2, 0x2, 0x36, 0x38, 
    0x7, 0x23, 0x2, 0x2, 0x37, 0x39, 0x5, 0x8, 0x5, 0x2, 0x38, 0x37, 0x3, 
    0x2, 0x2, 0x2, 0x38, 0x39, 0x3, 0x2, 0x2, 0x2, 0x39, 0x3b, 0x3, 0x2, 
    0x2, 0x2, 0x3a, 0x36, 0x3, 0x2, 0x2, 0x2, 0x3b, 0x3e, 0x3, 0x2, 0x2, 
    0x2, 0x3c, 0x3a, 0x3, 0x2, 0x2, 0x2, 0x3c, 0x3d, 0x3, 0x2, 0x2, 0x2, 
    0x3d, 0x7, 0x3, 0x2, 0x2, 0x2, 0x3e, 0x3c, 0x3, 0x2, 0x2, 0x2, 0x3f, 
    0x43, 0x5, 0xa, 0x6, 0x2, 0x40, 0x41, 0x7, 0xe, 0x2, 0x2, 0x41, 0x44, 
    0x5, 0x10, 0x9, 0x2, 0x42, 0x44, 0x5, 0xe, 0x8, 0x2, 0x43, 0x40, 0x3, 
    0x2, 0x2, 0x2, 0x43, 0x42, 0x3, 0x2, 0x2, 0x2, 0x44, 0x9, 0x3, 0x2, 
    0x2, 0x2, 0x45, 0x4a, 0x7, 0x5, 0x2, 0x2, 0x46, 0x47, 0x7, 0x22, 0x2, 
    0x2, 0x47, 0x49, 0x7, 0x5, 0x2, 0x2, 0x48, 0x46, 0x3, 0x2, 0x2, 0x2, 
    0x49, 0x4c, 0x3, 0x2, 0x2, 0x2, 0x4a, 0x48, 0x3, 0x2, 0x2, 0x2, 0x4a, 
    0x4b, 0x3, 0x2, 0x2, 0x2, 0x4b, 0x4d, 0x3, 0x2, 0x2, 0x2, 0x4c, 0x4a, 
    0x3, 0x2, 0x2, 0x2, 0x4d, 0x4e, 0x5, 0xc, 0x7, 0x2, 0x4e, 0xb, 0x3, 
    0x2, 0x2, 0x2, 0x4f, 0x52, 0x7, 0xa, 0x2, 0x2, 0x50, 0x52, 0x3, 0x2, 
    0x2, 0x2, 0x51, 0x4f, 0x3, 0x2, 0x2, 0x2, 0x51, 0x50, 0x3, 0x2, 0x2, 
    0x2, 0x52, 0xd, 0x3, 0x2, 0x2, 0x2, 0x53, 0x54, 0x7, 0x1b, 0x2, 0x2, 
    0x54, 0x55, 0x5, 0x6, 0x4, 0x2, 0x55, 0x56, 0x7, 0x1c, 0x2, 0x2, 0x56, 
    0xf, 0x3, 0x2, 0x2, 0x2, 0x57, 0x5c, 0x5, 0x12, 0xa, 0x2, 0x58, 0x59, 
    0x9, 0x2, 0x2, 0x2, 0x59, 0x5b, 0x5, 0x12, 0xa, 0x2, 0x5a, 0x58, 0x3, 
    0x2, 0x2, 0x2, 0x5b, 0x5e, 0x3, 0x2, 0x2, 0x2, 0x5c, 0x5a, 0x3, 0x2, 
    0x2, 0x2, 0x5c, 0x5d, 0x3, 0x2, 0x2, 0x2, 0x5d, 0x11, 0x3, 0x2, 0x2, 
    0x2, 0x5e, 0x5c, 0x3, 0x2, 0x2, 0x2, 0x5f, 0x61, 0x9, 0x3, 0x2, 0x2, 
    0x60, 0x5f, 0x3, 0x2, 0x2, 0x2, 0x61, 0x64, 0x3, 0x2, 0x2, 0x2, 0x62, 
    0x60, 0x3, 0x2, 0x2, 0x2, 0x62, 0x63, 0x3, 0x2, 0x2, 0x2, 0x63, 0x65, 
    0x3, 0x2, 0x2, 0x2, 0x64, 0x62, 0x3, 0x2, 0x2, 0x2, 0x65, 0x6b, 0x5, 
    0x1a, 0xe, 0x2, 0x66, 0x6a, 0x5, 0x14, 0xb, 0x2, 0x67, 0x6a, 0x5, 0x16, 
    0xc, 0x2, 0x68, 0x6a, 0x5, 0x18, 0xd, 0x2, 0x69, 0x66, 0x3, 0x2, 0x2, 
    0x2, 0x69, 0x67, 0x3, 0x2, 0x2, 0x2, 0x69, 0x68, 0x3, 0x2, 0x2, 0x2, 
    0x6a, 0x6d, 0x3, 0x2, 0x2, 0x2, 0x6b, 0x69, 0x3, 0x2, 0x2, 0x2, 0x6b, 
    0x6c, 0x3, 0x2, 0x2, 0x2, 0x6c, 0x13, 0x3, 0x2, 0x2, 0x2, 0x6d, 0x6b, 
    0x3, 0x2, 0x2, 0x2, 0x6e, 0x6f, 0x7, 0x22, 0x2, 0x2, 0x6f, 0x70, 0x7, 
    0x5, 0x2, 0x2, 0x70, 0x15, 0x3, 0x2, 0x2, 0x2, 0x71, 0x72, 0x7, 0x1f, 
    0x2, 0x2, 0x72, 0x73, 0x5, 0x10, 0x9, 0x2, 0x73, 0x74, 0x7, 0x20, 0x2, 
    0x2, 0x74, 0x17, 0x3, 0x2, 0x2, 0x2, 0x75, 0x76, 0x7, 0x1d, 0x2, 0x2, 
    0x76, 0x77, 0x5, 0x1c, 0xf, 0x2, 0x77, 0x78, 0x7, 0x1e, 0x2, 0x2, 0x78, 
    0x19, 0x3, 0x2, 0x2, 0x2, 0x79, 0x8c, 0x7, 0x5, 0x2, 0x2, 0x7a, 0x8c, 
    0x7, 0x6, 0x2, 0x2, 0x7b, 0x8c, 0x7, 0x7, 0x2, 0x2, 0x7c, 0x8c, 0x7, 
    0x8, 0x2, 0x2, 0x7d, 0x8c, 0x7, 0x9, 0x2, 0x2, 0x7e, 0x8c, 0x7, 0xa, 
    0x2, 0x2, 0x7f, 0x80, 0x7, 0x1d, 0x2, 0x2, 0x80, 0x81, 0x5, 0x10, 0x9, 
    0x2, 0x81, 0x82, 0x7, 0x1e, 0x2, 0x2, 0x82, 0x8c, 0x3, 0x2, 0x2, 0x2, 
    0x83, 0x84, 0x7, 0x1f, 0x2, 0x2, 0x84, 0x85, 0x5, 0x1c, 0xf, 0x2, 0x85, 
    0x86, 0x7, 0x20, 0x2, 0x2, 0x86, 0x8c, 0x3, 0x2, 0x2, 0x2, 0x87, 0x88, 
    0x7, 0x1b, 0x2, 0x2, 0x88, 0x89, 0x5, 0x1e, 0x10, 0x2, 0x89, 0x8a, 0x7, 
    0x1c, 0x2, 0x2, 0x8a, 0x8c, 0x3, 0x2, 0x2, 0x2, 0x8b, 0x79, 0x3, 0x2, 
    0x2, 0x2, 0x8b, 0x7a, 0x3, 0x2, 0x2, 0x2, 0x8b, 0x7b, 0x3, 0x2, 0x2, 
    0x2, 0x8b, 0x7c, 0x3, 0x2, 0x2, 0x2, 0x8b, 0x7d, 0x3, 0x2, 0x2, 0x2, 
    0x8b, 0x7e, 0x3, 0x2, 0x2, 0x2, 0x8b, 0x7f, 0x3, 0x2, 0x2, 0x2, 0x8b, 
    0x83, 0x3, 0x2, 0x2, 0x2, 0x8b, 0x87, 0x3, 0x2, 0x2, 0x2, 0x8c, 0x1b, 
    0x3, 0x2, 0x2, 0x2, 0x8d, 0x8f, 0x5, 0x10, 0x9, 0x2, 0x8e, 0x8d, 0x3, 
    0x2, 0x2, 0x2, 0x8e, 0x8f, 0x3, 0x2, 0x2, 0x2, 0x8f, 0x96, 0x3, 0x2, 
    0x2, 0x2, 0x90, 0x92, 0x7, 0x21, 0x2, 0x2, 0x91, 0x93, 0x5, 0x10, 0x9, 
    0x2, 0x92, 0x91, 0x3, 0x2, 0x2, 0x2, 0x92, 0x93, 0x3, 0x2, 0x2, 0x2, 
    0x93, 0x95, 0x3, 0x2, 0x2, 0x2, 0x94, 0x90, 0x3, 0x2, 0x2, 0x2, 0x95, 
    0x98, 0x3, 0x2, 0x2, 0x2, 0x96, 0x94, 0x3, 0x2, 0x2, 0x2, 0x96, 0x97, 
    0x3, 0x2, 0x2, 0x2, 0x97, 0x1d, 0x3, 0x2, 0x2, 0x2, 0x98, 0x96, 0x3, 
    0x2, 0x2, 0x2, 0x99, 0x9b, 0x5, 0x20, 0x11, 0x2, 0x9a, 0x99, 0x3, 0x2, 
    0x2, 0x2, 0x9a, 0x9b, 0x3, 0x2, 0x2, 0x2, 0x9b, 0xa2, 0x3, 0x2, 0x2, 
    0x2, 0x9c, 0x9e, 0x7, 0x21, 0x2, 0x2, 0x9d, 0x9f, 0x5, 0x20, 0x11, 0x2, 
    0x9e, 0x9d, 0x3, 0x2, 0x2, 0x2, 0x9e, 0x9f, 0x3, 0x2, 0x2, 0x2, 0x9f, 
    0xa1, 0x3, 0x2, 0x2, 0x2, 0xa0, 0x9c, 0x3, 0x2, 0x2, 0x2, 0xa1, 0xa4, 
    0x3, 0x2, 0x2, 0x2, 0xa2, 0xa0, 0x3, 0x2, 0x2, 0x2, 0xa2, 0xa3, 0x3, 
    0x2, 0x2, 0x2, 0xa3, 0x1f, 0x3, 0x2, 0x2, 0x2, 0xa4, 0xa2, 0x3, 0x2, 
    0x2, 0x2, 0xa5, 0xa6, 0x9, 0x4, 0x2, 0x2, 0xa6, 0xa7, 0x7, 0xe, 0x2, 
    0x2, 0xa7, 0xa8, 0x5, 0x10, 0x9, 0x2, 0xa8, 0x21, 0x3, 0x2, 0x2, 0x2, 
    0x16, 0x23, 0x27, 0x2b, 0x34, 0x38, 0x3c, 0x43, 0x4a, 0x51, 0x5c, 0x62, 
    0x69, 0x6b, 0x8b, 0x8e, 0x92, 0x96, 0x9a, 0x9e, 0xa2, 
  };

  atn::ATNDeserializer deserializer;
  _atn = deserializer.deserialize(_serializedATN);

  size_t count = _atn.getNumberOfDecisions();
  _decisionToDFA.reserve(count);
  for (size_t i = 0; i < count; i++) { 
    _decisionToDFA.emplace_back(_atn.getDecisionState(i), i);
  }
}

AlloyParser::Initializer AlloyParser::_init;
