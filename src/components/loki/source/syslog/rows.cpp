#include "src/components/loki/source/syslog/rows.h"

#include "src/text/civil_time.h"
#include "src/text/url.h"

namespace invar::loki_source_syslog {
namespace {

/// Rows that get the time of their reading.
constexpr int64_t kReadTime = INT64_MIN;
constexpr size_t kMostRemembered = 512;  // label sets of one sender
constexpr size_t kComplaintsPerSecond = 10;

/// The year closest to now, by the machine's time: December seen in January was last year, January seen in December is next year.
Instant with_current_year(Instant time, int64_t now_ns) {
  static const TimeZone machine = TimeZone::local();
  const int64_t now_seconds = Instant::from_nanos(now_ns).seconds;
  const CivilTime now = civil_from_seconds(now_seconds + machine.offset_at(now_seconds));
  CivilTime civil = civil_from_seconds(time.seconds);
  const int64_t year = civil.month == 12 && now.month == 1 ? now.year - 1 : civil.month == 1 && now.month == 12 ? now.year + 1 : now.year;
  civil.year += year;
  return {seconds_from_civil(civil), time.nanos};
}

}  // namespace

SyslogMetrics::SyslogMetrics(MetricScope& scope)
    : entries(scope.counter("loki_source_syslog_entries_total", "Total number of successful entries sent to the syslog target")),
      parsing_errors(scope.counter("loki_source_syslog_parsing_errors_total", "Total number of parsing errors while receiving syslog messages")),
      empty_messages(scope.counter("loki_source_syslog_empty_messages_total", "Total number of empty messages received from syslog")),
      framing_errors(scope.counter("invar_source_syslog_framing_errors_total", "Lines and datagrams that begin with neither a priority nor a length.")),
      udp_dropped(scope.counter("invar_source_syslog_udp_dropped_total", "Datagrams that the kernel dropped because its buffer was full.")),
      lost(scope.counter("invar_source_lost_lines_total", "Lines that were answered, and given back by a destination that stopped.")) {}

Rows::Rows(Lane& lane, SyslogMetrics& metrics, Logger log, LedgerAccountPtr account, size_t most_unsettled, Upstream& upstream, std::function<void()> settled)
    : lane_(lane),
      metrics_(metrics),
      log_(std::move(log)),
      upstream_(upstream),
      account_(std::move(account)),
      settled_(std::move(settled)),
      runs_(metrics.lost, account_, settled_),
      fanout_(lane.index()),
      most_unsettled_(most_unsettled) {}

Rows::~Rows() { fanout_.forget(upstream_); }

void Rows::open_write_ahead(NodeContext& context, std::string directory) {
  ahead_ = std::make_unique<AheadRuns>(lane_, context, std::move(directory), fanout_, account_, metrics_.lost, settled_);
}

void Rows::stop() {
  if (ahead_) ahead_->stop();
}

void Rows::adopt(SyslogPlanPtr plan) {
  plan_ = std::move(plan);
  ++adopted_;
  fanout_.set_receivers(plan_->forward_to);
}

size_t Rows::read(Stream& stream, const ListenerPlan& plan, Peer& peer, std::string_view bytes, Framing::End end) {
  size_t used = 0;
  while (!paused()) {
    const Frame frame = stream.next(bytes.substr(used), end);
    if (frame.kind == Frame::Kind::kMore && frame.used == 0) break;
    used += frame.used;
    take(frame, plan, peer, true);
    if (full()) flush();
  }
  return used;
}

bool Rows::read_datagram(const ListenerPlan& plan, Peer& peer, std::string_view bytes) {
  Stream stream(plan.intake, /*goes_on=*/false);
  if (bytes.empty()) complain("error parsing syslog stream", "EOF");
  for (size_t used = 0;;) {
    const Frame frame = stream.next(bytes.substr(used), Framing::End::kClosed);
    if (frame.kind == Frame::Kind::kMore && frame.used == 0) break;
    used += frame.used;
    take(frame, plan, peer, false);
  }
  return full();
}

void Rows::take(const Frame& frame, const ListenerPlan& plan, Peer& peer, bool stream) {
  switch (frame.kind) {
    case Frame::Kind::kMore: return;
    case Frame::Kind::kNoSyslog:
      metrics_.framing_errors.add();
      return complain(stream ? "error initializing syslog stream" : "error parsing syslog stream", frame.why);
    case Frame::Kind::kBad: why_ = frame.why; break;
    case Frame::Kind::kCut:
      if (parse(frame, plan)) why_ = frame.why;
      break;
    case Frame::Kind::kMessage:
      if (plan.intake.format == Format::kRaw && !frame.counted && trim_space(frame.text).empty()) return;  // an empty line is no message
      if (parse(frame, plan)) return add(plan, peer);
      break;
  }
  metrics_.parsing_errors.add();
  complain("error parsing syslog stream", why_);
}

bool Rows::parse(const Frame& frame, const ListenerPlan& plan) {
  std::string_view text = frame.text;
  switch (plan.intake.format) {
    case Format::kRfc5424: return parse_rfc5424(text, message_, why_);
    case Format::kRaw: parse_raw(frame.counted ? text : trim_space(text), message_); return true;
    case Format::kRfc3164: break;
  }
  Rfc3164Options options = plan.rfc3164;
  options.newlines = frame.counted;
  if (frame.counted && text.ends_with('\n')) {
    text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
  }
  return parse_rfc3164(text, options, message_, why_);
}

void Rows::add(const ListenerPlan& plan, Peer& peer) {
  if (message_.text.empty()) {
    metrics_.empty_messages.add();
    if (!plan.allow_empty) return;
  }
  const std::string_view line = line_of(plan);
  batch_.rows.push_back({.line = line, .time_ns = time_of(plan), .labels = labels_of(plan, peer)});
  bytes_ += line.size();
}

std::string_view Rows::line_of(const ListenerPlan& plan) {
  if (!plan.use_rfc5424_message || plan.intake.format != Format::kRfc5424) return message_.text;
  text_.clear();
  append_rfc5424(message_, text_);
  return batch_.arena().copy(text_);
}

int64_t Rows::time_of(const ListenerPlan& plan) const {
  if (!plan.use_incoming_timestamp || !message_.time) return kReadTime;
  const bool needs_year = plan.current_year && plan.intake.format == Format::kRfc3164;
  return (needs_year ? with_current_year(*message_.time, lane_.clock().wall_ns()) : *message_.time).unix_nanos();
}

void Rows::make_key(const ListenerPlan& plan) {
  key_.clear();
  if (!wants_names()) return;  // without rules no label of a message shows
  key_ += message_.priority ? static_cast<char>(*message_.priority) : '\0';
  key_ += message_.priority ? '+' : '-';
  for (const std::string_view field : {message_.hostname, message_.app_name, message_.proc_id, message_.msg_id}) {
    key_ += field;
    key_ += '\0';
  }
  if (message_.counter) key_ += 'c' + std::to_string(*message_.counter);
  if (message_.sequence) key_ += 's' + std::to_string(*message_.sequence);
  if (plan.label_structured_data) key_ += message_.structured_data;
}

const LabelSet* Rows::labels_of(const ListenerPlan& plan, Peer& peer) {
  // Both only grow, so their sum tells whether either has changed.
  if (const uint64_t now = adopted_ + lane_.labels().generation(); peer.labels_of != now || peer.label_sets.size() >= kMostRemembered) {
    peer.labels_of = now;
    peer.label_sets.clear();
    peer.last_set = nullptr;
  }
  make_key(plan);
  if (peer.last_set && peer.last_key == key_) return peer.last_set;
  auto at = peer.label_sets.find(std::string_view(key_));
  if (at == peer.label_sets.end()) at = peer.label_sets.emplace(key_, make_labels(plan, peer)).first;
  peer.last_key = key_;
  return peer.last_set = at->second;
}

const LabelSet* Rows::make_labels(const ListenerPlan& plan, const Peer& peer) {
  scratch_.reset();
  relabel::Labels labels(scratch_);
  for (const auto& [name, value] : plan.labels) labels.set(name, value);
  labels.set("__syslog_connection_ip_address", peer.ip);
  labels.set("__syslog_connection_hostname", peer.names);
  if (message_.priority) {
    labels.set("__syslog_message_severity", severity_word(*message_.priority));
    labels.set("__syslog_message_facility", facility_word(*message_.priority));
  }
  const auto set = [&labels](std::string_view name, std::string_view value) {
    if (!value.empty()) labels.set(name, value);
  };
  set("__syslog_message_hostname", message_.hostname);
  set("__syslog_message_app_name", message_.app_name);
  set("__syslog_message_proc_id", message_.proc_id);
  set("__syslog_message_msg_id", message_.msg_id);
  if (message_.counter) labels.set("__syslog_message_msg_counter", std::to_string(*message_.counter));
  if (message_.sequence) labels.set("__syslog_message_sequence", std::to_string(*message_.sequence));
  if (plan.label_structured_data) {
    std::string name, value;
    for (const StructuredElement& element : message_.elements) {
      for (size_t i = element.first; i < element.first + element.count; ++i) {
        name = "__syslog_message_sd_";
        for (const char c : element.id) name += c == '@' ? '_' : c;
        name += '_';
        name += message_.params[i].name;
        value.clear();
        append_unescaped(message_.params[i], value);
        labels.set(name, value);
      }
    }
  }
  // A rule that says drop ends the rules, not the message.
  (void)plan_->rules.apply(labels, relabel::NameRule::kClassic);
  std::vector<Label> shown;
  for (const Label& label : labels.all())
    if (!label.name.starts_with("__")) shown.push_back(label);
  return lane_.labels().intern_unsorted(shown);
}

void Rows::flush() {
  if (batch_.rows.empty()) return;
  const size_t rows = batch_.rows.size();
  const int64_t now = lane_.clock().wall_ns();
  uint32_t timed = 0;
  for (LogRow& row : batch_.rows) timed += row.time_ns == kReadTime;
  int64_t time = timed > 0 ? lane_.read_times(timed) : 0;
  for (LogRow& row : batch_.rows) {
    row.created_ns = now;
    if (row.time_ns == kReadTime) row.time_ns = time++;
  }
  if (ahead_) {
    ahead_->put(batch_);
    waits_ = ahead_->full();
  } else {
    paused_ = runs_.send(batch_, fanout_, upstream_) == Flow::kPause;
    waits_ = most_unsettled_ > 0 && runs_.unsettled() >= most_unsettled_;
  }
  metrics_.entries.add(rows);
  batch_.clear();
  bytes_ = 0;
}

bool Rows::stop_waiting() {
  if (!waits_ || (ahead_ ? ahead_->full() : runs_.unsettled() > most_unsettled_ / 2)) return false;
  waits_ = false;
  return true;
}

/// The counters tell how many there were.
void Rows::complain(std::string_view text, std::string_view why) {
  constexpr uint64_t kSecond = 1000;
  const uint64_t now = lane_.loop().now_ms();
  if (now - complaints_since_ms_ >= kSecond) complaints_since_ms_ = now, complaints_ = 0;
  if (++complaints_ > kComplaintsPerSecond) return;
  log_.warn(text, {{"err", std::string(why)}});
}

}  // namespace invar::loki_source_syslog
