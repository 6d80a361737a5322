#include "src/clients/kafka/consumer.h"

#include <librdkafka/rdkafka.h>
#include <sys/eventfd.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "src/clients/kafka/consumer_conf.h"
#include "src/io/certificate_name.h"

namespace invar::kafka {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* what) const {
    kFree(what);
  }
};
using PartitionsPtr = std::unique_ptr<rd_kafka_topic_partition_list_t, Free<rd_kafka_topic_partition_list_destroy>>;
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, Free<rd_kafka_queue_destroy>>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, Free<rd_kafka_event_destroy>>;

PartitionsPtr list_of(const std::vector<TopicPartition>& partitions) {
  PartitionsPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& at : partitions) rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition);
  return list;
}

PartitionsPtr list_of(const std::vector<PartitionOffset>& offsets) {
  PartitionsPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const PartitionOffset& one : offsets) rd_kafka_topic_partition_list_add(list.get(), one.at.topic.c_str(), one.at.partition)->offset = one.offset;
  return list;
}

std::vector<TopicPartition> partitions_of(const rd_kafka_topic_partition_list_t* list) {
  std::vector<TopicPartition> partitions;
  for (int i = 0; list && i < list->cnt; ++i) partitions.push_back({list->elems[i].topic, list->elems[i].partition});
  return partitions;
}

/// The first error of a commit: of all, or of one partition.
Error commit_error(rd_kafka_resp_err_t whole, const rd_kafka_topic_partition_list_t* list, std::vector<TopicPartition>* failed = nullptr) {
  rd_kafka_resp_err_t first = whole == RD_KAFKA_RESP_ERR__NO_OFFSET ? RD_KAFKA_RESP_ERR_NO_ERROR : whole;
  for (int i = 0; list && i < list->cnt; ++i) {
    const rd_kafka_resp_err_t one = list->elems[i].err ? list->elems[i].err : first;
    if (!first) first = one;
    if (one && failed) failed->push_back({list->elems[i].topic, list->elems[i].partition});
  }
  return first ? Error{rd_kafka_err2str(first), rd_kafka_err2name(first)} : Error{};
}

std::string_view reason_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__TIMED_OUT: return "connection";
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN: return "brokers";
    default: return "consumer";
  }
}

}  // namespace

struct Consumer::Inside {
  ~Inside() {
    if (watch) watch.reset();
    if (queue) rd_kafka_queue_io_event_enable(queue.get(), -1, nullptr, 0);
    queue.reset();
    if (client) rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    if (bell >= 0) ::close(bell);
  }
  void ring() {
    uint64_t rings = 0;
    while (::read(bell, &rings, sizeof rings) > 0) {}
    on_ready();
  }
  /// librdkafka can check a certificate for the broker's address only: of one that is to have another name that is checked here.
  static int verify(rd_kafka_t*, const char*, int32_t, int* x509_error, int depth, const char* der, size_t size, char* why, size_t why_size, void* opaque) {
    if (*x509_error != 0) return 0;
    const std::string& name = static_cast<Inside*>(opaque)->server_name;
    if (depth > 0 || certificate_is_for({der, size}, name)) return 1;
    std::snprintf(why, why_size, "x509: certificate is not valid for %s", name.c_str());
    return 0;
  }
  void tell(Owner& owner, rd_kafka_event_t* event);
  void tell_rebalance(Owner& owner, rd_kafka_event_t* event);
  bool cooperative() const {
    const char* protocol = rd_kafka_rebalance_protocol(client);
    return protocol && std::string_view(protocol) == "COOPERATIVE";
  }

  Log log;
  std::string server_name;
  std::function<void()> on_ready;
  rd_kafka_t* client = nullptr;
  QueuePtr queue;
  int bell = -1;
  std::unique_ptr<FdWatch> watch;
};

Consumer::Consumer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Consumer::~Consumer() = default;

