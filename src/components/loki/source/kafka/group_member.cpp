#include "src/components/loki/source/kafka/group_member.h"

#include <syslog.h>

#include <algorithm>
#include <utility>

namespace invar::loki_source_kafka {
namespace {

using kafka::PartitionOffset;
using kafka::TopicPartition;

constexpr size_t kEventsPerTurn = 2048;
constexpr size_t kMostAhead = 2u << 20;     // bytes at the lanes, of all partitions that are not held up
constexpr uint64_t kHoldUpMs = 500;         // for so long a full lane holds up everybody, then its partitions alone
constexpr uint64_t kTickMs = 1000;          // also what tells the group that somebody reads
constexpr uint64_t kCommitMs = 250;
constexpr uint64_t kTopicsMs = 30'000;      // Alloy's
constexpr uint64_t kTopicsRetryMs = 2000;
constexpr uint64_t kOpenAgainMs = 10'000;   // a certificate that could not be read may be there
constexpr int kFirstTopicsWaitMs = 500, kTopicsWaitMs = 2000;
constexpr int kOffsetsWaitMs = 2000;
constexpr uint64_t kRevocationMs = 3000;    // for what is on its way to be acknowledged
constexpr uint64_t kLeaveMs = 3000;         // for the group to answer
constexpr int64_t kOldest = -2;             // as sarama writes where reading begins without an offset

/// As Go prints a []string.
std::string listed(const std::vector<std::string>& topics) {
  std::string text = "[";
  for (const std::string& topic : topics) text += (text.size() > 1 ? " " : "") + topic;
  return text + "]";
}

std::string listed(const std::vector<TopicPartition>& partitions) {
  std::vector<std::string> names;
  for (const TopicPartition& at : partitions) names.push_back(at.topic + "/" + std::to_string(at.partition));
  return listed(names);
}

/// As Prometheus prints a label set.
std::string printed(const std::map<std::string, std::string>& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels) text += (text.size() > 1 ? ", " : "") + name + "=\"" + value + "\"";
  return text + "}";
}

std::string details_of(const Claim& claim, int32_t generation, int64_t initial_offset) {
  return "member_id=" + claim.member_id + " generation_id=" + std::to_string(generation) + " topic=" + claim.topic + " partition=" + std::to_string(claim.partition) +
         " initial_offset=" + std::to_string(initial_offset);
}

}  // namespace

GroupMember::GroupMember(Loop& loop, Logger log, Settings settings, LabelPlanPtr labels, Ways ways)
    : loop_(loop),
      log_(std::move(log)),
      settings_(std::move(settings)),
      labels_(std::move(labels)),
      ways_(std::move(ways)),
      tick_timer_(loop, [this] { tick(); }),
      topics_timer_(loop, [this] { look_for_topics(); }),
      hold_up_timer_(loop, [this] { hold_up(); }),
      revocation_timer_(loop, [this] { end_waiting(); }),
      commit_timer_(loop, [this] { commit(); }) {}

GroupMember::~GroupMember() { end_consumer(); }

void GroupMember::begin() {
  open();
  tick_timer_.start(kTickMs, kTickMs);
}

void GroupMember::open() {
  auto opened = kafka::Consumer::open(
      loop_, settings_.client,
      [log = log_](int level, std::string_view text) {
        log.log(level <= LOG_WARNING ? LogLevel::kWarn : LogLevel::kDebug, "kafka client", {{"err", std::string(text)}});
      },
      [this] { plan_work(); });
  first_look_ = true;
  ever_connected_ = false;
  last_broker_error_.clear();
  if (!opened) {
    const std::string what = "error creating kafka client: " + opened.error().what;
    if (std::exchange(told_, what) != what) log_.error("failed to create kafka client with provided config", {{"err", what}});
    open_again_ms_ = loop_.now_ms() + kOpenAgainMs;
    return ways_.report("client", Error{what, opened.error().reason});
  }
  told_.clear();
  ways_.report("client", std::nullopt);
  consumer_ = std::move(*opened);
  tokens_ = std::make_unique<TokenSource>(loop_, settings_.tokens);
  plan_work();  // a token may be wanted before anything else
  topics_timer_.start(0);
}

