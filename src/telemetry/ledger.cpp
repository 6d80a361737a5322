#include "src/telemetry/ledger.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "src/base/check.h"

namespace invar {
namespace {

uint64_t sum_of(const std::map<std::string, uint64_t>& by_word) {
  return std::accumulate(by_word.begin(), by_word.end(), uint64_t{0}, [](uint64_t sum, const auto& one) { return sum + one.second; });
}

}  // namespace

struct ReasonFigures::Node {
  explicit Node(DropReason reason) : reason(reason) {}
  const DropReason reason;
  Figure lines;
  std::atomic<Node*> next{nullptr};
};

ReasonFigures::~ReasonFigures() {
  for (Node* node = first_.load(); node;) delete std::exchange(node, node->next.load());
}

void ReasonFigures::add(DropReason reason, uint64_t lines) {
  std::atomic<Node*>* place = &first_;
  Node* node = place->load(std::memory_order_relaxed);
  for (; node && node->reason != reason; node = place->load(std::memory_order_relaxed)) place = &node->next;
  if (!node) place->store(node = new Node(reason), std::memory_order_release);
  node->lines.add(lines);
}

uint64_t ReasonFigures::total() const {
  uint64_t sum = 0;
  for (const Node* node = first_.load(std::memory_order_acquire); node; node = node->next.load(std::memory_order_acquire)) sum += node->lines.value();
  return sum;
}

void ReasonFigures::add_to(std::map<std::string, uint64_t>& by_word) const {
  for (const Node* node = first_.load(std::memory_order_acquire); node; node = node->next.load(std::memory_order_acquire))
    by_word[node->reason == kNotDropped ? "unknown" : std::string(drop_reason_word(node->reason))] += node->lines.value();
}

LedgerAccount::~LedgerAccount() {
  for (Share* share = shares_.load(); share;) delete std::exchange(share, share->next.load());
}

LedgerAccount::Share& LedgerAccount::share(DestinationId destination) {
  std::atomic<Share*>* place = &shares_;
  Share* share = place->load(std::memory_order_acquire);
  for (; share && share->destination != destination; share = place->load(std::memory_order_acquire)) place = &share->next;
  if (share) return *share;
  share = new Share;
  share->destination = destination;
  place->store(share, std::memory_order_release);
  return *share;
}

void LedgerAccount::arrived(DestinationId destination, uint64_t lines) {
  Share& there = share(destination);
  held_.take(lines);
  there.entered.add(lines);
  there.memory.add(lines);
}

void LedgerAccount::settled(Settled outcome, uint64_t lines, DropReason reason, DestinationId destination) {
  if (destination == kNoDestination) {
    if (outcome == Settled::kDropped) return held_.take(lines), dropped_.add(reason, lines);
    if (outcome == Settled::kReturned) return held_.take(lines), returned_.add(lines);
    arrived(destination, lines);  // a sink that keeps no book, such as loki.echo
  }
  Share& there = share(destination);
  there.memory.take(lines);
  switch (outcome) {
    case Settled::kDelivered: there.delivered.add(lines); break;
    case Settled::kQueued: there.spill.add(lines); break;
    case Settled::kDropped: there.dropped.add(reason, lines); break;
    case Settled::kReturned: there.returned.add(lines); break;
  }
}

void LedgerAccount::left_spill(DestinationId destination, uint64_t lines, DropReason reason) {
  Share& there = share(destination);
  there.spill.take(lines);
  if (reason == kNotDropped)
    there.delivered.add(lines);
  else
    there.dropped.add(reason, lines);
}

bool LedgerAccount::settled() const {
  if (held_.value() != 0) return false;
  for (const Share* share = shares_.load(std::memory_order_acquire); share; share = share->next.load(std::memory_order_acquire))
    if (share->memory.value() != 0 || share->spill.value() != 0) return false;
  return true;
}

bool Ledger::ShareLines::balanced() const { return entered == memory + spill + delivered + returned + sum_of(dropped); }

bool Ledger::SourceLines::balanced() const {
  uint64_t gone = held + returned + sum_of(dropped);
  for (const auto& [id, share] : shares) {
    if (!share.balanced()) return false;
    gone += share.entered;
  }
  return read + copied == gone;
}

bool Ledger::DestinationLines::balanced() const {
  return entered + resumed == queue + requests + spill + delivered + returned + sum_of(dropped);
}

LedgerAccountPtr Ledger::open(const std::string& component, const std::string& part, size_t lane) {
  const std::lock_guard lock(mutex_);
  if (accounts_.size() >= fold_at_) {
    fold_settled();
    fold_at_ = std::max<size_t>(64, 2 * accounts_.size());
  }
  auto account = std::make_shared<LedgerAccount>(next_account_++, component, part, lane);
  accounts_.emplace(account->id(), account);
  return account;
}

LedgerDestinationPtr Ledger::destination(const std::string& component, const std::string& name) {
  const std::lock_guard lock(mutex_);
  for (const auto& known : destinations_)
    if (known->component == component && known->name == name) return known;
  INVAR_CHECK(destinations_.size() < UINT16_MAX);
  auto& made = destinations_.emplace_back(std::make_shared<LedgerDestination>());
  made->id = static_cast<DestinationId>(destinations_.size());
  made->component = component;
  made->name = name;
  return made;
}

LedgerAccountPtr Ledger::find(uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(id);
  return found == accounts_.end() ? nullptr : found->second;
}

std::pair<std::string, std::string> Ledger::name_of(DestinationId id) const {
  const std::lock_guard lock(mutex_);
  if (id == kNoDestination || id > destinations_.size()) return {};
  return {destinations_[id - 1u]->component, destinations_[id - 1u]->name};
}

Ledger::SourceLines Ledger::lines_of(const LedgerAccount& account) {
  SourceLines lines{account.component_, account.part_, account.read_.value(), account.copied_.value(), account.held_.value(), account.returned_.value(), {}, {}};
  account.dropped_.add_to(lines.dropped);
  for (const auto* share = account.shares_.load(std::memory_order_acquire); share; share = share->next.load(std::memory_order_acquire)) {
    ShareLines one{share->destination, share->entered.value(), share->memory.value(), share->spill.value(), share->delivered.value(), share->returned.value(), {}};
    share->dropped.add_to(one.dropped);
    lines.shares.emplace(share->destination, std::move(one));
  }
  return lines;
}

void Ledger::add(SourceLines& sum, const SourceLines& more) {
  sum.component = more.component;
  sum.part = more.part;
  sum.read += more.read;
  sum.copied += more.copied;
  sum.held += more.held;
  sum.returned += more.returned;
  for (const auto& [word, lines] : more.dropped) sum.dropped[word] += lines;
  for (const auto& [id, share] : more.shares) {
    ShareLines& into = sum.shares[id];
    into.destination = id;
    into.entered += share.entered;
    into.memory += share.memory;
    into.spill += share.spill;
    into.delivered += share.delivered;
    into.returned += share.returned;
    for (const auto& [word, lines] : share.dropped) into.dropped[word] += lines;
  }
}

void Ledger::fold_settled() {
  for (auto account = accounts_.begin(); account != accounts_.end();) {
    if (account->second.use_count() > 1 || !account->second->settled()) {
      ++account;
      continue;
    }
    SourceLines lines = lines_of(*account->second);
    lines.part.clear();
    add(closed_[{lines.component, account->second->lane()}], lines);
    account = accounts_.erase(account);
  }
}

std::vector<Ledger::SourceLines> Ledger::sources_of(size_t lane) const {
  const std::lock_guard lock(mutex_);
  std::vector<SourceLines> all;
  for (const auto& [key, lines] : closed_)
    if (key.second == lane) all.push_back(lines);
  for (const auto& [id, account] : accounts_)
    if (account->lane() == lane) all.push_back(lines_of(*account));
  return all;
}

std::vector<Ledger::SourceLines> Ledger::sources_by_component() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, SourceLines> sums;
  for (const auto& [key, lines] : closed_) add(sums[key.first], lines);
  for (const auto& [id, account] : accounts_) add(sums[account->component()], lines_of(*account));
  std::vector<SourceLines> all;
  for (auto& [component, lines] : sums) all.push_back(std::move(lines));
  return all;
}

std::vector<Ledger::DestinationLines> Ledger::destinations() const {
  const std::lock_guard lock(mutex_);
  std::vector<DestinationLines> all;
  for (const auto& d : destinations_) {
    DestinationLines lines{d->id,         d->component,        d->name,          d->entered.value(), d->resumed.value(), d->queue.value(), d->requests.value(),
                           d->spill.value(), d->delivered.value(), d->returned.value(), d->resent.value(), {}};
    d->dropped.add_to(lines.dropped);
    all.push_back(std::move(lines));
  }
  return all;
}

}  // namespace invar
