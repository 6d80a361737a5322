#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "src/io/file.h"

struct sockaddr_storage;

namespace invar {

/// Reads the datagrams of a socket, many with one call. One thread.
class DatagramReader {
 public:
  /// Longer datagrams are cut to `most_bytes`. Asks the kernel for a larger buffer, and to tell how many datagrams it had no room for.
  DatagramReader(Fd socket, size_t most_bytes);
  ~DatagramReader();
  int fd() const { return socket_.get(); }

  /// Takes what is there, as far as one call reaches; true when there may be more. The bytes are there until the next call.
  bool read(const std::function<void(const sockaddr_storage& sender, std::string_view bytes)>& take);
  /// Datagrams that the kernel had no room for since this was last asked.
  uint32_t take_dropped();

 private:
  struct Buffers;
  Fd socket_;
  std::unique_ptr<Buffers> buffers_;
  uint32_t dropped_ = 0, dropped_told_ = 0;  // since the socket was opened
};

}  // namespace invar
