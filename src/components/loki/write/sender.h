#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "src/base/clock.h"
#include "src/base/fork_join.h"
#include "src/components/loki/write/backoff.h"
#include "src/components/loki/write/batch.h"
#include "src/components/loki/write/endpoint_config.h"
#include "src/components/loki/write/write_metrics.h"
#include "src/io/http_client.h"
#include "src/io/loop.h"
#include "src/runtime/dead_letters.h"
#include "src/runtime/logger.h"

namespace invar::loki_write {

/// What senders and endpoints share on the delivery loop.
struct SenderWorld {
  Loop& loop;
  const Clock& clock;
  WriteMetrics& metrics;
  RequestBuilder& builder;
  Logger log;
  std::string component;                 // its global id
  DeadLetters* dead_letters = nullptr;
  ForkJoin* forks = nullptr;             // helps compressing
};

/// One shard's way to the destination, on the delivery loop: one request at a time, its bytes made once, repeated until an answer says what becomes of its entries.
///
/// What a status means (defects.json lists where this is more than Alloy does): 2xx delivered; 429, 408, 5xx and no answer are tried again with backoff, after
/// max_backoff_retries attempts too; 401, 403, 404 and 405 likewise, since waiting for a mended configuration loses nothing; 413 splits the batch; 400 with one of
/// Loki's texts drops the entries it means and sends the others again; other answers drop the batch, counted as ingester_error.
class Sender {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Entries are done with: `reason` of a drop, or kNotDropped. More of the batch may follow.
    virtual void settled(Batch batch, DropReason reason) = 0;
    /// An answer has come, or none: `trouble` is empty after a 2xx. `lasting`: only people can mend it, or attempts are used up.
    virtual void answered(Sender& sender, const std::string& trouble, bool lasting) = 0;
    /// Nothing is left of the batch: the next one may begin.
    virtual void idle(Sender& sender) = 0;
    /// As many attempts failed as max_backoff_retries allows.
    virtual void exhausted(Sender& sender) = 0;
  };
  Sender(SenderWorld& world, Owner& owner);
  ~Sender();
  Sender(const Sender&) = delete;

  bool busy() const { return attempt_ != nullptr; }
  /// A request is on the wire.
  bool waits_for_answer() const;
  bool failing() const;
  /// Nanoseconds since the request was sent that waits for an answer; 0: none does.
  int64_t waiting_ns() const;
  /// All that it has in hand, the batch under way first.
  std::deque<Batch*> batches();
  /// Lines of it that are in memory only.
  uint64_t lines() const;

  /// Helpers begin with the body of a batch that has its turn soon. Nothing is added to it from then on.
  void prepare(Batch& batch) const;
  /// Only when not busy(). `tenant` outlives it.
  void begin(Batch batch, TenantMetrics& tenant);
  /// Further requests use these; one under way is sent again.
  void configure(std::shared_ptr<const EndpointConfig> config, HttpClient& http, const std::function<TenantMetrics&(const std::string& tenant)>& metrics_of);
  /// Gives up what it has in hand.
  std::vector<Batch> take_back();
  /// Entries of requests that were sent a second time.
  uint64_t take_resent() { return std::exchange(resent_, 0); }

 private:
  struct Attempt;
  void start(Batch batch);
  void next();
  void send();
  void receive(Result<HttpResponse> answer);
  void retry_later(int status, const std::string& why, int64_t asked_wait_ns);
  void split();
  bool drop_guilty(int status, const std::string& why, std::string_view body);
  void drop(DropReasonWord reason, int status, const std::string& why);
  void count_dropped(const Batch& batch, DropReasonWord reason, uint64_t bytes);
  void observe_latency(const Batch& batch);
  void bury(const Batch& batch, int status, const std::string& why, const std::function<std::string_view(size_t)>& reason);

  SenderWorld& world_;
  Owner& owner_;
  std::shared_ptr<const EndpointConfig> config_;
  HttpClient* http_ = nullptr;
  std::unique_ptr<Attempt> attempt_;
  std::deque<Batch> rest_;  // parts of what was split, in order
  TenantMetrics* tenant_ = nullptr;
  Timer retry_;
  uint64_t resent_ = 0;
};

}  // namespace invar::loki_write
