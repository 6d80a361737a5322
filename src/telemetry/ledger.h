#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/telemetry/ack.h"

namespace invar {

/// A number that one thread changes and any thread reads.
class Figure {
 public:
  void add(uint64_t n) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void set(uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  void take(uint64_t n) { value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

/// Lines by reason. One thread adds, any thread reads; it grows by what is new and never shrinks.
class ReasonFigures {
 public:
  ReasonFigures() = default;
  ~ReasonFigures();
  ReasonFigures(const ReasonFigures&) = delete;
  void add(DropReason reason, uint64_t lines);
  uint64_t total() const;
  void add_to(std::map<std::string, uint64_t>& by_word) const;

 private:
  struct Node;
  std::atomic<Node*> first_{nullptr};
};

/// What became of the lines of one source, or of one part of it (a file): on their way through the lanes, at a destination, settled. Changed on the source's lane, read
/// from any thread. Between two turns of the lane
///   read + copied = held + returned + dropped + the sum of what entered each destination, and
///   entered = memory + spill + delivered + dropped + returned for each of them.
class LedgerAccount {
 public:
  /// The lines of one account that came to one destination.
  struct Share {
    DestinationId destination = kNoDestination;
    Figure entered, memory, spill, delivered, returned;
    ReasonFigures dropped;
    std::atomic<Share*> next{nullptr};
  };

  LedgerAccount(uint64_t id, std::string component, std::string part, size_t lane)
      : id_(id), component_(std::move(component)), part_(std::move(part)), lane_(lane) {}
  ~LedgerAccount();
  LedgerAccount(const LedgerAccount&) = delete;

  uint64_t id() const { return id_; }
  const std::string& component() const { return component_; }
  const std::string& part() const { return part_; }
  size_t lane() const { return lane_; }

  // On the lane; lines.
  void read(uint64_t lines) { read_.add(lines), held_.add(lines); }
  void copied(uint64_t lines) { copied_.add(lines), held_.add(lines); }
  void arrived(DestinationId destination, uint64_t lines);
  void settled(Settled outcome, uint64_t lines, DropReason reason, DestinationId destination);

  /// Lines that were queued have left the spill: delivered, or dropped for a reason.
  void left_spill(DestinationId destination, uint64_t lines, DropReason reason);

  /// Nothing of it is on its way any more.
  bool settled() const;

 private:
  friend class Ledger;
  Share& share(DestinationId destination);
  const uint64_t id_;
  const std::string component_, part_;
  const size_t lane_;
  Figure read_, copied_, held_, returned_;
  ReasonFigures dropped_;
  std::atomic<Share*> shares_{nullptr};
};
using LedgerAccountPtr = std::shared_ptr<LedgerAccount>;

/// A destination's own book, on the delivery loop; read from any thread. entered + resumed = queue + requests + spill + delivered + dropped + returned, in lines.
struct LedgerDestination {
  DestinationId id = kNoDestination;
  std::string component, name;
  Figure entered;
  Figure resumed;    // found on disk at the start
  Figure queue;      // in memory, or on the way to disk
  Figure requests;   // in a request that is under way, or waits to be repeated
  Figure spill;      // on disk; those of a request that came from there count there
  Figure delivered;
  Figure returned;
  Figure resent;     // lines of requests that were repeated
  ReasonFigures dropped;
};
using LedgerDestinationPtr = std::shared_ptr<LedgerDestination>;

/// The accounts of all sources and the books of all destinations of the process. Any thread, but for snapshot().
class Ledger {
 public:
  /// `part` is empty for a source that has none. An account whose last other owner has gone is added to those of its component once it is settled.
  LedgerAccountPtr open(const std::string& component, const std::string& part, size_t lane);
  /// The same component and name get the same book again.
  LedgerDestinationPtr destination(const std::string& component, const std::string& name);
  /// An account that is still open, by its id.
  LedgerAccountPtr find(uint64_t id) const;

  struct ShareLines {
    DestinationId destination = kNoDestination;
    uint64_t entered = 0, memory = 0, spill = 0, delivered = 0, returned = 0;
    std::map<std::string, uint64_t> dropped;
    bool balanced() const;
  };
  struct SourceLines {
    std::string component, part;
    uint64_t read = 0, copied = 0, held = 0, returned = 0;
    std::map<std::string, uint64_t> dropped;  // before any destination
    std::map<DestinationId, ShareLines> shares;
    bool balanced() const;
  };
  struct DestinationLines {
    DestinationId id = kNoDestination;
    std::string component, name;
    uint64_t entered = 0, resumed = 0, queue = 0, requests = 0, spill = 0, delivered = 0, returned = 0, resent = 0;
    std::map<std::string, uint64_t> dropped;
    bool balanced() const;
  };
  /// The accounts of one lane; exact on that lane. Those that are settled and closed are one per component.
  std::vector<SourceLines> sources_of(size_t lane) const;
  /// All sources, one for each component: near enough at any moment, for metrics.
  std::vector<SourceLines> sources_by_component() const;
  /// Exact on the delivery loop.
  std::vector<DestinationLines> destinations() const;
  /// Names of destinations by id: component and name.
  std::pair<std::string, std::string> name_of(DestinationId id) const;
  static void add(SourceLines& sum, const SourceLines& more);

 private:
  void fold_settled();
  static SourceLines lines_of(const LedgerAccount& account);
  mutable std::mutex mutex_;
  std::map<uint64_t, LedgerAccountPtr> accounts_;
  std::map<std::pair<std::string, size_t>, SourceLines> closed_;  // by component and lane
  std::vector<LedgerDestinationPtr> destinations_;                // id - 1
  uint64_t next_account_ = 1;
  size_t fold_at_ = 64;  // accounts
};

}  // namespace invar
