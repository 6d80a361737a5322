#include "tools/loki_sink/sink.h"

#include <chrono>
#include <sstream>

#include "tools/loki_sink/json_text.h"

namespace invar::loki_sink {
namespace {

using namespace std::chrono;

constexpr size_t kSlowRate = 100'000;  // bytes a second

int64_t monotonic_milliseconds() { return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count(); }
int64_t wall_microseconds() { return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count(); }

class Counting final : public PushVisitor {
 public:
  explicit Counting(Tally& tally) : tally_(tally), now_(wall_microseconds()) {}
  void stream(std::string_view labels) override { tally_.enter(labels); }
  void entry(int64_t, std::string_view line) override { tally_.entry(line, now_); }
  void metadata(std::string_view, std::string_view) override { tally_.metadata_pair(); }

 private:
  Tally& tally_;
  const int64_t now_;
};

// Writes entries as JSON lines. A line that is not UTF-8 comes as "line_base64".
class Dumping final : public PushVisitor {
 public:
  Dumping(std::string& into, const std::string& tenant) : into_(into), tenant_(json_string(tenant)) {}
  void stream(std::string_view labels) override {
    finish();
    labels_ = "{";
    for (const auto& [name, value] : read_labels(labels)) {
      if (labels_.size() > 1) labels_ += ',';
      labels_ += json_string(name) + ":" + json_string(value);
    }
    labels_ += "}";
  }
  void entry(int64_t nanoseconds, std::string_view line) override {
    finish();
    into_ += "{\"stream\":" + labels_ + ",\"tenant\":" + tenant_ + ",\"ts\":\"" + std::to_string(nanoseconds) + "\",";
    into_ += is_utf8(line) ? "\"line\":" + json_string(line) : "\"line_base64\":\"" + base64(line) + "\"";
    into_ += ",\"metadata\":{";
    is_open_ = true;
    pairs_ = 0;
  }
  void metadata(std::string_view name, std::string_view value) override {
    if (pairs_++ > 0) into_ += ',';
    into_ += json_string(name) + ":" + json_string(value);
  }
  void finish() {
    if (is_open_) into_ += "}}\n";
    is_open_ = false;
  }

