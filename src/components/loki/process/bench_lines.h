#pragma once

#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "src/telemetry/log_batch.h"

namespace invar::loki_process {

/// Lines for a benchmark, and the labels each comes with; whole batches of one stream.
struct BenchLines {
  std::vector<std::string> lines;
  std::vector<const LabelSet*> labels;
  std::vector<LabelSetPin> pins;
};

namespace bench_lines {

/// The labels of a pod's file, as discovery and relabelling leave them.
inline const LabelSet* pod_labels(LabelSetTable& table, const std::string& pod, const std::string& app) {
  const std::string file = "/var/log/pods/prod_" + pod + "/app/0.log", instance = "prod." + pod;
  std::vector<Label> labels{{"namespace", "prod"}, {"pod", pod}, {"container", "app"}, {"job", "prod/app"}, {"filename", file}, {"tmp_container_runtime", "containerd"},
                            {"service_name", "app"}, {"service_namespace", "prod"}, {"service_instance_id", instance}};
  if (!app.empty()) labels.push_back({"app_kubernetes_io_name", app});
  return table.intern_unsorted(labels);
}

inline std::string cri_head(size_t n, const char* stream, const char* flag) {
  char head[64];
  std::snprintf(head, sizeof head, "2026-03-14T09:%02zu:%02zu.%09zuZ %s %s ", n / 60000 % 60, n / 1000 % 60, n * 999983 % 1000000000, stream, flag);
  return head;
}

/// One line of an application; every 20th is a health probe, every 25th of some holds a secret.
inline std::string app_line(const std::string& app, size_t n, std::mt19937& random) {
  constexpr const char* kLevels[] = {"info", "info", "info", "info", "warn", "error"};
  constexpr const char* kPaths[] = {"/api/v1/orders", "/api/v1/items", "/api/v1/cart", "/api/v2/users", "/login", "/static/app.js"};
  constexpr const char* kStatus[] = {"200", "200", "200", "201", "404", "500"};
  const auto pick = [&](const auto& words) { return words[random() % std::size(words)]; };
  const bool probe = n % 20 == 7, secret = random() % 25 == 0;
  const unsigned a = random() % 5000, b = random() % 100000;
  char line[1024];
  if (app == "jsonapp") {
    std::snprintf(line, sizeof line,
                  R"({"ts":"2026-03-14T09:26:%02zu.%06uZ","level":"%s","logger":"http.access","msg":"%s","method":"GET","path":"%s/%u","status":%s,"duration_ms":%u.%u,)"
                  R"("ctx":{"user":"u-%u","tenant":"acme-%u"},"trace_id":"%08x%08x%08x%08x"%s,"ref":"~[1.%zu.0]"})",
                  n % 60, b, pick(kLevels), probe ? "GET /healthz" : "request completed upstream connection timeout", pick(kPaths), b, pick(kStatus), a, a % 100, a, a % 40,
                  a * 2654435761u, b, a, b * 40503u, secret ? R"(,"auth":"token=0123456789abcdef01234567")" : "", n);
  } else if (app == "logfmtapp") {
    std::snprintf(line, sizeof line, "ts=2026-03-14T09:26:53.5Z level=%s caller=server.go:%u msg=\"cache miss retrying upstream\" method=GET path=\"%s%s\" status=%s duration=%ums user=u-%u%s ref=~[2.%zu.0]",
                  pick(kLevels), a % 900, probe ? "GET /healthz" : "", pick(kPaths), pick(kStatus), a, a, secret ? " password=0123456789ab" : "", n);
  } else if (app == "nginx") {
    std::snprintf(line, sizeof line, "10.%u.%u.7 - user%u [14/Mar/2026:09:26:%02zu +0000] \"GET %s?id=%u%s HTTP/1.1\" %s %u \"https://shop.example.com/\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\" 0.%u ~[3.%zu.0]",
                  a % 256, b % 256, a % 500, n % 60, probe ? "/healthz" : pick(kPaths), b, secret ? "&token=0123456789abcdef01234567" : "", pick(kStatus), b % 60000, a % 1000, n);
  } else if (app == "klogapp") {
    std::snprintf(line, sizeof line, "%c0314 09:26:%02zu.%06u       1 controller.go:%u] \"%s\" controller=\"deployment\" namespace=\"shop\" name=\"app-%u\" reconcileID=\"%08x%08x\" ref=\"~[4.%zu.0]\"",
                  "IWE"[random() % 3], n % 60, b, a % 900, probe ? "GET /healthz" : "worker lease renewed", a % 300, a * 2654435761u, b, n);
  } else if (n % 15 > 3) {
    std::snprintf(line, sizeof line, "2026-03-14 09:26:%02zu.%03u INFO  [http-nio-8080-exec-%u] c.a.orders.OrderService - Order %u for customer c%u@example.com order payment accepted in %u ms ~[5.%zu.0]",
                  n % 60, b % 1000, a % 20, b, a, a % 900, n);
  } else {
    std::snprintf(line, sizeof line, "\tat com.acme.orders.OrderService.place(OrderService.java:%u) ~[5.%zu.0]", a % 400, n);
  }
  return line;
}

}  // namespace bench_lines

/// Access logs of 50 pods. One line in 50 is from stderr, one in 200 is cut in two.
inline BenchLines pod_log_lines(LabelSetTable& table, size_t batches) {
  BenchLines sample;
  char line[512];
  for (size_t batch = 0; batch < batches; ++batch) {
    const LabelSet* set = bench_lines::pod_labels(table, "web-" + std::to_string(batch % 50), "");
    sample.pins.emplace_back(set);
    for (size_t i = 0; i < LogBatch::kMaxRows; ++i) {
      const size_t n = batch * LogBatch::kMaxRows + i;
      std::snprintf(line, sizeof line, "10.1.2.%zu - - [14/Mar/2026:09:26:53 +0000] \"GET /api/v1/items/%zu HTTP/1.1\" 200 %zu \"-\" \"curl/8.1\"", n % 250, n, n % 5000);
      sample.lines.push_back(bench_lines::cri_head(n, n % 50 == 7 ? "stderr" : "stdout", n % 200 == 11 ? "P" : "F") + line);
      sample.labels.push_back(set);
    }
  }
  return sample;
}

/// Lines of 50 pods of applications that write JSON, logfmt, access logs, klog and Java's log with stack traces.
inline BenchLines mixed_app_lines(LabelSetTable& table, size_t batches) {
  constexpr const char* kApps[] = {"jsonapp", "jsonapp", "jsonapp", "jsonapp", "logfmtapp", "logfmtapp", "nginx", "nginx", "klogapp", "javaapp"};
  BenchLines sample;
  std::mt19937 random(1);
  for (size_t batch = 0; batch < batches; ++batch) {
    const std::string app = kApps[batch % std::size(kApps)];
    const LabelSet* set = bench_lines::pod_labels(table, app + "-" + std::to_string(batch % 50), app);
    sample.pins.emplace_back(set);
    for (size_t i = 0; i < LogBatch::kMaxRows; ++i) {
      const size_t n = batch * LogBatch::kMaxRows + i;
      sample.lines.push_back(bench_lines::cri_head(n, "stdout", "F") + bench_lines::app_line(app, n, random));
      sample.labels.push_back(set);
    }
  }
  return sample;
}

}  // namespace invar::loki_process
