#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// A directed graph of named nodes; an edge leads from a node to what it depends on. Nodes are numbered as they are added.
class Graph {
 public:
  /// The id must be new.
  size_t add(std::string id);
  std::optional<size_t> find(std::string_view id) const;
  const std::string& id(size_t node) const { return ids_[node]; }
  size_t size() const { return ids_.size(); }
  void connect(size_t from, size_t to);
  const std::set<size_t>& dependencies(size_t node) const { return out_[node]; }
  const std::set<size_t>& dependants(size_t node) const { return in_[node]; }

  /// Groups of nodes that depend on each other, each with more than one member and sorted by id; groups in the order in which Tarjan's algorithm
  /// closes them when it begins at the lowest node.
  std::vector<std::vector<size_t>> cycles() const;
  /// Dependencies before dependants; of those that could come next, the one found last (as Alloy's walk). Nodes of cycles, and what depends on them,
  /// are left out.
  std::vector<size_t> topological() const;

 private:
  std::vector<std::string> ids_;
  std::map<std::string, size_t, std::less<>> by_id_;
  std::vector<std::set<size_t>> out_, in_;
};

}  // namespace invar
