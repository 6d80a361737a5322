#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/text/json.h"

namespace invar::jmespath {

/// One hop of a path: a member's name, or an index when not `by_name`.
struct Step {
  bool by_name = true;
  std::string name;
  int64_t index = 0;
};

/// A compiled JMESPath expression. Now: paths of names and indexes (a.b."c-d"[0].e). Immutable, cheap to copy, thread-safe.
class Query {
 public:
  /// False when the value is not there; JMESPath then yields null (Alloy stores null).
  bool find(const json::Value& root, json::Value& out) const;
  const std::vector<Step>& steps() const { return *steps_; }

 private:
  friend Result<Query> compile(std::string_view expression);
  std::shared_ptr<const std::vector<Step>> steps_;
};

/// Errors: syntax errors with go-jmespath's texts ("SyntaxError: ..."), reason "syntax"; what is valid JMESPath but not built yet has
/// reason "unsupported".
Result<Query> compile(std::string_view expression);

/// Several queries answered in one walk over a document: what the json stage runs per line.
class QuerySet {
 public:
  QuerySet();
  explicit QuerySet(std::span<const Query> queries);
  ~QuerySet();
  QuerySet(QuerySet&&) noexcept;
  QuerySet& operator=(QuerySet&&) noexcept;

  /// One answer per query, in order: `found` false means null. `out.size()` is the number of queries.
  struct Answer {
    bool found = false;
    json::Value value;
  };
  void find(const json::Value& root, std::span<Answer> out) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace invar::jmespath
