#include "src/text/gotemplate/format.h"

#include <algorithm>
#include <utility>

#include "src/base/quote.h"
#include "src/text/civil_time.h"
#include "src/text/duration.h"
#include "src/text/gotemplate/printer.h"
#include "src/text/gotemplate/run.h"
#include "src/text/gotemplate/version.h"
#include "src/text/time_tokens.h"

namespace invar::gotemplate {

void append_value(Run& run, std::string& out, const Value& value) { Printer(run, out).print_argument(value, 'v'); }

std::string_view value_text(Run& run, const Value& value) {
  if (value.is(Type::kString)) return value.text();
  std::string out;
  append_value(run, out, value);
  return run.memory().copy(out);
}

void append_print(Run& run, std::string& out, std::span<const Value> values) {
  Printer printer(run, out);
  bool after_text = false;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool is_text = values[i].is(Type::kString);
    if (i > 0 && !is_text && !after_text) out += ' ';
    printer.print_argument(values[i], 'v');
    after_text = is_text;
  }
}

void append_println(Run& run, std::string& out, std::span<const Value> values) {
  Printer printer(run, out);
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ' ';
    printer.print_argument(values[i], 'v');
  }
  out += '\n';
}

void append_printf(Run& run, std::string& out, std::string_view format, std::span<const Value> values) {
  Printer(run, out).print_format(format, values);
}

int32_t offset_of(const Time& time) { return time.zone ? time.zone->offset_at(time.instant.seconds) : 0; }
std::string zone_name_of(const Time& time) { return time.zone ? time.zone->abbreviation_at(time.instant.seconds) : "UTC"; }

void append_time(std::string& out, const Time& time) {
  static const TimeLayout kLayout("2006-01-02 15:04:05.999999999 -0700 MST");
  static const TimeZone kUtc;
  kLayout.format(out, time.instant, time.zone ? *time.zone : kUtc);
  if (time.monotonic) out += " m=+0.000000001";
}

void append_go_time(Run& run, std::string& out, const Time& time) {
  const CivilTime civil = civil_from_seconds(time.instant.seconds + offset_of(time));
  out += "time.Date(" + std::to_string(civil.year) + ", time." + std::string(kMonthNames[civil.month - 1]);
  for (const int32_t part : {civil.day, civil.hour, civil.minute, civil.second, time.instant.nanos}) out += ", " + std::to_string(part);
  out += ", ";
  if (!time.zone)
    out += "time.UTC";
  else if (time.zone == run.local_zone())
    out += "time.Local";
  else
    out += "time.Location(" + quoted(time.name) + ")";
  out += ')';
}

bool append_string(std::string& out, const Value& value) {
  switch (value.type) {
    case Type::kTime: append_time(out, *value.time); return true;
    case Type::kDuration: append_duration(out, value.integer); return true;
    case Type::kMonth:
      if (value.integer >= 1 && value.integer <= 12)
        out += kMonthNames[value.integer - 1];
      else
        out += "%!Month(" + std::to_string(value.natural) + ")";
      return true;
    case Type::kWeekday:
      if (value.integer >= 0 && value.integer <= 6)
        out += kWeekdayNames[value.integer];
      else
        out += "%!Weekday(" + std::to_string(value.natural) + ")";
      return true;
    case Type::kVersion:
      if (value.version)
        append_version(out, *value.version);
      else
        out += "<nil>";
      return true;
    case Type::kLocation:
      if (!value.data) return false;
      out += value.text();
      return true;
    default: return false;
  }
}

std::string_view string_value(Run& run, const Value& value) {
  if (value.is(Type::kString)) return value.text();
  std::string out;
  if (value.is(Type::kBytes))
    for (const Value& item : items_of(value)) out += static_cast<char>(item.integer);
  else if (!append_string(out, value))
    append_value(run, out, value);
  return run.memory().copy(out);
}

// Formats.

namespace {

bool is_too_large(int64_t number) { return number > 1'000'000 || number < -1'000'000; }

/// fmt's parsenum: digits from `at` to `end`; behind them on return. An absurd number ends the format.
bool read_number(std::string_view format, size_t& at, size_t end, int& number) {
  number = 0;
  bool any = false;
  if (at >= end) {
    at = end;
    return false;
  }
  for (; at < end && format[at] >= '0' && format[at] <= '9'; ++at, any = true) {
    if (is_too_large(number)) {
      at = end;
      number = 0;
      return false;
    }
    number = number * 10 + (format[at] - '0');
  }
  return any;
}

bool integer_argument(std::span<const Value> values, size_t& argument, int& number) {
  number = 0;
  if (argument >= values.size()) return false;
  const Value& value = values[argument++];
  const bool fits = value.kind() == Kind::kInt || (value.kind() == Kind::kUint && value.integer >= 0);
  if (!fits || is_too_large(value.integer)) return false;
  number = static_cast<int>(value.integer);
  return true;
}

}  // namespace

