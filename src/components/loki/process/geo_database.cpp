#include "src/components/loki/process/geo_database.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "src/io/file.h"
#include "src/text/json.h"

namespace invar::loki_process {
namespace {

/// A list of values as libmaxminddb lays a record out: each map and array followed by its members.
using Values = const MMDB_entry_data_list_s*;

bool append_value(Values& at, std::string& out, int depth);

bool append_members(Values& at, uint32_t count, bool with_keys, std::string& out, int depth) {
  for (uint32_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    if (with_keys) {
      if (!append_value(at, out, depth)) return false;
      out += ':';
    }
    if (!append_value(at, out, depth)) return false;
  }
  return true;
}

/// Appends the value at the front and what belongs to it, and goes behind it.
bool append_value(Values& at, std::string& out, int depth) {
  constexpr int kDeepest = 500;
  if (!at || depth > kDeepest) return false;
  const MMDB_entry_data_s& value = at->entry_data;
  at = at->next;
  switch (value.type) {
    case MMDB_DATA_TYPE_MAP:
      out += '{';
      if (!append_members(at, value.data_size, true, out, depth + 1)) return false;
      out += '}';
      return true;
    case MMDB_DATA_TYPE_ARRAY:
      out += '[';
      if (!append_members(at, value.data_size, false, out, depth + 1)) return false;
      out += ']';
      return true;
    case MMDB_DATA_TYPE_UTF8_STRING: json::append_string(out, {value.utf8_string, value.data_size}); return true;
    case MMDB_DATA_TYPE_BYTES: json::append_string(out, {reinterpret_cast<const char*>(value.bytes), value.data_size}); return true;
    case MMDB_DATA_TYPE_DOUBLE: json::append_number(out, value.double_value); return true;
    case MMDB_DATA_TYPE_FLOAT: json::append_number(out, static_cast<double>(value.float_value)); return true;
    case MMDB_DATA_TYPE_UINT16: out += std::to_string(value.uint16); return true;
    case MMDB_DATA_TYPE_UINT32: out += std::to_string(value.uint32); return true;
    case MMDB_DATA_TYPE_INT32: out += std::to_string(value.int32); return true;
    case MMDB_DATA_TYPE_UINT64: out += std::to_string(value.uint64); return true;
    case MMDB_DATA_TYPE_UINT128: json::append_number(out, static_cast<double>(value.uint128)); return true;
    case MMDB_DATA_TYPE_BOOLEAN: out += value.boolean ? "true" : "false"; return true;
    default: return false;
  }
}

/// An IPv4 address, also one mapped into IPv6, or an IPv6 one.
bool parse_address(std::string_view text, sockaddr_storage& address) {
  char terminated[INET6_ADDRSTRLEN + 1];
  if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) return false;
  text.copy(terminated, text.size());
  terminated[text.size()] = '\0';
  address = {};
  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  if (inet_pton(AF_INET, terminated, &v4.sin_addr) == 1) {
    address.ss_family = AF_INET;
    return true;
  }
  if (inet_pton(AF_INET6, terminated, &v6.sin6_addr) != 1) return false;
  address.ss_family = AF_INET6;
  if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return true;
  in_addr mapped;
  std::memcpy(&mapped, v6.sin6_addr.s6_addr + 12, sizeof mapped);
  address = {};
  address.ss_family = AF_INET;
  v4.sin_addr = mapped;
  return true;
}

}  // namespace

struct GeoDatabase::Handle {
  MMDB_s mmdb{};
  bool open = false;
  ~Handle() {
    if (open) MMDB_close(&mmdb);
  }
  MMDB_entry_s entry(Record record) const { return {&mmdb, record - 1}; }
  bool get(Record record, const char* const* path, MMDB_entry_data_s& value) const {
    MMDB_entry_s start = entry(record);
    return MMDB_aget_value(&start, &value, path) == MMDB_SUCCESS && value.has_data;
  }
};

GeoDatabase::GeoDatabase(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
GeoDatabase::~GeoDatabase() = default;

Result<std::shared_ptr<const GeoDatabase>> GeoDatabase::open(const std::string& path) {
  if (const Fd readable(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); !readable)
    return Error{"open " + path + ": " + errno_text(errno), errno_reason(errno)};
  auto handle = std::make_unique<Handle>();
  const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &handle->mmdb);
  if (status == MMDB_INVALID_METADATA_ERROR) return Error{"error opening database: invalid MaxMind DB file", "database"};
  if (status != MMDB_SUCCESS) return Error{std::string("error opening database: ") + MMDB_strerror(status), "database"};
  handle->open = true;
  return std::shared_ptr<const GeoDatabase>(new GeoDatabase(std::move(handle)));
}

GeoDatabase::Lookup GeoDatabase::find(std::string_view text, Record& record) const {
  sockaddr_storage address;
  if (!parse_address(text, address)) return Lookup::kNoAddress;
  int status = MMDB_SUCCESS;
  const auto found = MMDB_lookup_sockaddr(&handle_->mmdb, reinterpret_cast<const sockaddr*>(&address), &status);
  if (status != MMDB_SUCCESS) return Lookup::kFailed;
  record = found.found_entry ? found.entry.offset + 1 : kNone;
  return Lookup::kDone;
}

bool GeoDatabase::text(Record record, const char* const* path, std::string_view& out) const {
  MMDB_entry_data_s value;
  if (!handle_->get(record, path, value) || value.type != MMDB_DATA_TYPE_UTF8_STRING) return false;
  out = {value.utf8_string, value.data_size};
  return true;
}

bool GeoDatabase::number(Record record, const char* const* path, double& out) const {
  MMDB_entry_data_s value;
  if (!handle_->get(record, path, value)) return false;
  switch (value.type) {
    case MMDB_DATA_TYPE_DOUBLE: out = value.double_value; return true;
    case MMDB_DATA_TYPE_FLOAT: out = static_cast<double>(value.float_value); return true;
    case MMDB_DATA_TYPE_UINT16: out = value.uint16; return true;
    case MMDB_DATA_TYPE_UINT32: out = value.uint32; return true;
    case MMDB_DATA_TYPE_UINT64: out = static_cast<double>(value.uint64); return true;
    case MMDB_DATA_TYPE_INT32: out = value.int32; return true;
    default: return false;
  }
}

bool GeoDatabase::append_json(Record record, std::string& out) const {
  if (record == kNone) {
    out += "null";
    return true;
  }
  MMDB_entry_s start = handle_->entry(record);
  MMDB_entry_data_list_s* list = nullptr;
  bool whole = MMDB_get_entry_data_list(&start, &list) == MMDB_SUCCESS;
  Values at = list;
  whole = whole && append_value(at, out, 0);
  MMDB_free_entry_data_list(list);
  return whole;
}

}  // namespace invar::loki_process
