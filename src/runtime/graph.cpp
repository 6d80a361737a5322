#include "src/runtime/graph.h"

#include <algorithm>

#include "src/base/check.h"

namespace invar {

size_t Graph::add(std::string id) {
  const size_t node = ids_.size();
  const bool is_new = by_id_.emplace(id, node).second;
  INVAR_CHECK(is_new);
  ids_.push_back(std::move(id));
  out_.emplace_back();
  in_.emplace_back();
  return node;
}

std::optional<size_t> Graph::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

void Graph::connect(size_t from, size_t to) {
  out_[from].insert(to);
  in_[to].insert(from);
}

namespace {

/// Tarjan's strongly connected components with a stack of its own, so that a long chain of references cannot overflow the thread's.
class Tarjan {
 public:
  explicit Tarjan(const Graph& graph) : graph_(graph), index_(graph.size()), low_(graph.size()), on_stack_(graph.size()) {}

  std::vector<std::vector<size_t>> run() {
    for (size_t node = 0; node < graph_.size(); ++node)
      if (index_[node] == 0) visit_from(node);
    return std::move(groups_);
  }

 private:
  struct Step {
    size_t node;
    std::set<size_t>::const_iterator next;
  };

  void enter(size_t node) {
    index_[node] = low_[node] = ++count_;
    stack_.push_back(node);
    on_stack_[node] = true;
    steps_.push_back({node, graph_.dependencies(node).begin()});
  }

  void visit_from(size_t root) {
    enter(root);
    while (!steps_.empty()) {
      Step& step = steps_.back();
      if (step.next != graph_.dependencies(step.node).end()) {
        const size_t to = *step.next++;
        if (index_[to] == 0)
          enter(to);
        else if (on_stack_[to])
          low_[step.node] = std::min(low_[step.node], index_[to]);
        continue;
      }
      const size_t done = step.node;
      steps_.pop_back();
      if (!steps_.empty()) low_[steps_.back().node] = std::min(low_[steps_.back().node], low_[done]);
      if (low_[done] == index_[done]) close_group(done);
    }
  }

  void close_group(size_t root) {
    std::vector<size_t> group;
    for (size_t node = graph_.size(); node != root;) {
      node = stack_.back();
      stack_.pop_back();
      on_stack_[node] = false;
      group.push_back(node);
    }
    if (group.size() > 1) groups_.push_back(std::move(group));
  }

  const Graph& graph_;
  std::vector<size_t> index_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<Step> steps_;
  size_t count_ = 0;
  std::vector<std::vector<size_t>> groups_;
};

}  // namespace

std::vector<std::vector<size_t>> Graph::cycles() const {
  auto groups = Tarjan(*this).run();
  for (auto& group : groups) std::sort(group.begin(), group.end(), [&](size_t a, size_t b) { return ids_[a] < ids_[b]; });
  return groups;
}

std::vector<size_t> Graph::topological() const {
  std::vector<size_t> waiting_for(size()), unchecked, order;
  for (size_t node = 0; node < size(); ++node) {
    waiting_for[node] = out_[node].size();
    if (waiting_for[node] == 0) unchecked.push_back(node);
  }
  while (!unchecked.empty()) {
    const size_t node = unchecked.back();
    unchecked.pop_back();
    order.push_back(node);
    for (const size_t dependant : in_[node])
      if (--waiting_for[dependant] == 0) unchecked.push_back(dependant);
  }
  return order;
}

}  // namespace invar
