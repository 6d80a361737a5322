#include "src/io/datagram_reader.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace invar {
namespace {

constexpr size_t kMostAtOnce = 32;
constexpr size_t kBufferBytes = 512 * 1024;  // of all at once
constexpr int kSocketBuffer = 1024 * 1024;

}  // namespace

struct DatagramReader::Buffers {
  explicit Buffers(size_t each) : size(each), count(std::clamp<size_t>(kBufferBytes / std::max<size_t>(each, 1), 1, kMostAtOnce)), bytes(new char[size * count]) {
    for (size_t i = 0; i < count; ++i) {
      pieces[i] = {bytes.get() + i * size, size};
      msghdr& header = messages[i].msg_hdr;
      header.msg_iov = &pieces[i];
      header.msg_iovlen = 1;
      header.msg_name = &senders[i];
      header.msg_control = &control[i];
    }
  }
  /// The kernel overwrites the sizes each time.
  void prepare() {
    for (size_t i = 0; i < count; ++i) {
      messages[i].msg_hdr.msg_namelen = sizeof senders[i];
      messages[i].msg_hdr.msg_controllen = sizeof control[i];
    }
  }

  size_t size, count;
  std::unique_ptr<char[]> bytes;
  std::array<mmsghdr, kMostAtOnce> messages{};
  std::array<iovec, kMostAtOnce> pieces{};
  std::array<sockaddr_storage, kMostAtOnce> senders{};
  struct alignas(cmsghdr) Control {
    char bytes[CMSG_SPACE(sizeof(uint32_t))];
  };
  std::array<Control, kMostAtOnce> control{};
};

DatagramReader::DatagramReader(Fd socket, size_t most_bytes) : socket_(std::move(socket)), buffers_(std::make_unique<Buffers>(most_bytes)) {
  const int on = 1;
  ::setsockopt(fd(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  ::setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
}

DatagramReader::~DatagramReader() = default;

bool DatagramReader::read(const std::function<void(const sockaddr_storage&, std::string_view)>& take) {
  buffers_->prepare();
  const int got = ::recvmmsg(fd(), buffers_->messages.data(), static_cast<unsigned>(buffers_->count), MSG_DONTWAIT, nullptr);
  if (got <= 0) return false;
  for (size_t i = 0; i < static_cast<size_t>(got); ++i) {
    msghdr& header = buffers_->messages[i].msg_hdr;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c))
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) std::memcpy(&dropped_, CMSG_DATA(c), sizeof dropped_);
    take(buffers_->senders[i], {buffers_->bytes.get() + i * buffers_->size, buffers_->messages[i].msg_len});
  }
  return static_cast<size_t>(got) == buffers_->count;
}

uint32_t DatagramReader::take_dropped() { return dropped_ - std::exchange(dropped_told_, dropped_); }

}  // namespace invar
