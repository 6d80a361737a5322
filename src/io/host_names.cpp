#include "src/io/host_names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>

#include "src/io/file.h"

namespace invar {
namespace {

constexpr size_t kAtOnce = 4;
constexpr size_t kHostsBytes = 4u << 20;

struct Address {
  int family = AF_UNSPEC;
  unsigned char bytes[16] = {};
  socklen_t size() const { return family == AF_INET ? 4 : 16; }
  bool operator==(const Address& other) const { return family == other.family && std::equal(bytes, bytes + size(), other.bytes); }
};

bool read_address(std::string_view text, Address& out) {
  const std::string ip(text.substr(0, text.find('%')));
  for (const int family : {AF_INET, AF_INET6})
    if (::inet_pton(family, ip.c_str(), out.bytes) == 1) return out.family = family, true;
  return false;
}

/// Go's absDomainName.
std::string absolute(std::string name) {
  if (name.find('.') != std::string::npos && !name.ends_with('.')) name += '.';
  return name;
}

std::vector<std::string> ask_servers(const Address& address) {
  std::vector<std::string> names;
  std::vector<char> space(4096);
  hostent entry{};
  hostent* found = nullptr;
  int code = 0;
  while (::gethostbyaddr_r(address.bytes, address.size(), address.family, &entry, space.data(), space.size(), &found, &code) == ERANGE && space.size() < 1u << 20)
    space.resize(space.size() * 2);
  if (!found) return names;
  names.emplace_back(absolute(found->h_name));
  for (char** alias = found->h_aliases; alias && *alias; ++alias) names.emplace_back(absolute(*alias));
  return names;
}

class SystemHostNames final : public HostNames {
 public:
  std::string names_of(const std::string& ip) const override {
    const auto hosts = read_file("/etc/hosts", kHostsBytes);
    auto names = hosts ? names_in_hosts(*hosts, ip) : std::vector<std::string>();
    Address address;
    if (names.empty() && read_address(ip, address)) names = ask_servers(address);
    std::string joined;
    for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
    return joined;
  }
};

std::shared_ptr<const HostNames>& replacement() {
  static std::shared_ptr<const HostNames> names;
  return names;
}

std::string_view next_field(std::string_view& line) {
  const size_t begin = std::min(line.find_first_not_of(" \t\r"), line.size());
  line.remove_prefix(begin);
  const std::string_view field = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(field.size());
  return field;
}

}  // namespace

std::shared_ptr<const HostNames> HostNames::system() {
  static const auto names = std::make_shared<const SystemHostNames>();
  return names;
}

std::shared_ptr<const HostNames> HostNames::current() { return replacement() ? replacement() : system(); }
void HostNames::replace_current(std::shared_ptr<const HostNames> names) { replacement() = std::move(names); }

std::vector<std::string> names_in_hosts(std::string_view hosts, std::string_view ip) {
  std::vector<std::string> names;
  Address wanted, address;
  if (!read_address(ip, wanted)) return names;
  while (!hosts.empty()) {
    std::string_view line = hosts.substr(0, hosts.find('\n'));
    hosts.remove_prefix(std::min(line.size() + 1, hosts.size()));
    line = line.substr(0, line.find('#'));
    if (!read_address(next_field(line), address) || !(address == wanted)) continue;
    for (std::string_view name; !(name = next_field(line)).empty();) names.push_back(absolute(std::string(name)));
  }
  return names;
}

void HostNameLookups::ask(const std::string& ip, std::function<void(const std::string&)> answer) {
  const auto [at, fresh] = asked_.try_emplace(ip);
  at->second.answers.push_back(std::move(answer));
  if (!fresh) return;
  waiting_.push_back(ip);
  begin_some();
}

void HostNameLookups::begin_some() {
  for (; running_ < kAtOnce && !waiting_.empty(); ++running_) {
    const std::string ip = std::move(waiting_.front());
    waiting_.pop_front();
    asked_[ip].call = BackgroundCall(loop_, [this, ip, names = names_]() -> std::function<void()> {
      return [this, ip, found = names->names_of(ip)] { this->answer(ip, found); };
    });
  }
}

void HostNameLookups::answer(const std::string& ip, const std::string& names) {
  auto asked = asked_.extract(ip);
  --running_;
  begin_some();
  for (const auto& answer : asked.mapped().answers) answer(names);
}

}  // namespace invar