void GroupMember::end_consumer() {
  for (Timer* timer : {&topics_timer_, &hold_up_timer_, &revocation_timer_, &commit_timer_}) timer->stop();
  tokens_.reset();
  consumer_.reset();
  held_.clear();
  last_ = nullptr;
  topics_.clear();
  uncommitted_.clear();
  ahead_ = 0;
  revocation_.reset();
}

// -------------------------------------------------------------------------------------------------------------- topics

void GroupMember::look_for_topics() {
  if (!consumer_ || leaving_) return;
  const bool first = std::exchange(first_look_, false);
  looked_ms_ = loop_.now_ms();
  auto topics = consumer_->topics(first ? kFirstTopicsWaitMs : kTopicsWaitMs);
  if (!topics) {
    consumer_->poll(*this, kEventsPerTurn);  // which says why
    if (first && last_broker_error_.empty()) return topics_timer_.start(0);  // it may be slow
    topics_failed(topics.error());
    return topics_timer_.start(kTopicsRetryMs);
  }
  topics_timer_.start(kTopicsMs);
  if (!told_.empty()) log_.info("kafka brokers can be reached again");
  ever_connected_ = true;
  told_.clear();
  ways_.report("brokers", std::nullopt);
  auto wanted = settings_.topics.matching(*topics);
  if (wanted != topics_) set_topics(std::move(wanted));
}

void GroupMember::topics_failed(const Error& error) {
  const std::string why = last_broker_error_.empty() ? error.what : last_broker_error_;
  const std::string first = "error creating kafka client: kafka: client has run out of available brokers to talk to: " + why;
  const std::string what = ever_connected_ ? "failed to fetch topics: " + why : first;
  ways_.report("brokers", Error{what, error.reason});
  if (std::exchange(told_, what) == what) return;
  if (ever_connected_) log_.warn("failed to fetch topics", {{"err", why}});
  else log_.error("failed to create kafka client with provided config", {{"err", first}});
}

void GroupMember::set_topics(std::vector<std::string> topics) {
  log_.info("new topics received", {{"topics", listed(topics)}});
  ways_.report("consumer", std::nullopt);  // what was wrong with those of before
  if (!topics_.empty()) log_.info("stopping consumer", {{"topics", listed(topics_)}});
  topics_ = std::move(topics);
  if (topics_.empty()) return consumer_->unsubscribe();
  log_.info("starting consumer", {{"topics", listed(topics_)}});
  consumer_->subscribe(topics_);
}

// -------------------------------------------------------------------------------------------------------------- reading

void GroupMember::plan_work() {
  if (std::exchange(work_planned_, true)) return;
  loop_.post([this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    work_planned_ = false;
    work();
  });
}

void GroupMember::work() {
  if (!consumer_ || revocation_) return;
  size_t events = 0;
  // A message at a time: a rebalance is answered, and a lane that is full noticed, in front of the next one.
  while (events < kEventsPerTurn && !revocation_ && (ahead_ < kMostAhead || leaving_)) {
    if (consumer_->poll(*this, 1) == 0) break;
    ++events;
  }
  for (auto& [_, held] : held_)
    if (held.filling) deliver(held);
  if (leaving_) return go_on_leaving();
  if (ahead_ >= kMostAhead && !hold_up_timer_.active()) hold_up_timer_.start(kHoldUpMs);
  if (events == kEventsPerTurn) plan_work();
}

GroupMember::Held* GroupMember::find(std::string_view topic, int32_t partition) {
  if (last_ && last_->claim->partition == partition && last_->claim->topic == topic) return last_;
  const auto known = held_.find(TopicPartition{std::string(topic), partition});
  return known == held_.end() ? nullptr : last_ = &known->second;
}

