#include "src/io/inotify.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace invar {
namespace {

struct Pair {
  uint32_t ours;
  uint32_t kernel;
};
constexpr Pair kChanges[] = {
    {file_change::kModified, IN_MODIFY},     {file_change::kAttributes, IN_ATTRIB},
    {file_change::kClosed, IN_CLOSE_WRITE},  {file_change::kMovedFrom, IN_MOVED_FROM},
    {file_change::kMovedTo, IN_MOVED_TO},    {file_change::kCreated, IN_CREATE},
    {file_change::kDeleted, IN_DELETE},      {file_change::kSelfDeleted, IN_DELETE_SELF},
    {file_change::kSelfMoved, IN_MOVE_SELF},
};

uint32_t to_kernel(uint32_t changes) {
  uint32_t mask = 0;
  for (const Pair& pair : kChanges)
    if (changes & pair.ours) mask |= pair.kernel;
  return mask;
}

uint32_t from_kernel(uint32_t mask) {
  uint32_t changes = mask & (IN_IGNORED | IN_UNMOUNT) ? file_change::kGone : 0;
  for (const Pair& pair : kChanges)
    if (mask & pair.kernel) changes |= pair.ours;
  return changes;
}

Error watch_error(std::string_view operation, std::string_view path, int code) {
  Error error = path_error(operation, path, code);
  if (code == ENOSPC || code == EMFILE) error.reason = "watch_limit";
  return error;
}

}  // namespace

struct Inotify::Inside {
  Fd fd;
  Listener listener;
  std::unique_ptr<FdWatch> readable;
  bool* destroyed = nullptr;  // set by the destructor while report() is on the stack

  ~Inside() {
    if (destroyed) *destroyed = true;
    readable.reset();
  }

  void read_events() {
    // Some turns' worth at most: what is left keeps the fd readable.
    for (int round = 0; round < 16; ++round) {
      alignas(inotify_event) char buffer[8192];
      const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
      if (got <= 0) return;
      if (!report({buffer, static_cast<size_t>(got)})) return;
    }
  }

  /// False when a callback has destroyed this.
  bool report(std::string_view events) {
    bool gone = false;
    destroyed = &gone;
    while (events.size() >= sizeof(inotify_event)) {
      inotify_event event;
      std::memcpy(&event, events.data(), sizeof event);
      const char* name = events.data() + sizeof event;
      if (event.mask & IN_Q_OVERFLOW) {
        if (listener.on_overflow) listener.on_overflow();
      } else {
        const std::string_view entry =
            event.len > 0 ? std::string_view(name, ::strnlen(name, event.len)) : std::string_view();
        listener.on_event({event.wd, from_kernel(event.mask), event.cookie, entry, (event.mask & IN_ISDIR) != 0});
      }
      if (gone) return false;
      events.remove_prefix(sizeof event + event.len);
    }
    destroyed = nullptr;
    return true;
  }
};

Inotify::Inotify(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Inotify::~Inotify() = default;

Result<std::unique_ptr<Inotify>> Inotify::open(Loop& loop, Listener listener) {
  auto inside = std::make_unique<Inside>();
  inside->fd.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inside->fd) return watch_error("inotify_init", "", errno);
  inside->listener = std::move(listener);
  inside->readable =
      std::make_unique<FdWatch>(loop, inside->fd.get(), [i = inside.get()](unsigned) { i->read_events(); });
  if (auto wanted = inside->readable->want(FdWatch::kReadable); !wanted) return wanted.error();
  return std::unique_ptr<Inotify>(new Inotify(std::move(inside)));
}

Result<int> Inotify::watch(const std::string& path, uint32_t changes) {
  const int watch = ::inotify_add_watch(inside_->fd.get(), path.c_str(), to_kernel(changes) | IN_MASK_ADD);
  if (watch < 0) return watch_error("watch", path, errno);
  return watch;
}

void Inotify::unwatch(int watch) { ::inotify_rm_watch(inside_->fd.get(), watch); }

}  // namespace invar
