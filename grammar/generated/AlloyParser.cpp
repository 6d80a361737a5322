
// Generated from AlloyParser.g4 by ANTLR 4.9



#include "AlloyParser.h"


using namespace antlrcpp;
using namespace antlr4;

AlloyParser::AlloyParser(TokenStream *input) : Parser(input) {
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
    setState(45);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == AlloyParser::IDENT) {
      setState(44);
      statement();
    }
    setState(53);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::TERMINATOR) {
      setState(47);
      match(AlloyParser::TERMINATOR);
      setState(49);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == AlloyParser::IDENT) {
        setState(48);
        statement();
      }
      setState(55);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
    setState(56);
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
    setState(58);
    expression();
    setState(59);
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
    setState(62);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == AlloyParser::IDENT) {
      setState(61);
      statement();
    }
    setState(70);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::TERMINATOR) {
      setState(64);
      match(AlloyParser::TERMINATOR);
      setState(66);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == AlloyParser::IDENT) {
        setState(65);
        statement();
      }
      setState(72);
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
    setState(73);
    name();
    setState(77);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case AlloyParser::ASSIGN: {
        setState(74);
        match(AlloyParser::ASSIGN);
        setState(75);
        expression();
        break;
      }

      case AlloyParser::LCURLY: {
        setState(76);
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
    setState(79);
    match(AlloyParser::IDENT);
    setState(84);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::DOT) {
      setState(80);
      match(AlloyParser::DOT);
      setState(81);
      match(AlloyParser::IDENT);
      setState(86);
      _errHandler->sync(this);
      _la = _input->LA(1);
    }
    setState(87);
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
    setState(91);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case AlloyParser::STRING: {
        enterOuterAlt(_localctx, 1);
        setState(89);
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
    setState(93);
    match(AlloyParser::LCURLY);
    setState(94);
    body();
    setState(95);
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

std::vector<AlloyParser::ConjunctionContext *> AlloyParser::ExpressionContext::conjunction() {
  return getRuleContexts<AlloyParser::ConjunctionContext>();
}

AlloyParser::ConjunctionContext* AlloyParser::ExpressionContext::conjunction(size_t i) {
  return getRuleContext<AlloyParser::ConjunctionContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::ExpressionContext::OR() {
  return getTokens(AlloyParser::OR);
}

tree::TerminalNode* AlloyParser::ExpressionContext::OR(size_t i) {
  return getToken(AlloyParser::OR, i);
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
    setState(97);
    conjunction();
    setState(102);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::OR) {
      setState(98);
      match(AlloyParser::OR);
      setState(99);
      conjunction();
      setState(104);
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

//----------------- ConjunctionContext ------------------------------------------------------------------

AlloyParser::ConjunctionContext::ConjunctionContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<AlloyParser::ComparisonContext *> AlloyParser::ConjunctionContext::comparison() {
  return getRuleContexts<AlloyParser::ComparisonContext>();
}

AlloyParser::ComparisonContext* AlloyParser::ConjunctionContext::comparison(size_t i) {
  return getRuleContext<AlloyParser::ComparisonContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::ConjunctionContext::AND() {
  return getTokens(AlloyParser::AND);
}

tree::TerminalNode* AlloyParser::ConjunctionContext::AND(size_t i) {
  return getToken(AlloyParser::AND, i);
}


size_t AlloyParser::ConjunctionContext::getRuleIndex() const {
  return AlloyParser::RuleConjunction;
}


AlloyParser::ConjunctionContext* AlloyParser::conjunction() {
  ConjunctionContext *_localctx = _tracker.createInstance<ConjunctionContext>(_ctx, getState());
  enterRule(_localctx, 16, AlloyParser::RuleConjunction);
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
    setState(105);
    comparison();
    setState(110);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::AND) {
      setState(106);
      match(AlloyParser::AND);
      setState(107);
      comparison();
      setState(112);
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

//----------------- ComparisonContext ------------------------------------------------------------------

AlloyParser::ComparisonContext::ComparisonContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<AlloyParser::SumContext *> AlloyParser::ComparisonContext::sum() {
  return getRuleContexts<AlloyParser::SumContext>();
}

AlloyParser::SumContext* AlloyParser::ComparisonContext::sum(size_t i) {
  return getRuleContext<AlloyParser::SumContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::ComparisonContext::EQ() {
  return getTokens(AlloyParser::EQ);
}

tree::TerminalNode* AlloyParser::ComparisonContext::EQ(size_t i) {
  return getToken(AlloyParser::EQ, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ComparisonContext::NEQ() {
  return getTokens(AlloyParser::NEQ);
}

tree::TerminalNode* AlloyParser::ComparisonContext::NEQ(size_t i) {
  return getToken(AlloyParser::NEQ, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ComparisonContext::LT() {
  return getTokens(AlloyParser::LT);
}

tree::TerminalNode* AlloyParser::ComparisonContext::LT(size_t i) {
  return getToken(AlloyParser::LT, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ComparisonContext::LTE() {
  return getTokens(AlloyParser::LTE);
}

tree::TerminalNode* AlloyParser::ComparisonContext::LTE(size_t i) {
  return getToken(AlloyParser::LTE, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ComparisonContext::GT() {
  return getTokens(AlloyParser::GT);
}

tree::TerminalNode* AlloyParser::ComparisonContext::GT(size_t i) {
  return getToken(AlloyParser::GT, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ComparisonContext::GTE() {
  return getTokens(AlloyParser::GTE);
}

tree::TerminalNode* AlloyParser::ComparisonContext::GTE(size_t i) {
  return getToken(AlloyParser::GTE, i);
}


size_t AlloyParser::ComparisonContext::getRuleIndex() const {
  return AlloyParser::RuleComparison;
}


AlloyParser::ComparisonContext* AlloyParser::comparison() {
  ComparisonContext *_localctx = _tracker.createInstance<ComparisonContext>(_ctx, getState());
  enterRule(_localctx, 18, AlloyParser::RuleComparison);
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
    setState(113);
    sum();
    setState(118);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << AlloyParser::EQ)
      | (1ULL << AlloyParser::NEQ)
      | (1ULL << AlloyParser::LT)
      | (1ULL << AlloyParser::LTE)
      | (1ULL << AlloyParser::GT)
      | (1ULL << AlloyParser::GTE))) != 0)) {
      setState(114);
      _la = _input->LA(1);
      if (!((((_la & ~ 0x3fULL) == 0) &&
        ((1ULL << _la) & ((1ULL << AlloyParser::EQ)
        | (1ULL << AlloyParser::NEQ)
        | (1ULL << AlloyParser::LT)
        | (1ULL << AlloyParser::LTE)
        | (1ULL << AlloyParser::GT)
        | (1ULL << AlloyParser::GTE))) != 0))) {
      _errHandler->recoverInline(this);
      }
      else {
        _errHandler->reportMatch(this);
        consume();
      }
      setState(115);
      sum();
      setState(120);
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

//----------------- SumContext ------------------------------------------------------------------

AlloyParser::SumContext::SumContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<AlloyParser::ProductContext *> AlloyParser::SumContext::product() {
  return getRuleContexts<AlloyParser::ProductContext>();
}

AlloyParser::ProductContext* AlloyParser::SumContext::product(size_t i) {
  return getRuleContext<AlloyParser::ProductContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::SumContext::ADD() {
  return getTokens(AlloyParser::ADD);
}

tree::TerminalNode* AlloyParser::SumContext::ADD(size_t i) {
  return getToken(AlloyParser::ADD, i);
}

std::vector<tree::TerminalNode *> AlloyParser::SumContext::SUB() {
  return getTokens(AlloyParser::SUB);
}

tree::TerminalNode* AlloyParser::SumContext::SUB(size_t i) {
  return getToken(AlloyParser::SUB, i);
}


size_t AlloyParser::SumContext::getRuleIndex() const {
  return AlloyParser::RuleSum;
}


AlloyParser::SumContext* AlloyParser::sum() {
  SumContext *_localctx = _tracker.createInstance<SumContext>(_ctx, getState());
  enterRule(_localctx, 20, AlloyParser::RuleSum);
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
    setState(121);
    product();
    setState(126);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::ADD

    || _la == AlloyParser::SUB) {
      setState(122);
      _la = _input->LA(1);
      if (!(_la == AlloyParser::ADD

      || _la == AlloyParser::SUB)) {
      _errHandler->recoverInline(this);
      }
      else {
        _errHandler->reportMatch(this);
        consume();
      }
      setState(123);
      product();
      setState(128);
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

//----------------- ProductContext ------------------------------------------------------------------

AlloyParser::ProductContext::ProductContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

std::vector<AlloyParser::PowerContext *> AlloyParser::ProductContext::power() {
  return getRuleContexts<AlloyParser::PowerContext>();
}

AlloyParser::PowerContext* AlloyParser::ProductContext::power(size_t i) {
  return getRuleContext<AlloyParser::PowerContext>(i);
}

std::vector<tree::TerminalNode *> AlloyParser::ProductContext::MUL() {
  return getTokens(AlloyParser::MUL);
}

tree::TerminalNode* AlloyParser::ProductContext::MUL(size_t i) {
  return getToken(AlloyParser::MUL, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ProductContext::DIV() {
  return getTokens(AlloyParser::DIV);
}

tree::TerminalNode* AlloyParser::ProductContext::DIV(size_t i) {
  return getToken(AlloyParser::DIV, i);
}

std::vector<tree::TerminalNode *> AlloyParser::ProductContext::MOD() {
  return getTokens(AlloyParser::MOD);
}

tree::TerminalNode* AlloyParser::ProductContext::MOD(size_t i) {
  return getToken(AlloyParser::MOD, i);
}


size_t AlloyParser::ProductContext::getRuleIndex() const {
  return AlloyParser::RuleProduct;
}


AlloyParser::ProductContext* AlloyParser::product() {
  ProductContext *_localctx = _tracker.createInstance<ProductContext>(_ctx, getState());
  enterRule(_localctx, 22, AlloyParser::RuleProduct);
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
    setState(129);
    power();
    setState(134);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << AlloyParser::MUL)
      | (1ULL << AlloyParser::DIV)
      | (1ULL << AlloyParser::MOD))) != 0)) {
      setState(130);
      _la = _input->LA(1);
      if (!((((_la & ~ 0x3fULL) == 0) &&
        ((1ULL << _la) & ((1ULL << AlloyParser::MUL)
        | (1ULL << AlloyParser::DIV)
        | (1ULL << AlloyParser::MOD))) != 0))) {
      _errHandler->recoverInline(this);
      }
      else {
        _errHandler->reportMatch(this);
        consume();
      }
      setState(131);
      power();
      setState(136);
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

//----------------- PowerContext ------------------------------------------------------------------

AlloyParser::PowerContext::PowerContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

AlloyParser::UnaryContext* AlloyParser::PowerContext::unary() {
  return getRuleContext<AlloyParser::UnaryContext>(0);
}

tree::TerminalNode* AlloyParser::PowerContext::POW() {
  return getToken(AlloyParser::POW, 0);
}

AlloyParser::PowerContext* AlloyParser::PowerContext::power() {
  return getRuleContext<AlloyParser::PowerContext>(0);
}


size_t AlloyParser::PowerContext::getRuleIndex() const {
  return AlloyParser::RulePower;
}


AlloyParser::PowerContext* AlloyParser::power() {
  PowerContext *_localctx = _tracker.createInstance<PowerContext>(_ctx, getState());
  enterRule(_localctx, 24, AlloyParser::RulePower);
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
    setState(137);
    unary();
    setState(140);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == AlloyParser::POW) {
      setState(138);
      match(AlloyParser::POW);
      setState(139);
      power();
    }
   
  }
  catch (RecognitionException &e) {
    _errHandler->reportError(this, e);
    _localctx->exception = std::current_exception();
    _errHandler->recover(this, _localctx->exception);
  }

  return _localctx;
}

//----------------- UnaryContext ------------------------------------------------------------------

AlloyParser::UnaryContext::UnaryContext(ParserRuleContext *parent, size_t invokingState)
  : ParserRuleContext(parent, invokingState) {
}

AlloyParser::UnaryContext* AlloyParser::UnaryContext::unary() {
  return getRuleContext<AlloyParser::UnaryContext>(0);
}

tree::TerminalNode* AlloyParser::UnaryContext::NOT() {
  return getToken(AlloyParser::NOT, 0);
}

tree::TerminalNode* AlloyParser::UnaryContext::SUB() {
  return getToken(AlloyParser::SUB, 0);
}

AlloyParser::OperandContext* AlloyParser::UnaryContext::operand() {
  return getRuleContext<AlloyParser::OperandContext>(0);
}


size_t AlloyParser::UnaryContext::getRuleIndex() const {
  return AlloyParser::RuleUnary;
}


AlloyParser::UnaryContext* AlloyParser::unary() {
  UnaryContext *_localctx = _tracker.createInstance<UnaryContext>(_ctx, getState());
  enterRule(_localctx, 26, AlloyParser::RuleUnary);
  size_t _la = 0;

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    setState(145);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case AlloyParser::NOT:
      case AlloyParser::SUB: {
        enterOuterAlt(_localctx, 1);
        setState(142);
        _la = _input->LA(1);
        if (!(_la == AlloyParser::NOT

        || _la == AlloyParser::SUB)) {
        _errHandler->recoverInline(this);
        }
        else {
          _errHandler->reportMatch(this);
          consume();
        }
        setState(143);
        unary();
        break;
      }

      case AlloyParser::IDENT:
      case AlloyParser::NULL_:
      case AlloyParser::BOOL:
      case AlloyParser::NUMBER:
      case AlloyParser::FLOAT:
      case AlloyParser::STRING:
      case AlloyParser::LCURLY:
      case AlloyParser::LPAREN:
      case AlloyParser::LBRACK: {
        enterOuterAlt(_localctx, 2);
        setState(144);
        operand();
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


size_t AlloyParser::OperandContext::getRuleIndex() const {
  return AlloyParser::RuleOperand;
}


AlloyParser::OperandContext* AlloyParser::operand() {
  OperandContext *_localctx = _tracker.createInstance<OperandContext>(_ctx, getState());
  enterRule(_localctx, 28, AlloyParser::RuleOperand);
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
    setState(147);
    primary();
    setState(153);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while ((((_la & ~ 0x3fULL) == 0) &&
      ((1ULL << _la) & ((1ULL << AlloyParser::LPAREN)
      | (1ULL << AlloyParser::LBRACK)
      | (1ULL << AlloyParser::DOT))) != 0)) {
      setState(151);
      _errHandler->sync(this);
      switch (_input->LA(1)) {
        case AlloyParser::DOT: {
          setState(148);
          access();
          break;
        }

        case AlloyParser::LBRACK: {
          setState(149);
          index();
          break;
        }

        case AlloyParser::LPAREN: {
          setState(150);
          call();
          break;
        }

      default:
        throw NoViableAltException(this);
      }
      setState(155);
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
  enterRule(_localctx, 30, AlloyParser::RuleAccess);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(156);
    match(AlloyParser::DOT);
    setState(157);
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
  enterRule(_localctx, 32, AlloyParser::RuleIndex);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    enterOuterAlt(_localctx, 1);
    setState(159);
    match(AlloyParser::LBRACK);
    setState(160);
    expression();
    setState(161);
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
  enterRule(_localctx, 34, AlloyParser::RuleCall);

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
    match(AlloyParser::LPAREN);
    setState(164);
    elements();
    setState(165);
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
  enterRule(_localctx, 36, AlloyParser::RulePrimary);

#if __cplusplus > 201703L
  auto onExit = finally([=, this] {
#else
  auto onExit = finally([=] {
#endif
    exitRule();
  });
  try {
    setState(185);
    _errHandler->sync(this);
    switch (_input->LA(1)) {
      case AlloyParser::IDENT: {
        enterOuterAlt(_localctx, 1);
        setState(167);
        match(AlloyParser::IDENT);
        break;
      }

      case AlloyParser::NULL_: {
        enterOuterAlt(_localctx, 2);
        setState(168);
        match(AlloyParser::NULL_);
        break;
      }

      case AlloyParser::BOOL: {
        enterOuterAlt(_localctx, 3);
        setState(169);
        match(AlloyParser::BOOL);
        break;
      }

      case AlloyParser::NUMBER: {
        enterOuterAlt(_localctx, 4);
        setState(170);
        match(AlloyParser::NUMBER);
        break;
      }

      case AlloyParser::FLOAT: {
        enterOuterAlt(_localctx, 5);
        setState(171);
        match(AlloyParser::FLOAT);
        break;
      }

      case AlloyParser::STRING: {
        enterOuterAlt(_localctx, 6);
        setState(172);
        match(AlloyParser::STRING);
        break;
      }

      case AlloyParser::LPAREN: {
        enterOuterAlt(_localctx, 7);
        setState(173);
        match(AlloyParser::LPAREN);
        setState(174);
        expression();
        setState(175);
        match(AlloyParser::RPAREN);
        break;
      }

      case AlloyParser::LBRACK: {
        enterOuterAlt(_localctx, 8);
        setState(177);
        match(AlloyParser::LBRACK);
        setState(178);
        elements();
        setState(179);
        match(AlloyParser::RBRACK);
        break;
      }

      case AlloyParser::LCURLY: {
        enterOuterAlt(_localctx, 9);
        setState(181);
        match(AlloyParser::LCURLY);
        setState(182);
        fields();
        setState(183);
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
  enterRule(_localctx, 38, AlloyParser::RuleElements);
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
    setState(188);
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
      setState(187);
      expression();
    }
    setState(196);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::COMMA) {
      setState(190);
      match(AlloyParser::COMMA);
      setState(192);
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
        setState(191);
        expression();
      }
      setState(198);
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
  enterRule(_localctx, 40, AlloyParser::RuleFields);
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
    setState(200);
    _errHandler->sync(this);

    _la = _input->LA(1);
    if (_la == AlloyParser::IDENT

    || _la == AlloyParser::STRING) {
      setState(199);
      field();
    }
    setState(208);
    _errHandler->sync(this);
    _la = _input->LA(1);
    while (_la == AlloyParser::COMMA) {
      setState(202);
      match(AlloyParser::COMMA);
      setState(204);
      _errHandler->sync(this);

      _la = _input->LA(1);
      if (_la == AlloyParser::IDENT

      || _la == AlloyParser::STRING) {
        setState(203);
        field();
      }
      setState(210);
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
  enterRule(_localctx, 42, AlloyParser::RuleField);
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
    setState(211);
    _la = _input->LA(1);
    if (!(_la == AlloyParser::IDENT

    || _la == AlloyParser::STRING)) {
    _errHandler->recoverInline(this);
    }
    else {
      _errHandler->reportMatch(this);
      consume();
    }
    setState(212);
    match(AlloyParser::ASSIGN);
    setState(213);
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
  "expression", "conjunction", "comparison", "sum", "product", "power", 
  "unary", "operand", "access", "index", "call", "primary", "elements", 
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
    0x3, 0x23, 0xda, 0x4, 0x2, 0x9, 0x2, 0x4, 0x3, 0x9, 0x3, 0x4, 0x4, 0x9, 
    0x4, 0x4, 0x5, 0x9, 0x5, 0x4, 0x6, 0x9, 0x6, 0x4, 0x7, 0x9, 0x7, 0x4, 
    0x8, 0x9, 0x8, 0x4, 0x9, 0x9, 0x9, 0x4, 0xa, 0x9, 0xa, 0x4, 0xb, 0x9, 
    0xb, 0x4, 0xc, 0x9, 0xc, 0x4, 0xd, 0x9, 0xd, 0x4, 0xe, 0x9, 0xe, 0x4, 
    0xf, 0x9, 0xf, 0x4, 0x10, 0x9, 0x10, 0x4, 0x11, 0x9, 0x11, 0x4, 0x12, 
    0x9, 0x12, 0x4, 0x13, 0x9, 0x13, 0x4, 0x14, 0x9, 0x14, 0x4, 0x15, 0x9, 
    0x15, 0x4, 0x16, 0x9, 0x16, 0x4, 0x17, 0x9, 0x17, 0x3, 0x2, 0x5, 0x2, 
    0x30, 0xa, 0x2, 0x3, 0x2, 0x3, 0x2, 0x5, 0x2, 0x34, 0xa, 0x2, 0x7, 0x2, 
    0x36, 0xa, 0x2, 0xc, 0x2, 0xe, 0x2, 0x39, 0xb, 0x2, 0x3, 0x2, 0x3, 0x2, 
    0x3, 0x3, 0x3, 0x3, 0x3, 0x3, 0x3, 0x4, 0x5, 0x4, 0x41, 0xa, 0x4, 0x3, 
    0x4, 0x3, 0x4, 0x5, 0x4, 0x45, 0xa, 0x4, 0x7, 0x4, 0x47, 0xa, 0x4, 0xc, 
    0x4, 0xe, 0x4, 0x4a, 0xb, 0x4, 0x3, 0x5, 0x3, 0x5, 0x3, 0x5, 0x3, 0x5, 
    0x5, 0x5, 0x50, 0xa, 0x5, 0x3, 0x6, 0x3, 0x6, 0x3, 0x6, 0x7, 0x6, 0x55, 
    0xa, 0x6, 0xc, 0x6, 0xe, 0x6, 0x58, 0xb, 0x6, 0x3, 0x6, 0x3, 0x6, 0x3, 
    0x7, 0x3, 0x7, 0x5, 0x7, 0x5e, 0xa, 0x7, 0x3, 0x8, 0x3, 0x8, 0x3, 0x8, 
    0x3, 0x8, 0x3, 0x9, 0x3, 0x9, 0x3, 0x9, 0x7, 0x9, 0x67, 0xa, 0x9, 0xc, 
    0x9, 0xe, 0x9, 0x6a, 0xb, 0x9, 0x3, 0xa, 0x3, 0xa, 0x3, 0xa, 0x7, 0xa, 
    0x6f, 0xa, 0xa, 0xc, 0xa, 0xe, 0xa, 0x72, 0xb, 0xa, 0x3, 0xb, 0x3, 0xb, 
    0x3, 0xb, 0x7, 0xb, 0x77, 0xa, 0xb, 0xc, 0xb, 0xe, 0xb, 0x7a, 0xb, 0xb, 
    0x3, 0xc, 0x3, 0xc, 0x3, 0xc, 0x7, 0xc, 0x7f, 0xa, 0xc, 0xc, 0xc, 0xe, 
    0xc, 0x82, 0xb, 0xc, 0x3, 0xd, 0x3, 0xd, 0x3, 0xd, 0x7, 0xd, 0x87, 0xa, 
    0xd, 0xc, 0xd, 0xe, 0xd, 0x8a, 0xb, 0xd, 0x3, 0xe, 0x3, 0xe, 0x3, 0xe, 
    0x5, 0xe, 0x8f, 0xa, 0xe, 0x3, 0xf, 0x3, 0xf, 0x3, 0xf, 0x5, 0xf, 0x94, 
    0xa, 0xf, 0x3, 0x10, 0x3, 0x10, 0x3, 0x10, 0x3, 0x10, 0x7, 0x10, 0x9a, 
    0xa, 0x10, 0xc, 0x10, 0xe, 0x10, 0x9d, 0xb, 0x10, 0x3, 0x11, 0x3, 0x11, 
    0x3, 0x11, 0x3, 0x12, 0x3, 0x12, 0x3, 0x12, 0x3, 0x12, 0x3, 0x13, 0x3, 
    0x13, 0x3, 0x13, 0x3, 0x13, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 
    0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 
    0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 0x3, 0x14, 
    0x3, 0x14, 0x5, 0x14, 0xbc, 0xa, 0x14, 0x3, 0x15, 0x5, 0x15, 0xbf, 0xa, 
    0x15, 0x3, 0x15, 0x3, 0x15, 0x5, 0x15, 0xc3, 0xa, 0x15, 0x7, 0x15, 0xc5, 
    0xa, 0x15, 0xc, 0x15, 0xe, 0x15, 0xc8, 0xb, 0x15, 0x3, 0x16, 0x5, 0x16, 
    0xcb, 0xa, 0x16, 0x3, 0x16, 0x3, 0x16, 0x5, 0x16, 0xcf, 0xa, 0x16, 0x7, 
    0x16, 0xd1, 0xa, 0x16, 0xc, 0x16, 0xe, 0x16, 0xd4, 0xb, 0x16, 0x3, 0x17, 
    0x3, 0x17, 0x3, 0x17, 0x3, 0x17, 0x3, 0x17, 0x2, 0x2, 0x18, 0x2, 0x4, 
    0x6, 0x8, 0xa, 0xc, 0xe, 0x10, 0x12, 0x14, 0x16, 0x18, 0x1a, 0x1c, 0x1e, 
    0x20, 0x22, 0x24, 0x26, 0x28, 0x2a, 0x2c, 0x2, 0x7, 0x3, 0x2, 0xf, 0x14, 
    0x3, 0x2, 0x15, 0x16, 0x3, 0x2, 0x17, 0x19, 0x4, 0x2, 0xd, 0xd, 0x16, 
    0x16, 0x4, 0x2, 0x5, 0x5, 0xa, 0xa, 0x2, 0xe4, 0x2, 0x2f, 0x3, 0x2, 
    0x2, 0x2, 0x4, 0x3c, 0x3, 0x2, 0x2, 0x2, 0x6, 0x40, 0x3, 0x2, 0x2, 0x2, 
    0x8, 0x4b, 0x3, 0x2, 0x2, 0x2, 0xa, 0x51, 0x3, 0x2, 0x2, 0x2, 0xc, 0x5d, 
    0x3, 0x2, 0x2, 0x2, 0xe, 0x5f, 0x3, 0x2, 0x2, 0x2, 0x10, 0x63, 0x3, 
    0x2, 0x2, 0x2, 0x12, 0x6b, 0x3, 0x2, 0x2, 0x2, 0x14, 0x73, 0x3, 0x2, 
    0x2, 0x2, 0x16, 0x7b, 0x3, 0x2, 0x2, 0x2, 0x18, 0x83, 0x3, 0x2, 0x2, 
    0x2, 0x1a, 0x8b, 0x3, 0x2, 0x2, 0x2, 0x1c, 0x93, 0x3, 0x2, 0x2, 0x2, 
    0x1e, 0x95, 0x3, 0x2, 0x2, 0x2, 0x20, 0x9e, 0x3, 0x2, 0x2, 0x2, 0x22, 
    0xa1, 0x3, 0x2, 0x2, 0x2, 0x24, 0xa5, 0x3, 0x2, 0x2, 0x2, 0x26, 0xbb, 
    0x3, 0x2, 0x2, 0x2, 0x28, 0xbe, 0x3, 0x2, 0x2, 0x2, 0x2a, 0xca, 0x3, 
    0x2, 0x2, 0x2, 0x2c, 0xd5, 0x3, 0x2, 0x2, 0x2, 0x2e, 0x30, 0x5, 0x8, 
    0x5, 0x2, 0x2f, 0x2e, 0x3, 0x2, 0x2, 0x2, 0x2f, 0x30, 0x3, 0x2, 0x2, 
    0x2, 0x30, 0x37, 0x3, 0x2, 0x2, 0x2, 0x31, 0x33, 0x7, 0x23, 0x2, 0x2, 
    0x32, 0x34, 0x5, 0x8, 0x5, 0x2, 0x33, 0x32, 0x3, 0x2, 0x2, 0x2, 0x33, 
    0x34, 0x3, 0x2, 0x2, 0x2, 0x34, 0x36, 0x3, 0x2, 0x2, 0x2, 0x35, 0x31, 
    0x3, 0x2, 0x2, 0x2, 0x36, 0x39, 0x3, 0x2, 0x2, 0x2, 0x37, 0x35, 0x3, 
    0x2, 0x2, 0x2, 0x37, 0x38, 0x3, 0x2, 0x2, 0x2, 0x38, 0x3a, 0x3, 0x2, 
    0x2, 0x2, 0x39, 0x37, 0x3, 0x2, 0x2, 0x2, 0x3a, 0x3b, 0x7, 0x2, 0x2, 
    0x3, 0x3b, 0x3, 0x3, 0x2, 0x2, 0x2, 0x3c, 0x3d, 0x5, 0x10, 0x9, 0x2, 
    0x3d, 0x3e, 0x7, 0x23, 0x2, 0x2, 0x3e, 0x5, 0x3, 0x2, 0x2, 0x2, 0x3f, 
    0x41, 0x5, 0x8, 0x5, 0x2, 0x40, 0x3f, 0x3, 0x2, 0x2, 0x2, 0x40, 0x41, 
    0x3, 0x2, 0x2, 0x2, 0x41, 0x48, 0x3, 0x2, 0x2, 0x2, 0x42, 0x44, 0x7, 
    0x23, 0x2, 0x2, 0x43, 0x45, 0x5, 0x8, 0x5, 0x2, 0x44, 0x43, 0x3, 0x2, 
    0x2, 0x2, 0x44, 0x45, 0x3, 0x2, 0x2, 0x2, 0x45, 0x47, 0x3, 0x2, 0x2, 
    0x2, 0x46, 0x42, 0x3, 0x2, 0x2, 0x2, 0x47, 0x4a, 0x3, 0x2, 0x2, 0x2, 
    0x48, 0x46, 0x3, 0x2, 0x2, 0x2, 0x48, 0x49, 0x3, 0x2, 0x2, 0x2, 0x49, 
    0x7, 0x3, 0x2, 0x2, 0x2, 0x4a, 0x48, 0x3, 0x2, 0x2, 0x2, 0x4b, 0x4f, 
    0x5, 0xa, 0x6, 0x2, 0x4c, 0x4d, 0x7, 0xe, 0x2, 0x2, 0x4d, 0x50, 0x5, 
    0x10, 0x9, 0x2, 0x4e, 0x50, 0x5, 0xe, 0x8, 0x2, 0x4f, 0x4c, 0x3, 0x2, 
    0x2, 0x2, 0x4f, 0x4e, 0x3, 0x2, 0x2, 0x2, 0x50, 0x9, 0x3, 0x2, 0x2, 
    0x2, 0x51, 0x56, 0x7, 0x5, 0x2, 0x2, 0x52, 0x53, 0x7, 0x22, 0x2, 0x2, 
    0x53, 0x55, 0x7, 0x5, 0x2, 0x2, 0x54, 0x52, 0x3, 0x2, 0x2, 0x2, 0x55, 
    0x58, 0x3, 0x2, 0x2, 0x2, 0x56, 0x54, 0x3, 0x2, 0x2, 0x2, 0x56, 0x57, 
    0x3, 0x2, 0x2, 0x2, 0x57, 0x59, 0x3, 0x2, 0x2, 0x2, 0x58, 0x56, 0x3, 
    0x2, 0x2, 0x2, 0x59, 0x5a, 0x5, 0xc, 0x7, 0x2, 0x5a, 0xb, 0x3, 0x2, 
    0x2, 0x2, 0x5b, 0x5e, 0x7, 0xa, 0x2, 0x2, 0x5c, 0x5e, 0x3, 0x2, 0x2, 
    0x2, 0x5d, 0x5b, 0x3, 0x2, 0x2, 0x2, 0x5d, 0x5c, 0x3, 0x2, 0x2, 0x2, 
    0x5e, 0xd, 0x3, 0x2, 0x2, 0x2, 0x5f, 0x60, 0x7, 0x1b, 0x2, 0x2, 0x60, 
    0x61, 0x5, 0x6, 0x4, 0x2, 0x61, 0x62, 0x7, 0x1c, 0x2, 0x2, 0x62, 0xf, 
    0x3, 0x2, 0x2, 0x2, 0x63, 0x68, 0x5, 0x12, 0xa, 0x2, 0x64, 0x65, 0x7, 
    0xb, 0x2, 0x2, 0x65, 0x67, 0x5, 0x12, 0xa, 0x2, 0x66, 0x64, 0x3, 0x2, 
    0x2, 0x2, 0x67, 0x6a, 0x3, 0x2, 0x2, 0x2, 0x68, 0x66, 0x3, 0x2, 0x2, 
    0x2, 0x68, 0x69, 0x3, 0x2, 0x2, 0x2, 0x69, 0x11, 0x3, 0x2, 0x2, 0x2, 
    0x6a, 0x68, 0x3, 0x2, 0x2, 0x2, 0x6b, 0x70, 0x5, 0x14, 0xb, 0x2, 0x6c, 
    0x6d, 0x7, 0xc, 0x2, 0x2, 0x6d, 0x6f, 0x5, 0x14, 0xb, 0x2, 0x6e, 0x6c, 
    0x3, 0x2, 0x2, 0x2, 0x6f, 0x72, 0x3, 0x2, 0x2, 0x2, 0x70, 0x6e, 0x3, 
    0x2, 0x2, 0x2, 0x70, 0x71, 0x3, 0x2, 0x2, 0x2, 0x71, 0x13, 0x3, 0x2, 
    0x2, 0x2, 0x72, 0x70, 0x3, 0x2, 0x2, 0x2, 0x73, 0x78, 0x5, 0x16, 0xc, 
    0x2, 0x74, 0x75, 0x9, 0x2, 0x2, 0x2, 0x75, 0x77, 0x5, 0x16, 0xc, 0x2, 
    0x76, 0x74, 0x3, 0x2, 0x2, 0x2, 0x77, 0x7a, 0x3, 0x2, 0x2, 0x2, 0x78, 
    0x76, 0x3, 0x2, 0x2, 0x2, 0x78, 0x79, 0x3, 0x2, 0x2, 0x2, 0x79, 0x15, 
    0x3, 0x2, 0x2, 0x2, 0x7a, 0x78, 0x3, 0x2, 0x2, 0x2, 0x7b, 0x80, 0x5, 
    0x18, 0xd, 0x2, 0x7c, 0x7d, 0x9, 0x3, 0x2, 0x2, 0x7d, 0x7f, 0x5, 0x18, 
    0xd, 0x2, 0x7e, 0x7c, 0x3, 0x2, 0x2, 0x2, 0x7f, 0x82, 0x3, 0x2, 0x2, 
    0x2, 0x80, 0x7e, 0x3, 0x2, 0x2, 0x2, 0x80, 0x81, 0x3, 0x2, 0x2, 0x2, 
    0x81, 0x17, 0x3, 0x2, 0x2, 0x2, 0x82, 0x80, 0x3, 0x2, 0x2, 0x2, 0x83, 
    0x88, 0x5, 0x1a, 0xe, 0x2, 0x84, 0x85, 0x9, 0x4, 0x2, 0x2, 0x85, 0x87, 
    0x5, 0x1a, 0xe, 0x2, 0x86, 0x84, 0x3, 0x2, 0x2, 0x2, 0x87, 0x8a, 0x3, 
    0x2, 0x2, 0x2, 0x88, 0x86, 0x3, 0x2, 0x2, 0x2, 0x88, 0x89, 0x3, 0x2, 
    0x2, 0x2, 0x89, 0x19, 0x3, 0x2, 0x2, 0x2, 0x8a, 0x88, 0x3, 0x2, 0x2, 
    0x2, 0x8b, 0x8e, 0x5, 0x1c, 0xf, 0x2, 0x8c, 0x8d, 0x7, 0x1a, 0x2, 0x2, 
    0x8d, 0x8f, 0x5, 0x1a, 0xe, 0x2, 0x8e, 0x8c, 0x3, 0x2, 0x2, 0x2, 0x8e, 
    0x8f, 0x3, 0x2, 0x2, 0x2, 0x8f, 0x1b, 0x3, 0x2, 0x2, 0x2, 0x90, 0x91, 
    0x9, 0x5, 0x2, 0x2, 0x91, 0x94, 0x5, 0x1c, 0xf, 0x2, 0x92, 0x94, 0x5, 
    0x1e, 0x10, 0x2, 0x93, 0x90, 0x3, 0x2, 0x2, 0x2, 0x93, 0x92, 0x3, 0x2, 
    0x2, 0x2, 0x94, 0x1d, 0x3, 0x2, 0x2, 0x2, 0x95, 0x9b, 0x5, 0x26, 0x14, 
    0x2, 0x96, 0x9a, 0x5, 0x20, 0x11, 0x2, 0x97, 0x9a, 0x5, 0x22, 0x12, 
    0x2, 0x98, 0x9a, 0x5, 0x24, 0x13, 0x2, 0x99, 0x96, 0x3, 0x2, 0x2, 0x2, 
    0x99, 0x97, 0x3, 0x2, 0x2, 0x2, 0x99, 0x98, 0x3, 0x2, 0x2, 0x2, 0x9a, 
    0x9d, 0x3, 0x2, 0x2, 0x2, 0x9b, 0x99, 0x3, 0x2, 0x2, 0x2, 0x9b, 0x9c, 
    0x3, 0x2, 0x2, 0x2, 0x9c, 0x1f, 0x3, 0x2, 0x2, 0x2, 0x9d, 0x9b, 0x3, 
    0x2, 0x2, 0x2, 0x9e, 0x9f, 0x7, 0x22, 0x2, 0x2, 0x9f, 0xa0, 0x7, 0x5, 
    0x2, 0x2, 0xa0, 0x21, 0x3, 0x2, 0x2, 0x2, 0xa1, 0xa2, 0x7, 0x1f, 0x2, 
    0x2, 0xa2, 0xa3, 0x5, 0x10, 0x9, 0x2, 0xa3, 0xa4, 0x7, 0x20, 0x2, 0x2, 
    0xa4, 0x23, 0x3, 0x2, 0x2, 0x2, 0xa5, 0xa6, 0x7, 0x1d, 0x2, 0x2, 0xa6, 
    0xa7, 0x5, 0x28, 0x15, 0x2, 0xa7, 0xa8, 0x7, 0x1e, 0x2, 0x2, 0xa8, 0x25, 
    0x3, 0x2, 0x2, 0x2, 0xa9, 0xbc, 0x7, 0x5, 0x2, 0x2, 0xaa, 0xbc, 0x7, 
    0x6, 0x2, 0x2, 0xab, 0xbc, 0x7, 0x7, 0x2, 0x2, 0xac, 0xbc, 0x7, 0x8, 
    0x2, 0x2, 0xad, 0xbc, 0x7, 0x9, 0x2, 0x2, 0xae, 0xbc, 0x7, 0xa, 0x2, 
    0x2, 0xaf, 0xb0, 0x7, 0x1d, 0x2, 0x2, 0xb0, 0xb1, 0x5, 0x10, 0x9, 0x2, 
    0xb1, 0xb2, 0x7, 0x1e, 0x2, 0x2, 0xb2, 0xbc, 0x3, 0x2, 0x2, 0x2, 0xb3, 
    0xb4, 0x7, 0x1f, 0x2, 0x2, 0xb4, 0xb5, 0x5, 0x28, 0x15, 0x2, 0xb5, 0xb6, 
    0x7, 0x20, 0x2, 0x2, 0xb6, 0xbc, 0x3, 0x2, 0x2, 0x2, 0xb7, 0xb8, 0x7, 
    0x1b, 0x2, 0x2, 0xb8, 0xb9, 0x5, 0x2a, 0x16, 0x2, 0xb9, 0xba, 0x7, 0x1c, 
    0x2, 0x2, 0xba, 0xbc, 0x3, 0x2, 0x2, 0x2, 0xbb, 0xa9, 0x3, 0x2, 0x2, 
    0x2, 0xbb, 0xaa, 0x3, 0x2, 0x2, 0x2, 0xbb, 0xab, 0x3, 0x2, 0x2, 0x2, 
    0xbb, 0xac, 0x3, 0x2, 0x2, 0x2, 0xbb, 0xad, 0x3, 0x2, 0x2, 0x2, 0xbb, 
    0xae, 0x3, 0x2, 0x2, 0x2, 0xbb, 0xaf, 0x3, 0x2, 0x2, 0x2, 0xbb, 0xb3, 
    0x3, 0x2, 0x2, 0x2, 0xbb, 0xb7, 0x3, 0x2, 0x2, 0x2, 0xbc, 0x27, 0x3, 
    0x2, 0x2, 0x2, 0xbd, 0xbf, 0x5, 0x10, 0x9, 0x2, 0xbe, 0xbd, 0x3, 0x2, 
    0x2, 0x2, 0xbe, 0xbf, 0x3, 0x2, 0x2, 0x2, 0xbf, 0xc6, 0x3, 0x2, 0x2, 
    0x2, 0xc0, 0xc2, 0x7, 0x21, 0x2, 0x2, 0xc1, 0xc3, 0x5, 0x10, 0x9, 0x2, 
    0xc2, 0xc1, 0x3, 0x2, 0x2, 0x2, 0xc2, 0xc3, 0x3, 0x2, 0x2, 0x2, 0xc3, 
    0xc5, 0x3, 0x2, 0x2, 0x2, 0xc4, 0xc0, 0x3, 0x2, 0x2, 0x2, 0xc5, 0xc8, 
    0x3, 0x2, 0x2, 0x2, 0xc6, 0xc4, 0x3, 0x2, 0x2, 0x2, 0xc6, 0xc7, 0x3, 
    0x2, 0x2, 0x2, 0xc7, 0x29, 0x3, 0x2, 0x2, 0x2, 0xc8, 0xc6, 0x3, 0x2, 
    0x2, 0x2, 0xc9, 0xcb, 0x5, 0x2c, 0x17, 0x2, 0xca, 0xc9, 0x3, 0x2, 0x2, 
    0x2, 0xca, 0xcb, 0x3, 0x2, 0x2, 0x2, 0xcb, 0xd2, 0x3, 0x2, 0x2, 0x2, 
    0xcc, 0xce, 0x7, 0x21, 0x2, 0x2, 0xcd, 0xcf, 0x5, 0x2c, 0x17, 0x2, 0xce, 
    0xcd, 0x3, 0x2, 0x2, 0x2, 0xce, 0xcf, 0x3, 0x2, 0x2, 0x2, 0xcf, 0xd1, 
    0x3, 0x2, 0x2, 0x2, 0xd0, 0xcc, 0x3, 0x2, 0x2, 0x2, 0xd1, 0xd4, 0x3, 
    0x2, 0x2, 0x2, 0xd2, 0xd0, 0x3, 0x2, 0x2, 0x2, 0xd2, 0xd3, 0x3, 0x2, 
    0x2, 0x2, 0xd3, 0x2b, 0x3, 0x2, 0x2, 0x2, 0xd4, 0xd2, 0x3, 0x2, 0x2, 
    0x2, 0xd5, 0xd6, 0x9, 0x6, 0x2, 0x2, 0xd6, 0xd7, 0x7, 0xe, 0x2, 0x2, 
    0xd7, 0xd8, 0x5, 0x10, 0x9, 0x2, 0xd8, 0x2d, 0x3, 0x2, 0x2, 0x2, 0x1b, 
    0x2f, 0x33, 0x37, 0x40, 0x44, 0x48, 0x4f, 0x56, 0x5d, 0x68, 0x70, 0x78, 
    0x80, 0x88, 0x8e, 0x93, 0x99, 0x9b, 0xbb, 0xbe, 0xc2, 0xc6, 0xca, 0xce, 
    0xd2, 
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
