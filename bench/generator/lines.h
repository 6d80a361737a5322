#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/generator/pods.h"
#include "bench/generator/stamp.h"

namespace invar::bench {

/// Writes the records of one pod's log as containerd does (CRI). Every physical line carries one token `~[file.seq.time]`:
/// file number, number of the line in that file from 0, wall clock microseconds in live mode (16 digits; zeros otherwise).
/// Every line with seq % 20 == 7 is a health probe that contains "GET /healthz". The same bytes for the same seed when not live.
class LineWriter {
 public:
  /// `pod` must outlive this; its `lines` are counted up.
  LineWriter(Pod& pod, uint64_t seed, bool live);

  /// Appends one record: one or more lines, each with its newline. `now` counts in live mode only.
  void append_record(std::string& into, int64_t now_nanoseconds);

 private:
  void append_head(std::string& into, std::string_view stream, char flag);
  void append_token(std::string& into);
  void append_number(std::string& into, uint32_t limit);
  void append_hex(std::string& into, int digits);
  void append_words(std::string& into, int count);
  template <size_t N>
  void append_one_of(std::string& into, const std::array<std::string_view, N>& choices) {
    into += choices[random_.below(N)];
  }
  void append_json(std::string& into);
  void append_json_fields(std::string& into);
  void append_partial_json(std::string& into, std::string_view stream);
  void append_logfmt(std::string& into);
  void append_nginx(std::string& into);
  void append_klog(std::string& into);
  void append_java(std::string& into);
  void append_stack_trace(std::string& into);
  bool is_probe() const { return pod_.lines % 20 == 7; }
  bool one_in(uint32_t count) { return random_.below(count) == 0; }
  /// Records of several lines start only where they cannot run over a probe's place.
  bool may_span_lines(uint32_t last) const { return pod_.lines % 20 >= 8 && pod_.lines % 20 <= last; }

  Pod& pod_;
  Random random_;
  const bool live_;
  int64_t clock_;  // nanoseconds, when not live
  Stamp stamp_{0};
  std::string stamp_text_;
};

}  // namespace invar::bench