 private:
  std::string& into_;
  const std::string tenant_;
  std::string labels_;
  bool is_open_ = false;
  int pairs_ = 0;
};

std::string json_counts(const std::map<std::string, uint64_t>& counts) {
  std::string json = "{";
  for (const auto& [name, count] : counts) {
    if (json.size() > 1) json += ',';
    json += json_string(name) + ":" + std::to_string(count);
  }
  return json + "}";
}

Reply bad_request(const std::string& why) { return {.status = 400, .body = why + "\n"}; }

}  // namespace

void Sink::set_fault(Fault fault, int64_t milliseconds) {
  fault.until = milliseconds > 0 ? monotonic_milliseconds() + milliseconds : 0;
  const bool was_stalled = fault_.kind == Fault::Kind::kStall;
  fault_ = std::move(fault);
  pushes_ = hits_ = 0;
  ends_ = false;
  server_->set_hanging_up(fault_.kind == Fault::Kind::kHangUp);
  server_->set_read_rate(fault_.kind == Fault::Kind::kSlow ? kSlowRate : 0);
  if (was_stalled) server_->drop_held();
  server_->set_open(fault_.kind != Fault::Kind::kRefuse);
}

void Sink::tick() {
  if (ends_ || (fault_.until > 0 && monotonic_milliseconds() >= fault_.until)) set_fault({}, 0);
  if (fault_.kind != Fault::Kind::kRefuse) server_->set_open(true);
}

bool Sink::is_hit() {
  if (fault_.kind == Fault::Kind::kNone || ends_ || ++pushes_ % fault_.every != 0) return false;
  ends_ = fault_.times > 0 && ++hits_ >= static_cast<uint64_t>(fault_.times);
  return true;
}

bool Sink::drops(const Request& head, bool on_control) {
  if (on_control || fault_.kind != Fault::Kind::kReset || head.method != "POST" || !is_hit()) return false;
  if (counts_.first_attempt == 0) counts_.first_attempt = wall_microseconds();
  counts_.failed++;
  return true;
}

bool Sink::is_authorized(const Request& request) const {
  constexpr std::string_view kScheme = "Basic ";
  const std::string_view sent = request.header("Authorization");
  return options_.basic_auth.empty() ||
         (sent.starts_with(kScheme) && base64_decoded(sent.substr(kScheme.size())) == options_.basic_auth);
}

Reply Sink::answer(const Request& request, bool on_control) {
  const std::string_view path = request.path;
  if (path == "/loki/api/v1/push" || path == "/api/v1/push") return take_push(request);
  if (path == "/ready") return {.body = "ready\n"};
  if (path == "/summary" && request.parameter("format") == "table") return {.body = table()};
  if (path == "/summary") return {.body = summary(), .content_type = "application/json"};
  if (path == "/check") return check(request);
  if (path == "/dump") return {.body = dump(), .content_type = "application/x-ndjson"};
  if (path == "/fault") return change_fault(request);
  if (path == "/reset_latency") {
    tally_->probes.reset_latency();
    return {.status = 204};
  }
  if (path == "/reset") {
    tally_ = std::make_unique<Tally>();
    counts_ = {};
    kept_.clear();
    return {.status = 204};
  }
  return {.status = 404, .body = "not found\n"};
}

Reply Sink::take_push(const Request& request) {
  if (counts_.first_attempt == 0) counts_.first_attempt = wall_microseconds();
  if (!is_authorized(request)) {
    counts_.unauthorized++;
    return {.status = 401, .body = "wrong user or password\n", .header = "WWW-Authenticate: Basic realm=\"sink\"\r\n"};
  }
  using enum Fault::Kind;
  const bool may_fail = fault_.kind == kStatus || fault_.kind == kStall || fault_.kind == kLostAck || fault_.kind == kHalf;
  const bool fails = may_fail && is_hit();
  counts_.failed += fails;
  if (fails && fault_.kind == Fault::Kind::kStatus) return {.status = fault_.status, .body = fault_.body};
  if (fails && fault_.kind == Fault::Kind::kStall) return {.fate = Fate::kHold};
  if (fails && fault_.kind == Fault::Kind::kHalf) return {.body = std::string(1000, '.'), .fate = Fate::kHalf};
  Reply reply = take_body(request);
  if (fails) reply.fate = Fate::kReset;
  reply.delay_milliseconds = delay_milliseconds_;
  return reply;
}

Reply Sink::take_body(const Request& request) {
  const std::string_view type = request.header("Content-Type"), encoding = request.header("Content-Encoding");
  const bool is_json = type.starts_with("application/json");
  if (is_json && !encoding.empty()) return {.status = 415, .body = "JSON is taken as it is only\n"};
  counts_.body_bytes += request.body.size();
  counts_.content_types[std::string(type) + (encoding.empty() ? "" : " " + std::string(encoding))]++;
  if (options_.discards) {
    note_time(wall_microseconds());
    return {.status = 204};
  }
  std::string_view body = request.body;
  if (!is_json) {
    const auto plain = decoder_.uncompress(body);
    if (!plain) {
      counts_.bad++;
      return bad_request(plain.error().what);
    }
    body = *plain;
  }
  if (auto decoded = decode(body, request, is_json); !decoded) {
    counts_.bad++;
    return bad_request(decoded.error().what);
  }
  note_time(wall_microseconds());
  return {.status = 204};
}

Result<void> Sink::decode(std::string_view body, const Request& request, bool is_json) {
  Counting counting(*tally_);
  auto decoded = is_json ? decoder_.read_json(body, counting) : decoder_.read_protobuf(body, counting);
  if (!decoded) return decoded;
  const std::string tenant(request.header("X-Scope-OrgID"));
  counts_.tenants[tenant]++;
  if (options_.keeps_entries) kept_.push_back({std::string(body), tenant, is_json});
  return {};
}

void Sink::note_time(int64_t now) {
  counts_.requests++;
  if (counts_.first == 0) counts_.first = now;
  counts_.last = now;
}

Reply Sink::change_fault(const Request& request) {
  if (request.has_parameter("delay")) {
    const auto delay = read_duration(request.parameter("delay"));
    if (!delay) return bad_request(delay.error().what);
    delay_milliseconds_ = static_cast<int>(*delay);
  }
  if (!request.has_parameter("mode")) return {.status = 204};
  auto fault = read_fault(request.parameter("mode"));
  if (!fault) return bad_request(fault.error().what);
  int64_t milliseconds = 0;
  if (request.has_parameter("for")) {
    const auto duration = read_duration(request.parameter("for"));
    if (!duration) return bad_request(duration.error().what);
    milliseconds = *duration;
  }
  if (request.has_parameter("every")) fault->every = std::max(1, atoi(request.parameter("every").c_str()));
  if (request.has_parameter("times")) fault->times = std::max(0, atoi(request.parameter("times").c_str()));
  if (!request.body.empty()) fault->body = request.body;
  set_fault(std::move(*fault), milliseconds);
  return {.status = 204};
}

Reply Sink::check(const Request& request) const {
  std::vector<Written> written;
  std::istringstream rows{std::string(request.body)};
  for (Written row; rows >> row.file >> row.lines;) written.push_back(row);
  const ProbeCheck found = tally_->probes.check(written, request.parameter("drops_probes") == "1");
  std::ostringstream json;
  json << "{\"expected\":" << found.expected << ",\"unique\":" << found.unique << ",\"lost\":" << found.lost
       << ",\"dup\":" << found.duplicates << ",\"out_of_order\":" << found.out_of_order
       << ",\"wrongly_kept\":" << found.wrongly_kept << ",\"gaps\":[";
  for (size_t i = 0; i < found.gaps.size(); i++)
    json << (i ? "," : "") << '"' << found.gaps[i].file << ':' << found.gaps[i].first << '-' << found.gaps[i].last << '"';
  json << "]}\n";
  return {.body = json.str(), .content_type = "application/json"};
}

std::string Sink::summary() const {
  const Probes& probes = tally_->probes;
  std::ostringstream json;
  json << "{\"streams\":" << tally_->streams().size() << ",\"lines\":" << tally_->lines() << ",\"bytes\":" << tally_->bytes()
       << ",\"metadata_pairs\":" << tally_->metadata_pairs() << ",\"requests\":" << counts_.requests
       << ",\"body_bytes\":" << counts_.body_bytes << ",\"failed_requests\":" << counts_.failed
       << ",\"bad_requests\":" << counts_.bad << ",\"unauthorized\":" << counts_.unauthorized << ",\"mode\":" << json_string(fault_.name)
       << ",\"first_attempt_us\":" << counts_.first_attempt << ",\"first_us\":" << counts_.first << ",\"last_us\":" << counts_.last
       << ",\"probes\":{\"tokens\":" << probes.tokens() << ",\"unique\":" << probes.unique() << ",\"dup\":" << probes.duplicates()
       << ",\"out_of_order\":" << probes.out_of_order() << ",\"bad\":" << probes.bad_tokens() << "}"
       << ",\"latency_ms\":{\"p50\":" << probes.latency(.5) << ",\"p90\":" << probes.latency(.9) << ",\"p99\":" << probes.latency(.99)
       << ",\"max\":" << probes.latency_max() << "},\"content_types\":" << json_counts(counts_.content_types)
       << ",\"tenants\":" << json_counts(counts_.tenants) << ",\"labels\":{";
  const char* between = "";
  for (const auto& [name, values] : tally_->by_label()) {
    json << between << json_string(name) << ":{";
    between = ",";
    const char* inner = "";
    for (const auto& [value, share] : values) {
      json << inner << json_string(value) << ":{\"lines\":" << share.lines << ",\"bytes\":" << share.bytes
           << ",\"streams\":" << share.streams << "}";
      inner = ",";
    }
    json << "}";
  }
  json << "}}\n";
  return json.str();
}

std::string Sink::table() const {
  constexpr size_t kMaxValues = 12;
  std::string table = "streams " + std::to_string(tally_->streams().size()) + "   lines " + std::to_string(tally_->lines()) +
                      "   bytes " + std::to_string(tally_->bytes()) + "   metadata pairs " +
                      std::to_string(tally_->metadata_pairs()) + "   requests " + std::to_string(counts_.requests) + "\n\n";
  const auto row = [&](const std::string& label, const std::string& value, auto lines, auto bytes, auto streams) {
    std::ostringstream cells;
    cells.width(24), cells << std::left << label, cells.width(40), cells << value;
    cells.width(10), cells << std::right << lines, cells.width(12), cells << bytes, cells.width(9), cells << streams;
    table += cells.str() + "\n";
  };
  row("label", "value", "lines", "bytes", "streams");
  for (const auto& [name, values] : tally_->by_label()) {
    std::string label = name;
    size_t shown = 0;
    for (const auto& [value, share] : values) {
      if (shown++ == kMaxValues) {
        table += std::string(24, ' ') + "... and " + std::to_string(values.size() - kMaxValues) + " more values\n";
        break;
      }
      row(label, value, share.lines, share.bytes, share.streams);
      label.clear();
    }
  }
  return table;
}

std::string Sink::dump() {
  std::string lines;
  for (const Kept& kept : kept_) {
    Dumping dumping(lines, kept.tenant);
    // It has been decoded once without an error.
    (void)(kept.is_json ? decoder_.read_json(kept.body, dumping) : decoder_.read_protobuf(kept.body, dumping)).ok();
    dumping.finish();
  }
  return lines;
}

}  // namespace invar::loki_sink
