#include "bench/generator/lines.h"

#include <charconv>

namespace invar::bench {
namespace {

using Texts5 = std::array<std::string_view, 5>;

constexpr std::array<std::string_view, 7> kPaths{"/api/v1/orders", "/api/v1/items", "/api/v1/cart", "/api/v2/users",
                                                 "/login", "/static/app.js", "/search"};
constexpr std::array<std::string_view, 6> kMethods{"GET", "GET", "GET", "POST", "PUT", "DELETE"};
constexpr std::array<std::string_view, 6> kLevels{"info", "info", "info", "info", "warn", "error"};
constexpr std::array<std::string_view, 20> kWords{
    "request", "completed", "cache", "miss",  "retrying", "upstream", "connection", "user",    "order", "payment",
    "accepted", "queue",    "flushed", "timeout", "worker", "lease",  "renewed",    "index", "segment", "compacted"};
constexpr std::array<std::string_view, 4> kBrowsers{
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "curl/8.5.0",
    "Go-http-client/2.0", "okhttp/4.12.0"};
constexpr Texts5 kFrames{"com.acme.orders.OrderService.place(OrderService.java:",
                         "com.acme.orders.OrderController.create(OrderController.java:",
                         "org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:",
                         "org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:",
                         "java.base/java.lang.Thread.run(Thread.java:"};
constexpr std::array<std::string_view, 10> kStatuses{"200", "200", "200", "200", "201", "204", "301", "404", "500", "503"};
constexpr Texts5 kNamespaces{"shop", "payments", "search", "platform", "kube-system"};

constexpr int64_t kBulkStart = 1'767'225'600'000'000'000;  // 2026-01-01
constexpr size_t kCriPiece = 16384;                        // containerd cuts longer lines into pieces

void append_integer(std::string& into, uint64_t number) {
  std::array<char, 20> digits;
  into.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

}  // namespace

LineWriter::LineWriter(Pod& pod, uint64_t seed, bool live)
    : pod_(pod), random_(seed * 1'000'003 + pod.file), live_(live), clock_(kBulkStart + pod.file * 1'000'000ll) {}

void LineWriter::append_record(std::string& into, int64_t now_nanoseconds) {
  if (!live_) now_nanoseconds = clock_ += random_.below(2'000'000) + 1000;
  stamp_ = Stamp(now_nanoseconds);
  stamp_text_.clear();
  stamp_.append_rfc3339(stamp_text_);
  switch (pod_.app) {
    case App::kJson: append_json(into); break;
    case App::kLogfmt: append_logfmt(into); break;
    case App::kNginx: append_nginx(into); break;
    case App::kKlog: append_klog(into); break;
    case App::kJava: append_java(into); break;
  }
  into += '\n';
}

void LineWriter::append_head(std::string& into, std::string_view stream, char flag) {
  into += stamp_text_;
  into += ' ';
  into += stream;
  into += ' ';
  into += flag;
  into += ' ';
}

void LineWriter::append_token(std::string& into) {
  into += "~[";
  append_integer(into, pod_.file);
  into += '.';
  append_integer(into, pod_.lines++);
  into += '.';
  if (live_) append_integer(into, static_cast<uint64_t>(stamp_.microseconds()));
  else into += "0000000000000000";
  into += ']';
}

void LineWriter::append_number(std::string& into, uint32_t limit) { append_integer(into, random_.below(limit)); }

void LineWriter::append_hex(std::string& into, int digits) {
  for (uint64_t bits = 0; digits-- > 0; bits >>= 4) {
    if (bits == 0) bits = random_.next();
    into += "0123456789abcdef"[bits & 15];
  }
}

void LineWriter::append_words(std::string& into, int count) {
  for (int i = 0; i < count; i++) {
    if (i > 0) into += ' ';
    append_one_of(into, kWords);
  }
}

void LineWriter::append_json(std::string& into) {
  const std::string_view stream = one_in(50) ? "stderr" : "stdout";
  if (may_span_lines(15) && one_in(800)) return append_partial_json(into, stream);
  append_head(into, stream, 'F');
  append_json_fields(into);
  into += R"(,"ref":")";
  append_token(into);
  into += "\"}";
}

// A JSON line without its last field and brace.
void LineWriter::append_json_fields(std::string& into) {
  into += R"({"ts":")";
  into += stamp_text_;
  if (is_probe()) {
    into += R"(","level":"debug","logger":"http.access","msg":"GET /healthz","status":200,"duration_ms":0.11,)"
            R"("ctx":{"user":"kube-probe","tenant":"-"},"trace_id":"-")";
    return;
  }
  into += R"(","level":")", append_one_of(into, kLevels);
  into += R"(","logger":"http.access","msg":")", append_words(into, 5);
  into += R"(","method":")", append_one_of(into, kMethods);
  into += R"(","path":")", append_one_of(into, kPaths), into += '/', append_number(into, 100'000);
  into += R"(","status":)", append_one_of(into, kStatuses);
  into += R"(,"duration_ms":)", append_number(into, 3000), into += '.', append_number(into, 100);
  into += R"(,"ctx":{"user":"u-)", append_number(into, 5000);
  into += R"(","tenant":"acme-)", append_number(into, 40);
  into += R"("},"trace_id":")", append_hex(into, 32), into += '"';
  if (one_in(25)) into += R"(,"auth":"token=)", append_hex(into, 24), into += '"';
}

