#include "src/components/loki/source/syslog/connection.h"

#include <cerrno>

namespace invar::loki_source_syslog {
namespace {

constexpr size_t kPiece = 65536;
constexpr int kPiecesAtOnce = 8;  // of one connection before others have their turn
constexpr uint64_t kQuietMs = 500;

/// Bytes as they come in; a lane has one connection reading at a time.
char* piece() {
  thread_local const std::unique_ptr<char[]> bytes(new char[kPiece]);
  return bytes.get();
}

}  // namespace

Connection::Connection(Loop& loop, Rows& rows, ListenerPlanPtr plan, Wire wire, std::string remote_ip, std::function<void()> gone)
    : loop_(loop),
      rows_(rows),
      plan_(std::move(plan)),
      wire_(std::move(wire)),
      gone_(std::move(gone)),
      stream_(plan_->intake, /*goes_on=*/true),
      ready_(loop, wire_.fd.get(), [this](unsigned) { read_some(); }),
      last_ms_(loop.now_ms()) {
  peer_.ip = std::move(remote_ip);
}

void Connection::start(const std::string& names) {
  peer_.names = names;
  peer_.labels_of = 0;
  started_ = true;
  last_ms_ = loop_.now_ms();
  go_on();
}

void Connection::go_on() {
  if (!started_ || !process_rest() || rows_.paused()) return;
  last_ms_ = loop_.now_ms();
  wait_for_more();
}

void Connection::wait_for_more() {
  const bool writes = wire_.tls && wire_.tls->wants_write();
  // TLS may hold bytes that the socket does not tell of: come back without waiting for it.
  const bool pending = wire_.tls && wire_.tls->has_pending();
  const unsigned wanted = rows_.paused() ? 0 : pending ? FdWatch::kReadable | FdWatch::kWritable : writes ? FdWatch::kWritable : FdWatch::kReadable;
  if (!ready_.want(wanted)) close();
}

void Connection::read_some() {
  for (int i = 0; i < kPiecesAtOnce && !rows_.paused(); ++i) {
    const ssize_t got = wire_.receive(piece(), kPiece);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) break;
    if (got <= 0) return close();
    last_ms_ = loop_.now_ms();
    process({piece(), static_cast<size_t>(got)}, Framing::End::kOpen);
    if (stream_.over()) return close();
    // Without TLS a short read means that nothing more is here.
    if (!wire_.tls && static_cast<size_t>(got) < kPiece) break;
  }
  wait_for_more();
}

void Connection::process(std::string_view fresh, Framing::End end) {
  std::string_view bytes = fresh;
  if (!rest_.empty()) bytes = rest_.append(fresh);
  const size_t used = rows_.read(stream_, *plan_, peer_, bytes, end);
  rows_.flush();
  if (rest_.empty()) rest_.assign(bytes.substr(used));
  else rest_.erase(0, used);
  if (rest_.empty() && rest_.capacity() > kPiece) rest_.shrink_to_fit();
}

bool Connection::process_rest() {
  if (rows_.paused()) return true;
  if (!rest_.empty() || closed_) process({}, closed_ ? Framing::End::kClosed : Framing::End::kOpen);
  // A pause by the last batch does not concern what is empty.
  if (!closed_ || (rows_.paused() && !rest_.empty())) return true;
  gone_();
  return false;
}

void Connection::close() {
  (void)ready_.want(0).ok();
  if (wire_.tls && !closed_) wire_.tls->shut_down();
  closed_ = true;
  process_rest();
}

void Connection::close_after_reading() {
  if (started_ && !closed_ && !rows_.paused()) read_some();
  if (!closed_) close();
}

void Connection::look_at_clock(uint64_t now_ms) {
  if (!started_ || closed_ || rows_.paused()) return;
  const uint64_t silent = now_ms - last_ms_;
  if (silent >= plan_->idle_ms) return close();
  if (silent >= kQuietMs && !rest_.empty()) process({}, Framing::End::kQuiet);
}

}  // namespace invar::loki_source_syslog
