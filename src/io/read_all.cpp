#include "src/io/read_all.h"

#include <array>

#include "src/io/file.h"

namespace invar {

Result<std::string> read_all(int fd, size_t limit) {
  std::string text;
  std::array<char, 65536> piece;
  while (true) {
    const auto got = read_some(fd, piece);
    if (!got) return got.error();
    if (*got == 0) return text;
    if (text.size() + *got > limit) return Error{"read: more than " + std::to_string(limit) + " bytes", "too_large"};
    text.append(piece.data(), *got);
  }
}

}  // namespace invar
