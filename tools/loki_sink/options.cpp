#include "tools/loki_sink/options.h"

namespace invar::loki_sink {

const std::string_view kUsage =
    R"(loki_sink takes what is pushed to it over Loki's protocol, counts it, and fails on demand.

  --listen=HOST:PORT       where pushes come (127.0.0.1:3100; port 0 takes a free one)
  --control=HOST:PORT      where questions are always answered (127.0.0.1:0)
  --tls-cert=FILE --tls-key=FILE
                           TLS for pushes, PEM
  --basic-auth=USER:PASS   pushes must carry it
  --mode=MODE              fail from the start: ok, a status such as 503, reset, refuse, stall, lostack, half, hangup, slow
  --for=DURATION           and so long (20s); without it until told otherwise
  --delay=DURATION         wait before each answer
  --keep                   keep every entry for /dump
  --discard                look into no push: only count requests and bytes
  --table                  print the table at the end (SIGINT, SIGTERM)

The first line printed is {"listen":"...","control":"..."}.
GET /summary /summary?format=table /dump /ready; POST /check /fault?mode=M&for=D&every=N&times=N&delay=D (body: that of a status) /reset /reset_latency
)";

Result<Options> read_options(int count, char** words) {
  Options options;
  for (int i = 1; i < count; i++) {
    const std::string word = words[i];
    const size_t equals = word.find('=');
    const std::string flag = word.substr(0, equals), value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (flag == "--listen") options.listen = value;
    else if (flag == "--control") options.control = value;
    else if (flag == "--tls-cert") options.tls_certificate = value;
    else if (flag == "--tls-key") options.tls_key = value;
    else if (flag == "--basic-auth") options.sink.basic_auth = value;
    else if (flag == "--mode") options.mode = value;
    else if (flag == "--for") options.mode_for = value;
    else if (flag == "--delay") options.delay = value;
    else if (flag == "--keep") options.sink.keeps_entries = true;
    else if (flag == "--discard") options.sink.discards = true;
    else if (flag == "--table") options.prints_table = true;
    else if (flag == "--help") options.shows_help = true;
    else return Error{"unknown flag: " + word, "flag"};
  }
  return options;
}

}  // namespace invar::loki_sink
