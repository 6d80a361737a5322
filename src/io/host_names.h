#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/background_call.h"

namespace invar {

/// The names of addresses, as Go's net.LookupAddr gives them: those of /etc/hosts, else those that name servers know, which end in a dot. Any thread.
class HostNames {
 public:
  virtual ~HostNames() = default;
  /// Joined by commas; empty when there are none. May block for as long as name servers take.
  virtual std::string names_of(const std::string& ip) const = 0;
  static std::shared_ptr<const HostNames> system();
  /// Whom components ask: the system, unless a test has put something else in its place (nullptr: the system again). On main.
  static std::shared_ptr<const HostNames> current();
  static void replace_current(std::shared_ptr<const HostNames> names);
};

/// The names of an address in the text of a hosts file, in its order.
std::vector<std::string> names_in_hosts(std::string_view hosts, std::string_view ip);

/// Asks for names without blocking. Belongs to its loop, and outlives its callbacks.
class HostNameLookups {
 public:
  HostNameLookups(Loop& loop, std::shared_ptr<const HostNames> names) : loop_(loop), names_(std::move(names)) {}
  /// Calls back on the loop, later. An address that is being asked for is not asked for twice; a few at a time.
  void ask(const std::string& ip, std::function<void(const std::string& names)> answer);

 private:
  struct Asked {
    std::vector<std::function<void(const std::string&)>> answers;
    BackgroundCall call;
  };
  void begin_some();
  void answer(const std::string& ip, const std::string& names);

  Loop& loop_;
  std::shared_ptr<const HostNames> names_;
  std::map<std::string, Asked> asked_;
  std::deque<std::string> waiting_;
  size_t running_ = 0;
};

}  // namespace invar
