#include "src/components/loki/write/sender.h"

#include <algorithm>

#include "src/base/check.h"
#include "src/components/loki/write/answer.h"
#include "src/components/loki/write/dead_letter.h"
#include "src/components/loki/write/refusal.h"

namespace invar::loki_write {

namespace {
constexpr size_t kAnswerLimit = 1u << 20;  // Loki names what it refuses
}

/// The batch under way: its bytes are made once.
struct Sender::Attempt {
  Batch batch;
  std::shared_ptr<const std::string> body;
  int64_t failures = 0;
  int64_t sent_ns = 0;
  Backoff backoff;
  HttpCall call;
};

Sender::Sender(SenderWorld& world, Owner& owner) : world_(world), owner_(owner), retry_(world.loop, [this] { send(); }) {}
Sender::~Sender() = default;

bool Sender::waits_for_answer() const { return attempt_ && attempt_->call.pending(); }
bool Sender::failing() const { return attempt_ && attempt_->failures > 0; }
int64_t Sender::waiting_ns() const { return waits_for_answer() ? world_.clock.steady_ns() - attempt_->sent_ns : 0; }

std::deque<Batch*> Sender::batches() {
  std::deque<Batch*> all;
  if (attempt_) all.push_back(&attempt_->batch);
  for (Batch& batch : rest_) all.push_back(&batch);
  return all;
}

uint64_t Sender::lines() const {
  uint64_t lines = attempt_ && !attempt_->batch.is_spilled() ? attempt_->batch.lines : 0;
  for (const Batch& batch : rest_) lines += batch.is_spilled() ? 0 : batch.lines;
  return lines;
}

void Sender::begin(Batch batch, TenantMetrics& tenant) {
  INVAR_CHECK(!busy());
  tenant_ = &tenant;
  start(std::move(batch));
}

void Sender::prepare(Batch& batch) const {
  if (!batch.body) batch.body = std::make_shared<RequestBody>(world_.builder.build(batch), world_.forks);
}

void Sender::start(Batch batch) {
  attempt_ = std::make_unique<Attempt>();
  attempt_->batch = std::move(batch);
  prepare(attempt_->batch);
  const std::shared_ptr<RequestBody> body = std::exchange(attempt_->batch.body, nullptr);
  attempt_->body = std::make_shared<const std::string>(body->compression.finish());
  world_.builder.take_back(std::move(body->request));
  world_.metrics.request_size(*tenant_).observe(static_cast<double>(attempt_->body->size()));
  send();
}

/// Goes on with the next part, if there is one.
void Sender::next() {
  if (!rest_.empty()) {
    Batch part = std::move(rest_.front());
    rest_.pop_front();
    return start(std::move(part));
  }
  owner_.idle(*this);
}

void Sender::configure(std::shared_ptr<const EndpointConfig> config, HttpClient& http, const std::function<TenantMetrics&(const std::string&)>& metrics_of) {
  config_ = std::move(config);
  http_ = &http;
  if (!attempt_) return;
  tenant_ = &metrics_of(attempt_->batch.tenant);
  attempt_->call.cancel();
  attempt_->backoff = {};
  retry_.start(0);
}

std::vector<Batch> Sender::take_back() {
  retry_.stop();
  std::vector<Batch> all;
  if (attempt_) {
    all.push_back(std::move(attempt_->batch));
    attempt_.reset();  // cancels the request
  }
  for (Batch& batch : rest_) all.push_back(std::move(batch));
  rest_.clear();
  return all;
}

void Sender::send() {
  Attempt& attempt = *attempt_;
  HttpRequest request;
  request.method = "POST";
  request.url = config_->url;
  request.headers = {{"Content-Type", "application/x-protobuf"}, {"Content-Encoding", "snappy"}};
  if (!attempt.batch.tenant.empty()) request.headers.push_back({"X-Scope-OrgID", attempt.batch.tenant});
  for (const auto& [name, value] : config_->headers)
    if (!has_header(request.headers, name)) request.headers.push_back({name, value});
  request.body = {std::string_view(*attempt.body), attempt.body};
  request.timeout_ms = to_ms(config_->timeout_ns);
  request.body_limit = kAnswerLimit;
  attempt.sent_ns = world_.clock.steady_ns();
  if (attempt.failures > 0) resent_ += attempt.batch.lines;
  attempt.call = http_->send(std::move(request), [this](Result<HttpResponse> answer) { receive(std::move(answer)); });
}

void Sender::receive(Result<HttpResponse> answer) {
  Attempt& attempt = *attempt_;
  const int status = answer ? answer->status : -1;
  const double seconds = static_cast<double>(world_.clock.steady_ns() - attempt.sent_ns) / 1e9;
  world_.metrics.duration(*tenant_, status).observe(seconds);
  const std::string why = answer ? status_text(*answer) : answer.error().what;
  switch (answer_of(status, config_->retry_on_429)) {
    case Answer::kTaken: {
      tenant_->sent_bytes->add(attempt.body->size());
      tenant_->sent_entries->add(attempt.batch.entries);
      observe_latency(attempt.batch);
      Batch batch = std::move(attempt.batch);
      attempt_.reset();
      owner_.answered(*this, "", false);
      owner_.settled(std::move(batch), kNotDropped);
      return next();
    }
    case Answer::kRepeat: return retry_later(status, why, answer ? retry_after_ns(*answer, world_.clock.wall_ns()) : 0);
    case Answer::kMisconfigured: owner_.answered(*this, why, true); return retry_later(status, why, answer ? retry_after_ns(*answer, world_.clock.wall_ns()) : 0);
    case Answer::kSplit:
      if (attempt.batch.entries > 1) return split();
      return drop(DropReasonWord::kIngesterError, status, why);
    case Answer::kRateLimited:
      world_.log.warn("dropping batch due to rate limiting applied at ingester", {{"component", "endpoint"}, {"host", config_->host}});
      return drop(DropReasonWord::kRateLimited, status, "");
    case Answer::kRefused:
      if (status == 400 && drop_guilty(status, why, answer->body)) return;
      return drop(DropReasonWord::kIngesterError, status, why);
  }
}

void Sender::retry_later(int status, const std::string& why, int64_t asked_wait_ns) {
  Attempt& attempt = *attempt_;
  world_.log.debug("error sending batch, will retry", {{"component", "endpoint"},
                                                       {"host", config_->host},
                                                       {"status", int64_t{status}},
                                                       {"tenant", attempt.batch.tenant},
                                                       {"error", why}});
  tenant_->retries->add();
  ++attempt.failures;
  const int64_t wait = std::max(attempt.backoff.next(config_->min_backoff_ns, config_->max_backoff_ns), asked_wait_ns);
  retry_.start(to_ms(wait));
  const bool exhausted = config_->max_retries > 0 && attempt.failures >= config_->max_retries;
  if (exhausted && attempt.failures == config_->max_retries)
    world_.log.error("no retries left, batch waits until the destination answers", {{"component", "endpoint"},
                                                                                    {"host", config_->host},
                                                                                    {"status", int64_t{status}},
                                                                                    {"tenant", attempt.batch.tenant},
                                                                                    {"error", why}});
  owner_.answered(*this, why, exhausted);
  if (exhausted) owner_.exhausted(*this);
}

void Sender::split() {
  Batch first = std::move(attempt_->batch);
  attempt_.reset();
  rest_.push_front(first.split());
  start(std::move(first));
}

/// What Loki names goes, the others are sent again. False: it names nothing that is known.
bool Sender::drop_guilty(int status, const std::string& why, std::string_view body) {
  const auto complaints = read_complaints(body);
  if (complaints.empty()) return false;
  Attempt& attempt = *attempt_;
  Verdict verdict = judge(attempt.batch, complaints);
  if (verdict.count == 0 && verdict.must_search) {
    Batch first = attempt.batch;
    Batch second = separate_streams(first);
    if (second.entries > 0) {
      attempt_.reset();
      rest_.push_front(std::move(second));
      start(std::move(first));
      return true;
    }
    // It is the stream that is left.
    std::fill(verdict.guilty.begin(), verdict.guilty.end(), verdict.search_reason);
    verdict.count = attempt.batch.entries;
  }
  if (verdict.count == 0) return false;
  world_.log.error("destination refuses entries, dropping them", {{"component", "endpoint"},
                                                                  {"host", config_->host},
                                                                  {"status", int64_t{status}},
                                                                  {"tenant", attempt.batch.tenant},
                                                                  {"entries", uint64_t{verdict.count}},
                                                                  {"of", uint64_t{attempt.batch.entries}},
                                                                  {"error", why}});
  bury(attempt.batch, status, why, [&](size_t entry) { return verdict.guilty[entry] == kNotDropped ? std::string_view() : drop_reason_word(verdict.guilty[entry]); });
  Batch innocent = std::move(attempt.batch);
  attempt_.reset();
  // One settlement per reason.
  std::vector<DropReason> reasons = verdict.guilty;
  std::sort(reasons.begin(), reasons.end());
  reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
  for (const DropReason reason : reasons) {
    if (reason == kNotDropped) continue;
    size_t at = 0;
    Batch guilty = innocent.separate([&](const FragmentPtr&, uint32_t) { return verdict.guilty[at++] == reason; });
    std::erase(verdict.guilty, reason);
    count_dropped(guilty, DropReasonWord::kIngesterError, guilty.counted);
    world_.metrics.refused(*tenant_, drop_reason_word(reason)).add(guilty.entries);
    owner_.settled(std::move(guilty), reason);
  }
  if (innocent.entries > 0)
    start(std::move(innocent));
  else
    next();
  return true;
}

void Sender::drop(DropReasonWord reason, int status, const std::string& why) {
  Attempt& attempt = *attempt_;
  if (!why.empty())
    world_.log.error("final error sending batch, no retries left, dropping data", {{"component", "endpoint"},
                                                                                   {"host", config_->host},
                                                                                   {"status", int64_t{status}},
                                                                                   {"tenant", attempt.batch.tenant},
                                                                                   {"error", why}});
  count_dropped(attempt.batch, reason, attempt.body->size());
  bury(attempt.batch, status, why, [&](size_t) { return word_of(reason); });
  observe_latency(attempt.batch);
  Batch batch = std::move(attempt.batch);
  attempt_.reset();
  owner_.settled(std::move(batch), drop_reason(word_of(reason)));
  next();
}

void Sender::count_dropped(const Batch& batch, DropReasonWord reason, uint64_t bytes) {
  tenant_->dropped_bytes[static_cast<size_t>(reason)]->add(bytes);
  tenant_->dropped_entries[static_cast<size_t>(reason)]->add(batch.entries);
}

void Sender::observe_latency(const Batch& batch) {
  HistogramRun latency(world_.metrics.latency(*tenant_));
  const int64_t now = world_.clock.wall_ns();
  for (const Piece& piece : batch.pieces)
    for (uint32_t i = piece.first; i < piece.last; ++i) {
      const int64_t created = piece.fragment->entries[i].created_ns;
      if (created != 0 && created <= now) latency.observe(static_cast<double>(now - created) / 1e9);
    }
}

/// Writes the entries with a reason, numbered in the order of the batch, to the dead letters.
void Sender::bury(const Batch& batch, int status, const std::string& why, const std::function<std::string_view(size_t)>& reason) {
  if (!world_.dead_letters) return;
  std::string letters;
  uint64_t count = 0;
  size_t number = 0;
  for (const Piece& piece : batch.pieces)
    for (uint32_t i = piece.first; i < piece.last; ++i) {
      const std::string_view word = reason(number++);
      if (word.empty()) continue;
      append_dead_letter(letters, {world_.clock.wall_ns(), world_.component, config_->host, batch.tenant, status, why, word}, *piece.fragment, i);
      ++count;
    }
  world_.dead_letters->write(std::move(letters), count);
}

}  // namespace invar::loki_write
