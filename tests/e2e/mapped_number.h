#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

/// The first bytes of the file that an environment variable names, as a number that this process and a test share; nullptr when there is none. Allocates nothing.
template <class Number>
std::atomic<Number>* map_number(const char* variable) {
  const char* const path = std::getenv(variable);
  const int fd = path ? ::open(path, O_RDWR) : -1;
  if (fd < 0) return nullptr;
  void* const page = ::mmap(nullptr, sizeof(Number), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  return page == MAP_FAILED ? nullptr : static_cast<std::atomic<Number>*>(page);
}
