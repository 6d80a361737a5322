#pragma once

#include <string>

#include "src/base/result.h"
#include "tools/loki_sink/sink.h"

namespace invar::loki_sink {

/// The command line.
struct Options {
  std::string listen = "127.0.0.1:3100", control = "127.0.0.1:0";
  std::string tls_certificate, tls_key;
  std::string mode = "ok", mode_for = "0s", delay = "0s";
  bool prints_table = false;
  bool shows_help = false;
  Sink::Options sink;
};

extern const std::string_view kUsage;

Result<Options> read_options(int count, char** words);

}  // namespace invar::loki_sink