void GroupMember::on_message(const kafka::Message& message) {
  Held* held = find(message.topic, message.partition);
  if (!held || !held->reads()) return;  // whoever gets the partition reads it
  if (!held->filling) {
    held->filling = std::make_shared<KafkaBatch>();
    held->filling->claim = held->claim;
  }
  KafkaBatch& batch = *held->filling;
  KafkaBatch::Row row{.line = batch.texts.copy(message.value), .key = {}, .offset = message.offset, .time_ms = message.time_ms};
  if (labels_->reads_key) row.key = batch.texts.copy(message.key);
  batch.rows.push_back(row);
  batch.next_offset = message.offset + 1;
  const size_t bytes = row.line.size() + row.key.size() + sizeof row;
  batch.bytes += bytes;
  held->ahead += bytes;
  if (!held->held_up) ahead_ += bytes;
  if (batch.rows.size() >= KafkaBatch::kMaxRows || batch.bytes >= KafkaBatch::kMaxBytes) deliver(*held);
}

void GroupMember::deliver(Held& held) { ways_.deliver(std::exchange(held.filling, nullptr)); }

/// The lanes have been full for a while: their partitions are not fetched any more, the others and the group's events go on.
void GroupMember::hold_up() {
  if (!consumer_ || ahead_ < kMostAhead) return;
  std::vector<TopicPartition> full;
  for (auto& [at, held] : held_) {
    if (held.ahead == 0 || held.held_up || !held.reads()) continue;
    held.held_up = true;
    ahead_ -= held.ahead;
    full.push_back(at);
  }
  consumer_->pause(full);
  plan_work();
}

void GroupMember::handed_on(uint64_t claim, size_t bytes) {
  for (auto& [at, held] : held_) {
    if (held.claim->id != claim) continue;
    held.ahead -= std::min(held.ahead, bytes);
    if (!held.held_up) {
      ahead_ -= std::min(ahead_, bytes);
      if (ahead_ < kMostAhead) hold_up_timer_.stop();
    } else if (held.ahead == 0) {
      held.held_up = false;
      if (consumer_ && held.reads()) consumer_->resume({at});
    }
  }
  plan_work();
}

void GroupMember::set_labels(LabelPlanPtr labels) {
  labels_ = std::move(labels);
  for (auto& [at, held] : held_) {
    const bool without = claim_labels(*labels_, *held.claim).empty();
    if (without == std::exchange(held.without_labels, without) || !consumer_ || held.held_up) continue;
    if (without) consumer_->pause({at});
    else consumer_->resume({at});
  }
}

/// What keeps the membership alive while nothing arrives.
void GroupMember::tick() {
  plan_work();
  if (leaving_) return go_on_leaving();
  if (!consumer_ && !gone_ && loop_.now_ms() >= open_again_ms_) open();
}

// ----------------------------------------------------------------------------------------------------------- rebalances

void GroupMember::on_assigned(std::vector<TopicPartition> partitions) {
  if (leaving_) return consumer_->assign({});
  std::map<TopicPartition, int64_t> committed;
  if (!partitions.empty())
    if (const auto offsets = consumer_->committed(partitions, kOffsetsWaitMs))
      for (const PartitionOffset& one : *offsets) committed[one.at] = one.offset;
  const std::string member = consumer_->member_id();
  const int32_t generation = consumer_->generation_id();
  std::vector<PartitionOffset> begins;
  std::vector<TopicPartition> unread;
  for (const TopicPartition& at : partitions) {
    const size_t lane = (std::hash<std::string>()(at.topic) + static_cast<size_t>(at.partition)) % ways_.lanes;
    Held held{.claim = std::make_shared<const Claim>(Claim{next_claim_++, at.topic, at.partition, member, settings_.client.group_id, lane}), .filling = {}};
    const auto known = committed.find(at);
    PartitionOffset begin{at};
    if (const auto settled = uncommitted_.find(at); settled != uncommitted_.end() && known != committed.end() && settled->second > known->second) {
      begin.offset = held.settled = settled->second;
      commit_timer_.start(kCommitMs);
    }
    const int64_t initial = std::max(begin.offset, known == committed.end() ? PartitionOffset::kNone : known->second);
    const std::string details = details_of(*held.claim, generation, initial < 0 ? kOldest : initial);
    held.without_labels = claim_labels(*labels_, *held.claim).empty();
    if (held.without_labels) {
      log_.warn("dropping target", {{"reason", "no labels"}, {"details", details}, {"discovered_labels", printed(discovered_labels(*held.claim))}});
      unread.push_back(at);
    } else {
      log_.info("consuming topic", {{"details", details}});
    }
    begins.push_back(begin);
    held_.insert_or_assign(at, std::move(held));
  }
  last_ = nullptr;
  uncommitted_.clear();
  consumer_->assign(begins);
  if (!unread.empty()) consumer_->pause(unread);
  ways_.report("consumer", std::nullopt);
}