Result<std::unique_ptr<Consumer>> Consumer::open(Loop& loop, const ConsumerSettings& settings, Log log, std::function<void()> on_ready) {
  auto inside = std::make_unique<Inside>();
  inside->log = std::move(log);
  inside->on_ready = std::move(on_ready);
  inside->server_name = settings.tls.server_name;
  auto conf = consumer_conf(settings);
  if (!conf) return conf.error();
  rd_kafka_conf_set_opaque(conf->get(), inside.get());
  rd_kafka_conf_set_log_cb(conf->get(), [](const rd_kafka_t* client, int level, const char* facility, const char* text) {
    // Connections that fail are events as well.
    static_cast<Inside*>(rd_kafka_opaque(client))->log(std::string_view(facility) == "FAIL" ? LOG_DEBUG : level, text);
  });
  if (settings.over_tls && !settings.tls.server_name.empty() && !settings.tls.insecure_skip_verify) rd_kafka_conf_set_ssl_cert_verify_cb(conf->get(), &Inside::verify);
  std::array<char, 512> why{};
  inside->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), why.data(), why.size());
  if (!inside->client) return Error{why.data(), "settings"};
  (void)conf->release();  // the client's now
  rd_kafka_poll_set_consumer(inside->client);
  inside->queue.reset(rd_kafka_queue_get_consumer(inside->client));
  inside->bell = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (inside->bell < 0) return Error{std::string("eventfd: ") + std::strerror(errno), "io"};
  inside->watch = std::make_unique<FdWatch>(loop, inside->bell, [inside = inside.get()](unsigned) { inside->ring(); });
  if (const auto watched = inside->watch->want(FdWatch::kReadable); !watched) return watched.error();
  static constexpr uint64_t kRing = 1;
  rd_kafka_queue_io_event_enable(inside->queue.get(), inside->bell, &kRing, sizeof kRing);
  return std::unique_ptr<Consumer>(new Consumer(std::move(inside)));
}

// -------------------------------------------------------------------------------------------------------------- events

size_t Consumer::poll(Owner& owner, size_t most) {
  size_t told = 0;
  while (told < most) {
    const EventPtr event(rd_kafka_queue_poll(inside_->queue.get(), 0));
    if (!event) break;
    ++told;
    inside_->tell(owner, event.get());
  }
  return told;
}

void Consumer::Inside::tell(Owner& owner, rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_FETCH:
      while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
        if (message->err) {
          owner.on_error({rd_kafka_message_errstr(message), std::string(reason_of(message->err))});
          continue;
        }
        rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        const int64_t time_ms = rd_kafka_message_timestamp(message, &type);
        owner.on_message({.topic = rd_kafka_topic_name(message->rkt),
                          .partition = message->partition,
                          .offset = message->offset,
                          .key = {static_cast<const char*>(message->key), message->key ? message->key_len : 0},
                          .value = {static_cast<const char*>(message->payload), message->payload ? message->len : 0},
                          .time_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : time_ms});
      }
      return;
    case RD_KAFKA_EVENT_REBALANCE: return tell_rebalance(owner, event);
    case RD_KAFKA_EVENT_OFFSET_COMMIT: {
      std::vector<TopicPartition> failed;
      Error why = commit_error(rd_kafka_event_error(event), rd_kafka_event_topic_partition_list(event), &failed);
      if (!failed.empty()) owner.on_commit_failed(std::move(failed), std::move(why));
      return;
    }
    case RD_KAFKA_EVENT_ERROR: {
      const rd_kafka_resp_err_t error = rd_kafka_event_error(event);
      const char* text = rd_kafka_event_error_string(event);
      return owner.on_error({text && *text ? text : rd_kafka_err2str(error), std::string(reason_of(error))});
    }
    case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH: return owner.on_token_wanted();
    default: return;
  }
}

void Consumer::Inside::tell_rebalance(Owner& owner, rd_kafka_event_t* event) {
  auto partitions = partitions_of(rd_kafka_event_topic_partition_list(event));
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) return owner.on_assigned(std::move(partitions));
  owner.on_revoked(std::move(partitions), rd_kafka_assignment_lost(client) != 0);
}

// ------------------------------------------------------------------------------------------------------ topics, partitions

Result<std::vector<std::string>> Consumer::topics(int timeout_ms) {
  const rd_kafka_metadata_t* metadata = nullptr;
  if (const auto error = rd_kafka_metadata(inside_->client, 1, nullptr, &metadata, timeout_ms)) return Error{rd_kafka_err2str(error), std::string(reason_of(error))};
  std::vector<std::string> topics;
  for (int i = 0; i < metadata->topic_cnt; ++i)
    if (!metadata->topics[i].err) topics.emplace_back(metadata->topics[i].topic);
  rd_kafka_metadata_destroy(metadata);
  std::sort(topics.begin(), topics.end());
  return topics;
}

void Consumer::subscribe(const std::vector<std::string>& topics) {
  std::vector<TopicPartition> wanted;
  for (const std::string& topic : topics) wanted.push_back({topic, RD_KAFKA_PARTITION_UA});
  rd_kafka_subscribe(inside_->client, list_of(wanted).get());
}

void Consumer::unsubscribe() { rd_kafka_unsubscribe(inside_->client); }

void Consumer::assign(const std::vector<PartitionOffset>& partitions) {
  const PartitionsPtr list = list_of(partitions);
  for (int i = 0; i < list->cnt; ++i)
    if (list->elems[i].offset == PartitionOffset::kNone) list->elems[i].offset = RD_KAFKA_OFFSET_INVALID;
  if (inside_->cooperative()) {
    if (rd_kafka_error_t* error = rd_kafka_incremental_assign(inside_->client, list.get())) rd_kafka_error_destroy(error);
  } else {
    rd_kafka_assign(inside_->client, list.get());
  }
}

