#include "bench/generator/pods.h"

#include <array>
#include <cstdio>

namespace invar::bench {
namespace {

using enum App;
constexpr std::array kApps{kJson, kJson, kJson, kJson, kLogfmt, kLogfmt, kNginx, kNginx, kKlog, kJava};
constexpr std::array<std::string_view, 5> kContainers{"jsonapp", "logfmtapp", "nginx", "klogapp", "javaapp"};
constexpr std::array<std::string_view, 5> kNamespaces{"shop", "payments", "search", "platform", "kube-system"};

template <class... Values>
std::string print(const char* format, Values... values) {
  std::array<char, 1024> text;
  const int size = snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<size_t>(size)};
}

}  // namespace

std::vector<Pod> make_pods(uint32_t count, uint64_t seed) {
  Random random(seed ^ 77);
  std::vector<Pod> pods(count);
  for (uint32_t i = 0; i < count; i++) {
    Pod& pod = pods[i];
    pod.file = i;
    pod.app = kApps[i % kApps.size()];
    pod.container = kContainers[static_cast<size_t>(pod.app)];
    pod.name_space = kNamespaces[random.below(kNamespaces.size())];
    pod.pod = print("%s-%08x-%05x", pod.container.c_str(), static_cast<uint32_t>(random.next()), i + 0x10000);
    const uint64_t a = random.next(), b = random.next();
    pod.uid = print("%08x-%04x-4%03x-8%03x-%012llx", static_cast<uint32_t>(a), static_cast<uint32_t>(a >> 32) & 0xffff,
                    static_cast<uint32_t>(a >> 48) & 0xfff, static_cast<uint32_t>(b) & 0xfff,
                    static_cast<unsigned long long>(b >> 16));
    pod.path = "var/log/pods/" + pod.name_space + "_" + pod.pod + "_" + pod.uid + "/" + pod.container + "/0.log";
  }
  return pods;
}

std::string manifest_json(const std::vector<Pod>& pods, uint64_t seed) {
  uint64_t lines = 0, bytes = 0;
  std::string rows;
  for (const Pod& pod : pods) {
    lines += pod.lines;
    bytes += pod.bytes;
    rows += print(R"(%s{"file":%u,"namespace":"%s","pod":"%s","uid":"%s","container":"%s","app":"%s","path":"%s","lines":%llu,"bytes":%llu})",
                  rows.empty() ? "" : ",\n", pod.file, pod.name_space.c_str(), pod.pod.c_str(), pod.uid.c_str(),
                  pod.container.c_str(), pod.container.c_str(), pod.path.c_str(), static_cast<unsigned long long>(pod.lines),
                  static_cast<unsigned long long>(pod.bytes));
  }
  return print("{\"seed\":%llu,\"lines\":%llu,\"bytes\":%llu,\"pods\":[\n", static_cast<unsigned long long>(seed),
               static_cast<unsigned long long>(lines), static_cast<unsigned long long>(bytes)) +
         rows + "\n]}\n";
}

}  // namespace invar::bench
