#include "src/components/loki/source/journal/systemd_journal.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <systemd/sd-journal.h>

#include "src/io/file.h"

namespace invar::loki_source_journal {
namespace {

Error failure(std::string_view function, int code) {
  return {std::string(function) + " failed: " + errno_text(-code), errno_reason(-code)};
}

/// libsystemd is loaded with the first call into it, which cannot fail gently.
Result<void> load_library() {
  if (::dlopen("libsystemd.so.0", RTLD_LAZY | RTLD_LOCAL)) return {};
  const char* why = ::dlerror();
  return Error{std::string("failed to load libsystemd.so.0: ") + (why ? why : "unknown"), "no_library"};
}

}  // namespace

Result<std::unique_ptr<SystemdJournal>> SystemdJournal::open(const Place& place) {
  if (auto loaded = load_library(); !loaded) return loaded.error();
  sd_journal* opened = nullptr;
  if (!place.directory.empty()) {
    if (const int code = sd_journal_open_directory(&opened, place.directory.c_str(), 0); code < 0) return failure("sd_journal_open_directory", code);
  } else if (const int code = sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY); code < 0) {
    return failure("sd_journal_open", code);
  }
  std::unique_ptr<SystemdJournal> journal(new SystemdJournal(opened));
  sd_journal_set_data_threshold(opened, kMaxValue);
  // Before any seek: seeking looks at matching entries only.
  for (const std::string& match : place.matches)
    if (const int code = sd_journal_add_match(opened, match.data(), match.size()); code < 0) return failure("sd_journal_add_match", code);
  return journal;
}

SystemdJournal::~SystemdJournal() { sd_journal_close(journal_); }

bool SystemdJournal::has_files() const {
  uint64_t bytes = 0;
  return sd_journal_get_usage(journal_, &bytes) >= 0 && bytes > 0;
}

Result<void> SystemdJournal::seek_time(uint64_t realtime_us) {
  unread_ = false;
  if (realtime_us == 0) {
    if (const int code = sd_journal_seek_head(journal_); code < 0) return failure("sd_journal_seek_head", code);
  } else if (const int code = sd_journal_seek_realtime_usec(journal_, realtime_us); code < 0) {
    return failure("sd_journal_seek_realtime_usec", code);
  }
  return {};
}

Result<void> SystemdJournal::seek_to(const std::string& cursor) {
  unread_ = false;
  const int code = sd_journal_seek_cursor(journal_, cursor.c_str());
  if (code >= 0) return {};
  Error error = failure("sd_journal_seek_cursor", code);
  if (code == -EINVAL) error.reason = kBadCursor;
  return error;
}

Result<void> SystemdJournal::seek_behind(const std::string& cursor, uint64_t not_before_us) {
  if (auto sought = seek_to(cursor); !sought) return sought;
  const auto landed = step();
  if (!landed) return seek_time(not_before_us);
  if (!*landed) return {};  // nothing is there yet that is newer
  if (not_before_us > 0) {
    const auto time = realtime_us();
    if (!time || *time < not_before_us) return seek_time(not_before_us);
  }
  // Where the cursor's entry is gone, the one it stands on is unread.
  unread_ = sd_journal_test_cursor(journal_, cursor.c_str()) <= 0;
  return {};
}

Result<bool> SystemdJournal::step() {
  const int code = sd_journal_next(journal_);
  if (code < 0) return failure("sd_journal_next", code);
  if (code > 0) sd_journal_restart_data(journal_);
  return code > 0;
}

Result<bool> SystemdJournal::next() {
  if (!std::exchange(unread_, false)) return step();
  sd_journal_restart_data(journal_);
  return true;
}

Result<std::optional<SystemdJournal::Field>> SystemdJournal::field() {
  const void* data = nullptr;
  size_t length = 0;
  const int code = sd_journal_enumerate_available_data(journal_, &data, &length);
  if (code < 0) return failure("sd_journal_enumerate_available_data", code);
  if (code == 0) return std::optional<Field>();
  const std::string_view text(static_cast<const char*>(data), length);
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return Error{"failed to parse field", "bad_field"};
  return std::optional(Field{text.substr(0, equals), text.substr(equals + 1)});
}

Result<std::string> SystemdJournal::cursor() const {
  char* text = nullptr;
  if (const int code = sd_journal_get_cursor(journal_, &text); code < 0) return failure("sd_journal_get_cursor", code);
  std::string cursor(text);
  ::free(text);
  return cursor;
}

Result<uint64_t> SystemdJournal::realtime_us() const {
  uint64_t time = 0;
  if (const int code = sd_journal_get_realtime_usec(journal_, &time); code < 0) return failure("sd_journal_get_realtime_usec", code);
  return time;
}

Result<int> SystemdJournal::watch() {
  const int fd = sd_journal_get_fd(journal_);
  if (fd < 0) return failure("sd_journal_get_fd", fd);
  return fd;
}

Result<void> SystemdJournal::take_changes() {
  if (const int code = sd_journal_process(journal_); code < 0) return failure("sd_journal_process", code);
  return {};
}

bool SystemdJournal::watch_is_reliable() const { return sd_journal_reliable_fd(journal_) > 0; }

}  // namespace invar::loki_source_journal
