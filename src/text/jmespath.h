#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/text/jmespath_value.h"
#include "src/text/json.h"

namespace invar::jmespath {

/// One hop of a path: a member's name, or an index when not `by_name`.
struct Step {
  bool by_name = true;
  std::string name;
  int64_t index = 0;
};

/// A compiled JMESPath expression. Immutable, cheap to copy, thread-safe.
class Query {
 public:
  /// The hops of a plain path of names and indexes (a.b."c-d"[0].e); nullptr for any other expression.
  const std::vector<Step>* path() const { return steps_.get(); }
  /// Any expression, also a path.
  const Expression& expression() const { return *expression_; }

 private:
  friend Result<Query> compile(std::string_view expression);
  std::shared_ptr<const std::vector<Step>> steps_;
  std::shared_ptr<const Expression> expression_;
};

/// Errors: go-jmespath's texts ("SyntaxError: ..."), reason "syntax".
Result<Query> compile(std::string_view expression);

/// Several queries answered for one document: what the json stage runs per line. All paths in one walk, without a copy of the document;
/// other expressions build one. One per lane; not thread-safe.
class QuerySet {
 public:
  QuerySet();
  explicit QuerySet(std::span<const Query> queries);
  ~QuerySet();
  QuerySet(QuerySet&&) noexcept;
  QuerySet& operator=(QuerySet&&) noexcept;

  /// What a query answers, valid until the next find() and the parser's next document.
  struct Answer {
    enum class State : uint8_t {
      kNull,      ///< null, also where a path leads nowhere
      kDocument,  ///< a part of the document
      kValue,     ///< what an expression made
      kFailed,    ///< go-jmespath answers an error: a wrong argument, an unknown function
    };
    State state = State::kNull;
    json::Value document;
    Value value;
  };
  /// One answer per query, in order; `out.size()` is the number of queries.
  void find(const json::Value& root, std::span<Answer> out);

 private:
  struct Node;
  struct Other {
    size_t answer;
    Query query;
  };
  std::unique_ptr<Node> root_;
  std::vector<Other> others_;
  std::unique_ptr<Memory> memory_;  // only where there are others
};

}  // namespace invar::jmespath
