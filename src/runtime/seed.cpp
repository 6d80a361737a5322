#include "src/runtime/seed.h"

#include <array>
#include <random>

#include "src/io/file.h"
#include "src/runtime/build_info.h"
#include "src/runtime/log_output.h"

namespace invar {
namespace {

constexpr std::string_view kFileName = "alloy_seed.json";

/// The string behind a key of a flat JSON object whose values hold no escapes; empty when there is none.
std::string string_member(std::string_view json, std::string_view key) {
  const size_t found = json.find("\"" + std::string(key) + "\"");
  if (found == std::string_view::npos) return {};
  const size_t colon = json.find(':', found);
  const size_t open = json.find('"', colon == std::string_view::npos ? json.size() : colon);
  if (open == std::string_view::npos) return {};
  const size_t close = json.find('"', open + 1);
  return close == std::string_view::npos ? std::string() : std::string(json.substr(open + 1, close - open - 1));
}

/// A random UUID, version 4.
std::string new_uid() {
  std::random_device random;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string uid = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& digit : uid) {
    if (digit == 'x') digit = kDigits[random() & 15];
    if (digit == 'y') digit = kDigits[8 + (random() & 3)];
  }
  return uid;
}

std::string read_uid(const std::filesystem::path& path, const Logger& log) {
  auto text = read_file(path, 64u << 10);
  if (!text) {
    if (text.error().reason != "not_found") log.error("Reading seed file", {{"err", text.error().what}});
    return {};
  }
  std::string uid = string_member(*text, "UID");
  if (uid.empty()) log.error("Seed file has empty uid");
  return uid;
}

}  // namespace

std::string load_seed(const std::filesystem::path& storage, const Clock& clock, const Logger& log) {
  const std::filesystem::path path = storage / kFileName;
  if (std::string uid = read_uid(path, log); !uid.empty()) return uid;
  std::string uid = read_uid(std::filesystem::path("/tmp") / kFileName, log);
  if (uid.empty()) uid = new_uid();
  const std::string json = "{\"UID\":\"" + uid + "\",\"created_at\":\"" + rfc3339_text(clock.wall_ns()) + "\",\"version\":\"" +
                           std::string(kVersion) + "\"}";
  auto stored = make_directories(storage);
  if (stored) stored = replace_file(path, json, 0644);
  if (!stored) log.error("Writing seed file", {{"err", stored.error().what}});
  return uid;
}

}  // namespace invar
