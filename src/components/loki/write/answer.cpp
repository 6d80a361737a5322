#include "src/components/loki/write/answer.h"

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace invar::loki_write {

Answer answer_of(int status, bool retry_on_429) {
  if (status < 0 || status == 408 || status / 100 == 5) return Answer::kRepeat;
  if (status / 100 == 2) return Answer::kTaken;
  switch (status) {
    case 429: return retry_on_429 ? Answer::kRepeat : Answer::kRateLimited;
    case 413: return Answer::kSplit;
    // Alloy drops the batch for these, but a mended configuration on either side ends them.
    case 401:
    case 403:
    case 404:
    case 405: return Answer::kMisconfigured;
    default: return Answer::kRefused;
  }
}

std::string status_text(const HttpResponse& answer) {
  std::string text = "server returned HTTP status " + std::to_string(answer.status);
  if (!answer.status_text.empty()) text += " " + answer.status_text;
  const std::string_view body = std::string_view(answer.body).substr(0, 1024);
  return text + " (" + std::to_string(answer.status) + "): " + std::string(body.substr(0, body.find('\n')));
}

int64_t retry_after_ns(const HttpResponse& answer, int64_t now_ns) {
  constexpr int64_t kSecond = 1'000'000'000, kLongest = 3600;
  const std::string text(answer.header("Retry-After"));
  if (text.empty()) return 0;
  if (text.find_first_not_of("0123456789 ") == std::string::npos) return std::clamp<int64_t>(std::strtol(text.c_str(), nullptr, 10), 0, kLongest) * kSecond;
  tm date{};
  if (!strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date)) return 0;
  return std::clamp<int64_t>(timegm(&date) - now_ns / kSecond, 0, kLongest) * kSecond;
}

}  // namespace invar::loki_write