/// True when the verb was a plain one and is done.
bool Printer::read_flags(std::string_view format, std::span<const Value> values) {
  for (; at_ < format.size(); ++at_) {
    const char c = format[at_];
    switch (c) {
      case '#': flags_.sharp = true; break;
      case '0': flags_.zero = true; break;
      case '+': flags_.plus = true; break;
      case '-': flags_.minus = true; break;
      case ' ': flags_.space = true; break;
      default:
        if (c < 'a' || c > 'z' || argument_ >= values.size()) return false;
        if (c == 'v' || c == 'w') {
          flags_.sharp_v = std::exchange(flags_.sharp, false);
          flags_.plus_v = std::exchange(flags_.plus, false);
        }
        print_argument(values[argument_++], static_cast<char32_t>(c));
        ++at_;
        return true;
    }
  }
  return false;
}

/// Reads [n], when there is one.
void Printer::read_index(std::string_view format, size_t count) {
  after_index_ = false;
  if (at_ >= format.size() || format[at_] != '[') return;
  reordered_ = true;
  const std::string_view rest = format.substr(at_);
  const size_t close = rest.size() < 3 ? std::string_view::npos : rest.find(']');
  if (close == std::string_view::npos) {
    good_index_ = false;
    at_ += 1;
    return;
  }
  size_t digits = 1;
  int number;
  const bool fine = read_number(rest, digits, close, number) && digits == close;
  at_ += close + 1;
  if (fine && number >= 1 && static_cast<size_t>(number) <= count) {
    argument_ = static_cast<size_t>(number) - 1;
    after_index_ = true;
    return;
  }
  good_index_ = false;
  after_index_ = fine;
}

void Printer::read_width(std::string_view format, std::span<const Value> values) {
  if (at_ < format.size() && format[at_] == '*') {
    ++at_;
    flags_.has_width = integer_argument(values, argument_, flags_.width);
    if (!flags_.has_width) out_ += "%!(BADWIDTH)";
    if (flags_.width < 0) {
      flags_.width = -flags_.width;
      flags_.minus = true;
      flags_.zero = false;
    }
    after_index_ = false;
    return;
  }
  flags_.has_width = read_number(format, at_, format.size(), flags_.width);
  if (after_index_ && flags_.has_width) good_index_ = false;
}

void Printer::read_precision(std::string_view format, std::span<const Value> values) {
  if (at_ + 1 >= format.size() || format[at_] != '.') return;
  ++at_;
  if (after_index_) good_index_ = false;
  read_index(format, values.size());
  if (at_ < format.size() && format[at_] == '*') {
    ++at_;
    flags_.has_precision = integer_argument(values, argument_, flags_.precision);
    if (flags_.precision < 0) flags_.precision = 0, flags_.has_precision = false;
    if (!flags_.has_precision) out_ += "%!(BADPREC)";
    after_index_ = false;
    return;
  }
  if (!read_number(format, at_, format.size(), flags_.precision)) flags_.precision = 0;
  flags_.has_precision = true;
}

void Printer::print_format(std::string_view format, std::span<const Value> values) {
  at_ = argument_ = 0;
  after_index_ = reordered_ = false;
  while (at_ < format.size()) {
    good_index_ = true;
    const size_t percent = std::min(format.find('%', at_), format.size());
    out_ += format.substr(at_, percent - at_);
    at_ = percent;
    if (at_ >= format.size()) break;
    ++at_;
    flags_ = {};
    run_.step();
    if (out_.size() > Run::kOutputLimit) throw Exhausted{"output"};
    if (read_flags(format, values)) continue;
    read_index(format, values.size());
    read_width(format, values);
    read_precision(format, values);
    if (!after_index_) read_index(format, values.size());
    if (at_ >= format.size()) {
      out_ += "%!(NOVERB)";
      break;
    }
    size_t length;
    const char32_t verb = decode_rune(format.substr(at_), length);
    at_ += length;
    if (verb == '%') {
      out_ += '%';
    } else if (!good_index_) {
      out_ += "%!";
      append_rune(out_, verb);
      out_ += "(BADINDEX)";
    } else if (argument_ >= values.size()) {
      out_ += "%!";
      append_rune(out_, verb);
      out_ += "(MISSING)";
    } else {
      if (verb == 'v' || verb == 'w') {
        flags_.sharp_v = std::exchange(flags_.sharp, false);
        flags_.plus_v = std::exchange(flags_.plus, false);
      }
      print_argument(values[argument_++], verb);
    }
  }
  if (!reordered_ && argument_ < values.size()) print_extra(values.subspan(argument_));
}

void Printer::print_extra(std::span<const Value> values) {
  flags_ = {};
  out_ += "%!(EXTRA ";
  for (size_t i = 0; i < values.size(); ++i) {
    if (i) out_ += ", ";
    if (values[i].is_absent()) {
      out_ += "<nil>";
      continue;
    }
    (out_ += type_name(values[i].type)) += '=';
    print_argument(values[i], 'v');
  }
  out_ += ')';
}

}  // namespace invar::gotemplate
