#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "src/base/check.h"
#include "src/io/file.h"
#include "src/text/time_layout.h"

namespace invar::loki_source_docker {

/// An engine for tests: answers as Docker was recorded to, over a Unix socket or a port of this machine, for containers whose logs the test writes.
class RecordedEngine {
 public:
  /// `unix_socket`: path; empty: a port.
  explicit RecordedEngine(std::string unix_socket = {}) : unix_socket_(std::move(unix_socket)) {
    listener_ = Fd(::socket(unix_socket_.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    unix_socket_.empty() ? listen_on_port() : listen_on_path();
    INVAR_CHECK(::listen(listener_.get(), 64) == 0);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~RecordedEngine() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    cut();
    changed_.notify_all();
    thread_.join();
    for (std::thread& connection : connections_) connection.join();
  }
  RecordedEngine(const RecordedEngine&) = delete;
  std::string host() const { return unix_socket_.empty() ? "tcp://127.0.0.1:" + std::to_string(port_) : "unix://" + unix_socket_; }

  /// A container that runs, from now on or again.
  void run(const std::string& id, bool tty = false) {
    change([&] { containers_[id].running = true, containers_[id].tty = tty; });
  }
  void end(const std::string& id, const std::string& finished_at) {
    change([&] { containers_[id].running = false, containers_[id].finished_at = finished_at; });
  }
  void remove(const std::string& id) {
    change([&] { containers_.erase(id); });
  }
  /// A message of the log: `time` as the engine writes it; `text` with its line break if it has one; 1 is stdout, 2 stderr.
  void say(const std::string& id, const std::string& time, const std::string& text, int stream = 1) {
    Instant at;
    INVAR_CHECK(parse_rfc3339(time, at));
    const std::string bytes = time + " " + text;
    const auto size = static_cast<uint32_t>(bytes.size());
    std::string head{static_cast<char>(stream), 0, 0, 0};
    for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(size >> shift & 0xff);
    change([&] { containers_[id].log.push_back({at.seconds, head, bytes}); });
  }
  /// What is no message.
  void say_raw(const std::string& id, const std::string& bytes) {
    change([&] { containers_[id].log.push_back({INT64_MAX, "", bytes}); });
  }
  /// The engine has thrown its first messages away.
  void forget(const std::string& id, size_t messages) {
    change([&] { containers_[id].log.erase(containers_[id].log.begin(), containers_[id].log.begin() + static_cast<long>(messages)); });
  }
  /// Ends all connections without an orderly end of what they are telling.
  void cut() {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    ++cuts_;
    changed_.notify_all();
  }
  /// Asked for a log, answers with a status and a message; 0: with the log.
  void refuse_logs(int status, std::string message) {
    change([&] { refused_ = status, why_ = std::move(message); });
  }
  /// `GET /v1.51/containers/a/json`, of all so far.
  size_t count(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    return static_cast<size_t>(std::count_if(requests_.begin(), requests_.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; }));
  }
  std::string last(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(requests_.rbegin(), requests_.rend(), [&](const std::string& line) { return line.find(part) != std::string::npos; });
    return at == requests_.rend() ? std::string() : *at;
  }

 private:
  struct Message {
    int64_t second = 0;
    std::string head, bytes;
  };
  struct Container {
    bool tty = false, running = false;
    std::string finished_at = "0001-01-01T00:00:00Z";
    std::vector<Message> log;
  };

  template <class Change>
  void change(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  void listen_on_port() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    INVAR_CHECK(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  void listen_on_path() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    INVAR_CHECK(unix_socket_.size() < sizeof address.sun_path);
    unix_socket_.copy(address.sun_path, sizeof address.sun_path);
    ::unlink(unix_socket_.c_str());
    INVAR_CHECK(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }

  void accept_all() {
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        if (ending_) return;
      }
      pollfd waiting{listener_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      change([&] { open_.push_back(fd); });
      connections_.emplace_back([this, fd] {
        serve(fd);
        change([&] { std::erase(open_, fd); });
        ::close(fd);
      });
    }
  }

  void serve(int fd) {
    std::string received;
    char piece[4096];
    while (true) {
      const ssize_t got = ::recv(fd, piece, sizeof piece, 0);
      if (got <= 0) return;
      received.append(piece, static_cast<size_t>(got));
      const size_t end = received.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const std::string line = received.substr(0, received.find(" HTTP/1.1"));
      received.erase(0, end + 4);
      change([&] { requests_.push_back(line); });
      if (!answer(fd, line)) return;
    }
  }

  static bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  static bool reply(int fd, const std::string& status, const std::string& body, const std::string& headers = {}) {
    return send_all(fd, "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  static bool send_chunk(int fd, const std::string& bytes) {
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return send_all(fd, size + bytes + "\r\n");
  }

  bool answer(int fd, const std::string& line) {
    if (line == "HEAD /_ping") return send_all(fd, "HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\nContent-Length: 0\r\n\r\n");
    constexpr std::string_view kContainers = "GET /v1.51/containers/";
    if (!line.starts_with(kContainers)) return reply(fd, "404 Not Found", R"({"message":"page not found"})");
    const std::string rest = line.substr(kContainers.size());
    const std::string id = rest.substr(0, rest.find('/'));
    std::unique_lock lock(mutex_);
    const auto known = containers_.find(id);
    if (known == containers_.end()) return reply(fd, "404 Not Found", R"({"message":"No such container: )" + id + "\"}\n");
    const Container container = known->second;
    if (rest == id + "/json")
      return reply(fd, "200 OK", R"({"Id":")" + id + R"(","State":{"Status":"x","Running":)" + (container.running ? "true" : "false") + R"(,"FinishedAt":")" + container.finished_at +
                                     R"("},"Config":{"Hostname":"h","Tty":)" + (container.tty ? "true" : "false") + "}}\n");
    if (refused_ > 0) return reply(fd, std::to_string(refused_) + " Refused", R"({"message":")" + why_ + "\"}\n");
    const std::string since = rest.substr(rest.find("since=") + 6);
    return tell_log(fd, id, std::stoll(since), lock);
  }

  /// As long as the container runs.
  bool tell_log(int fd, const std::string& id, int64_t since, std::unique_lock<std::mutex>& lock) {
    const size_t cuts = cuts_;
    send_all(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (size_t next = 0;;) {
      if (ending_ || cuts != cuts_) return false;
      const auto known = containers_.find(id);
      if (known == containers_.end()) return send_all(fd, "0\r\n\r\n");
      const Container& container = known->second;
      std::string bytes;
      for (; next < container.log.size(); ++next) {
        const Message& message = container.log[next];
        if (message.second >= since) bytes += (container.tty ? "" : message.head) + message.bytes;
      }
      const bool over = !container.running;
      lock.unlock();
      bool sent = true;
      for (size_t at = 0; at < bytes.size() && sent; at += 100'000) sent = send_chunk(fd, bytes.substr(at, 100'000));
      if (sent && over && bytes.empty()) return send_all(fd, "0\r\n\r\n");
      lock.lock();
      if (!sent) return false;
      if (bytes.empty()) changed_.wait_for(lock, std::chrono::milliseconds(50));
    }
  }

  const std::string unix_socket_;
  Fd listener_;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Container> containers_;
  std::vector<std::string> requests_;
  std::vector<int> open_;
  int refused_ = 0;
  std::string why_;
  size_t cuts_ = 0;
  bool ending_ = false;
  std::list<std::thread> connections_;
  std::thread thread_;
};

}  // namespace invar::loki_source_docker