void GroupMember::on_revoked(std::vector<TopicPartition> partitions, bool lost) {
  revocation_ = Revocation{std::move(partitions), lost};
  if (lost) log_.warn("partitions were lost, messages that were not committed are read again", {{"partitions", listed(revocation_->partitions)}});
  bool waits = false;
  for (const TopicPartition& at : revocation_->partitions) {
    const auto known = held_.find(at);
    if (known == held_.end()) continue;
    Held& held = known->second;
    held.filling.reset();
    if (!std::exchange(held.releasing, true)) ways_.release(held.claim);
    waits |= !held.released;
  }
  if (lost || !waits) return finish_revocation();
  revocation_timer_.start(kRevocationMs);
}

void GroupMember::released(uint64_t claim) {
  for (auto& [_, held] : held_)
    if (held.claim->id == claim) held.released = true;
  if (revocation_) {
    const auto rests = [this](const TopicPartition& at) {
      const auto known = held_.find(at);
      return known == held_.end() || known->second.released;
    };
    if (std::all_of(revocation_->partitions.begin(), revocation_->partitions.end(), rests)) return finish_revocation();
  }
  if (leaving_) go_on_leaving();
}

/// The group waits no longer.
void GroupMember::end_waiting() {
  log_.warn("partitions are given back before all is acknowledged, messages that were not are read again", {{"partitions", listed(revocation_->partitions)}});
  finish_revocation();
}

void GroupMember::finish_revocation() {
  revocation_timer_.stop();
  if (!consumer_ || !revocation_) return;
  const Revocation revocation = *std::exchange(revocation_, std::nullopt);
  if (!revocation.lost) commit_now(settled_of(revocation.partitions));
  consumer_->unassign(revocation.partitions);
  for (const TopicPartition& at : revocation.partitions) {
    const auto known = held_.find(at);
    if (known == held_.end()) continue;
    const Held& held = known->second;
    if (!held.held_up) ahead_ -= std::min(ahead_, held.ahead);
    if (!revocation.lost && held.settled > held.committed) uncommitted_[at] = held.settled;
    held_.erase(known);
  }
  last_ = nullptr;
  plan_work();
}

// ------------------------------------------------------------------------------------------------------------- offsets

void GroupMember::settled(const std::vector<SettledOffset>& offsets) {
  for (const SettledOffset& one : offsets)
    for (auto& [_, held] : held_)
      if (held.claim->id == one.claim) held.settled = std::max(held.settled, one.next_offset);
  if (!commit_timer_.active()) commit_timer_.start(kCommitMs);
}

/// Also what has been asked for: the answer may still be a refusal, and for these partitions it would come too late.
std::vector<PartitionOffset> GroupMember::settled_of(const std::vector<TopicPartition>& partitions) const {
  std::vector<PartitionOffset> offsets;
  for (const TopicPartition& at : partitions)
    if (const auto known = held_.find(at); known != held_.end() && known->second.settled >= 0) offsets.push_back({at, known->second.settled});
  return offsets;
}

std::vector<TopicPartition> GroupMember::held_partitions() const {
  std::vector<TopicPartition> partitions;
  for (const auto& [at, _] : held_) partitions.push_back(at);
  return partitions;
}

void GroupMember::commit() {
  if (!consumer_) return;
  std::vector<PartitionOffset> offsets;
  for (const auto& [at, held] : held_)
    if (held.settled > held.committed) offsets.push_back({at, held.settled});
  if (offsets.empty()) return;
  for (const PartitionOffset& one : offsets) held_[one.at].committed = one.offset;
  consumer_->commit(offsets);
}

void GroupMember::commit_now(const std::vector<PartitionOffset>& offsets) {
  if (offsets.empty()) return;
  if (const auto committed = consumer_->commit_now(offsets, kOffsetsWaitMs); !committed)
    return log_.warn("offsets could not be committed: messages are read again", {{"err", committed.error().what}});
  for (const PartitionOffset& one : offsets) held_[one.at].committed = one.offset;
}

