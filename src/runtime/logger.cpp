#include "src/runtime/logger.h"

#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/language/spoken.h"
#include "src/runtime/log_output.h"

namespace invar {
namespace {

/// What Go's slog text handler puts between quotes.
bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      if (byte <= ' ' || byte == '=' || byte == '"') return true;
      ++i;
      continue;
    }
    size_t length = 0;
    const char32_t rune = decode_rune(text.substr(i), length);
    if (rune == 0xfffd || !is_printable(rune)) return true;
    i += length;
  }
  return false;
}

void append_text(std::string& out, std::string_view text) {
  if (needs_quotes(text))
    append_quoted(out, text);
  else
    out += text;
}

void append_json_control(std::string& out, unsigned char byte) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (byte) {
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: out.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      if (byte < ' ')
        append_json_control(out, byte);
      else if (byte == '"' || byte == '\\')
        out.append(1, '\\').append(1, text[i]);
      else
        out += text[i];
      ++i;
      continue;
    }
    size_t length = 0;
    const char32_t rune = decode_rune(text.substr(i), length);
    if (rune == 0xfffd && length == 1)
      out += "\\ufffd";
    else if (rune == 0x2028 || rune == 0x2029)
      out += rune == 0x2028 ? "\\u2028" : "\\u2029";
    else
      out += text.substr(i, length);
    i += length;
  }
  out += '"';
}

struct TextOf {
  std::string& out;
  void operator()(const std::string& v) const { append_text(out, v); }
  void operator()(int64_t v) const { out += std::to_string(v); }
  void operator()(uint64_t v) const { out += std::to_string(v); }
  void operator()(double v) const { append_text(out, format_float_general(v)); }
  void operator()(bool v) const { out += v ? "true" : "false"; }
  void operator()(LogDuration v) const { out += show_value(Duration{v.ns}).as_string(); }
  void operator()(const LogAddress& v) const { append_text(out, v.text); }
};
struct JsonOf {
  std::string& out;
  void operator()(const std::string& v) const { append_json(out, v); }
  void operator()(int64_t v) const { out += std::to_string(v); }
  void operator()(uint64_t v) const { out += std::to_string(v); }
  void operator()(double v) const { out += format_float_general(v); }
  void operator()(bool v) const { out += v ? "true" : "false"; }
  void operator()(LogDuration v) const { out += std::to_string(v.ns); }
  void operator()(const LogAddress& v) const {
    const size_t colon = std::min(v.text.rfind(':'), v.text.size());
    out += "{\"IP\":";
    append_json(out, std::string_view(v.text).substr(0, colon));
    out.append(",\"Port\":").append(colon < v.text.size() ? v.text.substr(colon + 1) : "0").append(",\"Zone\":\"\"}");
  }
};

void append_attributes(std::initializer_list<LogAttribute> attributes, std::string& logfmt, std::string& json) {
  for (const LogAttribute& attribute : attributes) {
    logfmt.append(" ");
    append_text(logfmt, attribute.key);
    logfmt += '=';
    std::visit(TextOf{logfmt}, attribute.value);
    json += ',';
    append_json(json, attribute.key);
    json += ':';
    std::visit(JsonOf{json}, attribute.value);
  }
}

std::string_view level_word(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarn: return "warn";
    case LogLevel::kError: return "error";
  }
  return "info";
}

std::string logfmt_line(std::string_view time, LogLevel level, std::string_view message, std::string_view attributes) {
  std::string line;
  line.append("ts=").append(time).append(" level=").append(level_word(level));
  if (!message.empty()) {
    line += " msg=";
    append_text(line, message);
  }
  return line.append(attributes).append("\n");
}

std::string json_line(std::string_view time, LogLevel level, std::string_view message, std::string_view attributes) {
  std::string line;
  line.append("{\"ts\":\"").append(time).append("\",\"level\":\"").append(level_word(level)).append("\"");
  if (!message.empty()) {
    line += ",\"msg\":";
    append_json(line, message);
  }
  return line.append(attributes).append("}\n");
}

}  // namespace

std::string rfc3339_text(int64_t wall_ns) {
  const time_t seconds = wall_ns / 1'000'000'000;
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  length += snprintf(text + length, sizeof text - length, ".%09lld", static_cast<long long>(wall_ns % 1'000'000'000));
  while (text[length - 1] == '0') --length;
  if (text[length - 1] == '.') --length;
  return std::string(text, length) + "Z";
}

Logger Logger::with(std::initializer_list<LogAttribute> attributes) const {
  Logger child = *this;
  append_attributes(attributes, child.logfmt_, child.json_);
  return child;
}

bool Logger::enabled(LogLevel level) const { return output_->enabled(level); }

void Logger::log(LogLevel level, std::string_view message, std::initializer_list<LogAttribute> attributes) const {
  if (!enabled(level)) return;
  std::string logfmt = logfmt_;
  std::string json = json_;
  append_attributes(attributes, logfmt, json);
  output_->write(level, message, logfmt, json);
}

Logger::Output::Output(const Clock& clock, Write write) : clock_(clock), write_(std::move(write)) {}

void Logger::Output::configure(LogLevel level, LogFormat format) {
  const std::lock_guard lock(mutex_);
  level_.store(level, std::memory_order_relaxed);
  format_ = format;
  configured_ = true;
  for (const Kept& kept : kept_)
    if (kept.level >= level) put(format == LogFormat::kLogfmt ? kept.logfmt : kept.json);
  kept_.clear();
  kept_.shrink_to_fit();
}

void Logger::Output::write(LogLevel level, std::string_view message, std::string_view logfmt, std::string_view json) {
  const std::string time = rfc3339_text(clock_.wall_ns());
  const std::lock_guard lock(mutex_);
  if (!configured_) {
    kept_.push_back({level, logfmt_line(time, level, message, logfmt), json_line(time, level, message, json)});
    return;
  }
  put(format_ == LogFormat::kLogfmt ? logfmt_line(time, level, message, logfmt) : json_line(time, level, message, json));
}

void Logger::Output::put(std::string_view line) {
  write_(line);
  for (const Write& copy : copies_)
    if (copy) copy(line);
}

void Logger::Output::set_copy(Copy place, Write copy) {
  const std::lock_guard lock(mutex_);
  copies_[static_cast<size_t>(place)] = std::move(copy);
}

void Logger::Output::write_to_stderr(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written <= 0) return;  // nobody reads it: there is no better place to complain
    line.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace invar