// A record of 17 to 40 kB as containerd writes it: pieces of 16 KiB flagged P, the last one F, each with its own token.
void LineWriter::append_partial_json(std::string& into, std::string_view stream) {
  size_t left = 17'000 + random_.below(23'000);
  std::string piece;
  append_json_fields(piece);
  piece += R"(,"body":")";
  for (;;) {
    const bool is_last = left <= kCriPiece;
    const size_t size = is_last ? left : kCriPiece;
    std::string token;
    append_token(token);
    while (piece.size() + token.size() + 16 < size) append_one_of(piece, kWords), piece += ' ';
    piece += token;
    append_head(into, stream, is_last ? 'F' : 'P');
    if (is_last) {
      into += piece;
      into += "\"}";
      return;
    }
    piece.resize(kCriPiece, 'x');
    into += piece;
    into += '\n';
    left -= kCriPiece;
    piece.clear();
  }
}

void LineWriter::append_logfmt(std::string& into) {
  append_head(into, "stdout", 'F');
  into += "ts=";
  into += stamp_text_;
  if (is_probe()) {
    into += R"( level=debug caller=http.go:88 msg="probe" method=GET path="GET /healthz" status=200 duration=0.1ms)";
  } else {
    into += " level=", append_one_of(into, kLevels);
    into += " caller=server.go:", append_number(into, 900);
    into += " msg=\"", append_words(into, 4);
    into += "\" method=", append_one_of(into, kMethods);
    into += " path=", append_one_of(into, kPaths);
    into += " status=", append_one_of(into, kStatuses);
    into += " duration=", append_number(into, 2000);
    into += "ms user=u-", append_number(into, 5000);
    if (one_in(25)) into += " password=", append_hex(into, 12);
  }
  into += " ref=";
  append_token(into);
}

void LineWriter::append_nginx(std::string& into) {
  append_head(into, "stdout", 'F');
  into += "10.", append_number(into, 256), into += '.', append_number(into, 256), into += '.', append_number(into, 256);
  into += " - ";
  if (one_in(3)) into += "user", append_number(into, 500);
  else into += '-';
  into += " [", stamp_.append_nginx(into), into += "] \"";
  if (is_probe()) {
    into += R"(GET /healthz HTTP/1.1" 200 2 "-" "kube-probe/1.31" 0.000 )";
    return append_token(into);
  }
  append_one_of(into, kMethods), into += ' ', append_one_of(into, kPaths), into += "?id=", append_number(into, 100'000);
  if (one_in(25)) into += "&token=", append_hex(into, 24);
  into += " HTTP/1.1\" ", append_one_of(into, kStatuses), into += ' ', append_number(into, 60'000);
  into += R"( "https://shop.example.com/" ")", append_one_of(into, kBrowsers), into += "\" 0.", append_number(into, 1000);
  into += ' ';
  append_token(into);
}

void LineWriter::append_klog(std::string& into) {
  append_head(into, "stderr", 'F');
  into += "IWE"[random_.below(3)];
  stamp_.append_klog(into);
  into += "       1 ";
  if (is_probe()) {
    into += R"(httplog.go:132] "HTTP" verb="GET" URI="GET /healthz" latency="90us" userAgent="kube-probe/1.31" resp=200 ref=")";
  } else {
    into += "controller.go:", append_number(into, 900);
    into += "] \"", append_words(into, 3);
    into += R"(" controller="deployment" namespace=")", append_one_of(into, kNamespaces);
    into += R"(" name="app-)", append_number(into, 300);
    into += R"(" reconcileID=")", append_hex(into, 32);
    into += R"(" ref=")";
  }
  append_token(into);
  into += '"';
}

void LineWriter::append_java(std::string& into) {
  append_head(into, "stdout", 'F');
  stamp_.append_java(into);
  if (is_probe()) {
    into += " DEBUG [http-nio-8080-exec-1] o.s.w.s.DispatcherServlet - GET /healthz 200 OK ";
    return append_token(into);
  }
  if (may_span_lines(14) && one_in(15)) return append_stack_trace(into);
  into += " INFO  [http-nio-8080-exec-", append_number(into, 20);
  into += "] c.a.orders.OrderService - Order ", append_number(into, 100'000);
  into += " for customer c", append_number(into, 9000), into += "@example.com ", append_words(into, 3);
  into += " in ", append_number(into, 900), into += " ms ";
  append_token(into);
}

void LineWriter::append_stack_trace(std::string& into) {
  into += " ERROR [http-nio-8080-exec-", append_number(into, 20);
  into += "] c.a.orders.OrderController - Failed to process order ", append_number(into, 100'000), into += ' ';
  append_token(into);
  into += '\n';
  append_head(into, "stdout", 'F');
  into += "java.lang.IllegalStateException: payment gateway timeout after ", append_number(into, 30'000), into += "ms ";
  append_token(into);
  for (size_t i = 0, count = 5 + random_.below(5); i < count; i++) {
    into += '\n';
    append_head(into, "stdout", 'F');
    into += "\tat ", into += kFrames[i % kFrames.size()], append_number(into, 400), into += ") ";
    append_token(into);
  }
}

}  // namespace invar::bench
