#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/loki_sink/fault.h"
#include "tools/loki_sink/http/server.h"
#include "tools/loki_sink/push/decode.h"
#include "tools/loki_sink/tally/tally.h"

namespace invar::loki_sink {

/// Takes pushes, counts them, fails when told to, and tells what came:
///   GET  /summary[?format=table]   streams, lines, bytes, by label
///   POST /check[?drops_probes=1]   body "FILE LINES\n"...: what of these is lost, double, late
///   GET  /dump                     every entry as a JSON line, if entries are kept
///   POST /fault?mode=503&for=20s&every=2&times=1&delay=50ms, with the body of the answers, if any
///   POST /reset, /reset_latency
/// One thread: that of its server.
class Sink final : public Handler {
 public:
  struct Options {
    std::string basic_auth;      ///< "user:password" that pushes must carry; empty: any
    bool keeps_entries = false;  ///< for /dump; memory grows with what comes
    bool discards = false;       ///< looks into no push
  };
  explicit Sink(Options options) : options_(std::move(options)) {}

  void attach(Server& server) { server_ = &server; }
  void set_fault(Fault fault, int64_t milliseconds);
  void set_delay(int milliseconds) { delay_milliseconds_ = milliseconds; }
  std::string table() const;

  bool drops(const Request& head, bool on_control) override;
  Reply answer(const Request& request, bool on_control) override;
  void tick() override;

 private:
  struct Counts {
    uint64_t requests = 0, body_bytes = 0, failed = 0, bad = 0, unauthorized = 0;
    int64_t first = 0, last = 0, first_attempt = 0;  // microseconds since 1970
    std::map<std::string, uint64_t> content_types, tenants;
  };
  struct Kept {
    std::string body, tenant;
    bool is_json;
  };

  Reply take_push(const Request& request);
  Reply take_body(const Request& request);
  Result<void> decode(std::string_view body, const Request& request, bool is_json);
  Reply change_fault(const Request& request);
  Reply check(const Request& request) const;
  std::string summary() const;
  std::string dump();
  bool is_hit();
  bool is_authorized(const Request& request) const;
  void note_time(int64_t now);

  Options options_;
  Server* server_ = nullptr;
  Fault fault_;
  int delay_milliseconds_ = 0;
  uint64_t pushes_ = 0, hits_ = 0;  // since the fault was set
  bool ends_ = false;               // with the next tick
  Counts counts_;
  std::unique_ptr<Tally> tally_ = std::make_unique<Tally>();
  PushDecoder decoder_;
  std::vector<Kept> kept_;
};

}  // namespace invar::loki_sink
