#include "src/components/loki/write/dead_letter.h"

#include "src/base/quote.h"
#include "src/runtime/log_output.h"
#include "src/telemetry/wire/loki_push.h"
#include "src/text/json.h"

namespace invar::loki_write {
namespace {

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
  }
  return text;
}

void put(std::string& out, std::string_view name, std::string_view text) {
  if (!out.ends_with('{')) out += ',';
  out.append(1, '"').append(name).append("\":");
  json::append_standard_string(out, text);
}

}  // namespace

void append_dead_letter(std::string& out, const Obituary& obituary, const Fragment& fragment, uint32_t entry) {
  const Fragment::Entry& about = fragment.entries[entry];
  const size_t begin = fragment.begin_of(entry);
  const auto decoded = loki_push::decode_entry(std::string_view(fragment.bytes).substr(begin, about.end - begin));
  if (!decoded) return;
  out += '{';
  put(out, "time", rfc3339_text(obituary.wall_ns));
  put(out, "component_id", obituary.component);
  put(out, "host", obituary.host);
  put(out, "tenant", obituary.tenant);
  out += ",\"status\":" + std::to_string(obituary.status);
  put(out, "reason", obituary.reason);
  put(out, "error", obituary.error);
  put(out, "stream", fragment.streams[about.stream].labels);
  put(out, "timestamp", rfc3339_text(decoded->time_ns));
  if (is_valid_utf8(decoded->line)) put(out, "line", decoded->line);
  else put(out, "line_base64", base64(decoded->line));
  if (!decoded->metadata.empty()) {
    out += ",\"structured_metadata\":{";
    for (const Label& pair : decoded->metadata) {
      if (!out.ends_with('{')) out += ',';
      json::append_standard_string(out, pair.name);
      out += ':';
      json::append_standard_string(out, pair.value);
    }
    out += '}';
  }
  out += "}\n";
}

}  // namespace invar::loki_write