void Consumer::unassign(const std::vector<TopicPartition>& partitions) {
  if (inside_->cooperative()) {
    if (rd_kafka_error_t* error = rd_kafka_incremental_unassign(inside_->client, list_of(partitions).get())) rd_kafka_error_destroy(error);
  } else {
    rd_kafka_assign(inside_->client, nullptr);
  }
}

void Consumer::pause(const std::vector<TopicPartition>& partitions) { rd_kafka_pause_partitions(inside_->client, list_of(partitions).get()); }
void Consumer::resume(const std::vector<TopicPartition>& partitions) { rd_kafka_resume_partitions(inside_->client, list_of(partitions).get()); }

std::string Consumer::member_id() const {
  char* text = rd_kafka_memberid(inside_->client);
  std::string id = text ? text : "";
  if (text) rd_kafka_mem_free(inside_->client, text);
  return id;
}

int32_t Consumer::generation_id() const {
  rd_kafka_consumer_group_metadata_t* metadata = rd_kafka_consumer_group_metadata(inside_->client);
  if (!metadata) return -1;
  const int32_t id = rd_kafka_consumer_group_metadata_generation_id(metadata);
  rd_kafka_consumer_group_metadata_destroy(metadata);
  return id;
}

// ------------------------------------------------------------------------------------------------------------- offsets

Result<std::vector<PartitionOffset>> Consumer::committed(const std::vector<TopicPartition>& partitions, int timeout_ms) {
  const PartitionsPtr list = list_of(partitions);
  if (const auto error = rd_kafka_committed(inside_->client, list.get(), timeout_ms)) return Error{rd_kafka_err2str(error), std::string(reason_of(error))};
  std::vector<PartitionOffset> offsets;
  for (int i = 0; i < list->cnt; ++i) {
    const auto& one = list->elems[i];
    offsets.push_back({{one.topic, one.partition}, one.offset >= 0 ? one.offset : PartitionOffset::kNone});
  }
  return offsets;
}

void Consumer::commit(const std::vector<PartitionOffset>& offsets) {
  rd_kafka_commit_queue(inside_->client, list_of(offsets).get(), inside_->queue.get(), nullptr, nullptr);
}

Result<void> Consumer::commit_now(const std::vector<PartitionOffset>& offsets, int timeout_ms) {
  // Behind those that are on their way already, and in front of the partitions' end: a queue of its own tells when.
  const QueuePtr answers(rd_kafka_queue_new(inside_->client));
  rd_kafka_commit_queue(inside_->client, list_of(offsets).get(), answers.get(), nullptr, nullptr);
  const EventPtr event(rd_kafka_queue_poll(answers.get(), timeout_ms));
  if (!event) return Error{"no answer within " + std::to_string(timeout_ms) + " ms", "timeout"};
  Error why = commit_error(rd_kafka_event_error(event.get()), rd_kafka_event_topic_partition_list(event.get()));
  return why.what.empty() ? Result<void>() : why;
}

// --------------------------------------------------------------------------------------------------------------- tokens

void Consumer::set_token(const std::string& token, const std::string& principal, int64_t expires_ms) {
  std::array<char, 512> why{};
  if (rd_kafka_oauthbearer_set_token(inside_->client, token.c_str(), expires_ms, principal.c_str(), nullptr, 0, why.data(), why.size())) refuse_token(why.data());
}

void Consumer::refuse_token(const std::string& why) { rd_kafka_oauthbearer_set_token_failure(inside_->client, why.c_str()); }

// ----------------------------------------------------------------------------------------------------------------- end

void Consumer::close() {
  if (rd_kafka_error_t* error = rd_kafka_consumer_close_queue(inside_->client, inside_->queue.get())) rd_kafka_error_destroy(error);
}

bool Consumer::closed() const { return rd_kafka_consumer_closed(inside_->client) != 0; }

std::string dial_error(std::string_view text) {
  constexpr std::string_view kConnect = "Connect to ", kFailed = " failed: ";
  const size_t begin = text.find(kConnect);
  if (begin == std::string_view::npos) return std::string(text);
  const size_t mark = text.find('#', begin), failed = text.find(kFailed, begin);
  if (mark == std::string_view::npos || failed == std::string_view::npos || mark > failed) return std::string(text);
  std::string_view why = text.substr(failed + kFailed.size());
  why = why.substr(0, why.find(" (after "));
  std::string small(why);
  if (!small.empty() && small[0] >= 'A' && small[0] <= 'Z') small[0] = static_cast<char>(small[0] - 'A' + 'a');
  return "dial tcp " + std::string(text.substr(mark + 1, failed - mark - 1)) + ": connect: " + small;
}

}  // namespace invar::kafka