void GroupMember::on_commit_failed(std::vector<TopicPartition> partitions, Error why) {
  for (const TopicPartition& at : partitions)
    if (const auto known = held_.find(at); known != held_.end()) known->second.committed = -1;
  log_.warn("offsets could not be committed, retrying", {{"err", why.what}});
  if (!commit_timer_.active()) commit_timer_.start(kTickMs);
}

// -------------------------------------------------------------------------------------------------------------- errors

void GroupMember::on_error(Error error) {
  if (error.reason == "brokers") return topics_timer_.start(0);  // looks whether it is so, and says so
  if (error.reason == "connection") {
    last_broker_error_ = kafka::dial_error(error.what);
    // Whether there are others.
    if (ever_connected_) topics_timer_.start(looked_ms_ + kTopicsRetryMs - std::min(loop_.now_ms(), looked_ms_ + kTopicsRetryMs));
    return log_.debug("kafka broker cannot be reached", {{"err", error.what}});
  }
  log_.error("error from the consumer, retrying...", {{"err", error.what}});
  ways_.report("consumer", Error{"error from the consumer: " + error.what, error.reason});
}

void GroupMember::on_token_wanted() {
  tokens_->get([this](Result<TokenSource::Token> token) {
    if (!consumer_) return;
    if (!token) {
      log_.error("failed to acquire token", {{"err", token.error().what}});
      consumer_->refuse_token("failed to acquire token: " + token.error().what);
      return ways_.report("token", Error{"failed to acquire token: " + token.error().what, token.error().reason});
    }
    ways_.report("token", std::nullopt);
    consumer_->set_token(token->text, "azure", token->expires_ms);
  });
}

// ------------------------------------------------------------------------------------------------------------- leaving

void GroupMember::change(Settings settings) {
  if (stopped_ || gone_) return;
  if (settings.client == settings_.client && settings.tokens == settings_.tokens && !leaving_) {
    settings_ = std::move(settings);
    return topics_timer_.start(0);
  }
  next_ = std::move(settings);
  release_all();
}

void GroupMember::stop(std::function<void()> done) {
  if (gone_) return done();
  stopped_ = std::move(done);
  next_.reset();
  release_all();
}

void GroupMember::release_all() {
  if (!std::exchange(leaving_, true)) {
    if (!topics_.empty()) log_.info("stopping consumer", {{"topics", listed(topics_)}});
    for (auto& [at, held] : held_) {
      held.filling.reset();
      if (std::exchange(held.releasing, true)) continue;
      if (consumer_) consumer_->pause({at});
      ways_.release(held.claim);
    }
    // For other settings nobody waits for ever; for the end the runtime has a deadline of its own.
    leave_before_ms_ = loop_.now_ms() + kRevocationMs;
  }
  go_on_leaving();
}

bool GroupMember::at_rest() const {
  return std::all_of(held_.begin(), held_.end(), [](const auto& one) { return one.second.released; });
}

/// Once all is at rest: commits, leaves the group, and is done or begins anew.
void GroupMember::go_on_leaving() {
  if (!leaving_ || revocation_) return;
  if (consumer_ && !closing_) {
    if (!at_rest() && (stopped_ || loop_.now_ms() < leave_before_ms_)) return;
    commit_now(settled_of(held_partitions()));
    closing_ = true;
    leave_before_ms_ = loop_.now_ms() + kLeaveMs;
    consumer_->close();
    return plan_work();
  }
  if (consumer_ && !consumer_->closed() && loop_.now_ms() < leave_before_ms_) return;
  end_consumer();
  leaving_ = closing_ = false;
  if (next_) {
    settings_ = *std::exchange(next_, std::nullopt);
    return open();
  }
  gone_ = true;
  tick_timer_.stop();
  if (stopped_) std::exchange(stopped_, nullptr)();
}

void GroupMember::abandon() {
  if (consumer_ && !closing_) commit_now(settled_of(held_partitions()));
  end_consumer();
  gone_ = true;
  tick_timer_.stop();
}

}  // namespace invar::loki_source_kafka
