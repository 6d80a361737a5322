#include "stdlib/functions/go/format.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "src/base/quote.h"
#include "stdlib/functions/go/value_printer.h"

namespace invar {
namespace {

constexpr int kTooLarge = 1'000'000;

/// The format's own little language.
class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> args) : format_(format), args_(args) {}

  std::string run() {
    while (at_ < format_.size()) {
      const size_t percent = std::min(format_.find('%', at_), format_.size());
      printer_.out += format_.substr(at_, percent - at_);
      at_ = percent + 1;
      if (percent < format_.size()) directive();
    }
    if (!reordered_ && next_ < args_.size()) extra();
    return std::move(printer_.out);
  }

 private:
  void directive() {
    good_index_ = true;
    reordered_ = false;
    printer_.flags = {};
    read_flags();
    bool after_index = read_index();
    read_width(after_index);
    read_precision(after_index);
    if (!after_index) read_index();
    if (at_ >= format_.size()) {
      printer_.out += "%!(NOVERB)";
      return;
    }
    size_t length;
    const char32_t verb = decode_rune(format_.substr(at_), length);
    at_ += length;
    apply(verb);
  }

  void apply(char32_t verb) {
    const auto complain = [&](const char* what) {
      printer_.out += "%!";
      printer_.append_verb(verb);
      printer_.out += what;
    };
    if (verb == '%') {
      printer_.out += '%';
    } else if (!good_index_) {
      complain("(BADINDEX)");
    } else if (next_ >= args_.size()) {
      complain("(MISSING)");
    } else {
      ValuePrinter::Flags& flags = printer_.flags;
      if (verb == 'v') {
        flags.go_syntax = std::exchange(flags.sharp, false);
        flags.field_names = std::exchange(flags.plus, false);
      }
      printer_.print(args_[next_++], verb);
    }
  }

  void read_flags() {
    for (; at_ < format_.size(); ++at_) {
      ValuePrinter::Flags& flags = printer_.flags;
      switch (format_[at_]) {
        case '#': flags.sharp = true; break;
        case '0': flags.zero = true; break;
        case '+': flags.plus = true; break;
        case '-': flags.minus = true; break;
        case ' ': flags.space = true; break;
        default: return;
      }
    }
  }

  /// Digits; nullopt when there are none. Crazy numbers swallow the rest of the format, as in Go.
  std::optional<int> read_number() {
    std::optional<int> number;
    for (; at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      if (number.value_or(0) > kTooLarge) {
        at_ = format_.size();
        return std::nullopt;
      }
      number = number.value_or(0) * 10 + (format_[at_] - '0');
    }
    return number;
  }

  /// `[n]`: the argument to take next. True when it was there and good.
  bool read_index() {
    if (at_ >= format_.size() || format_[at_] != '[') return false;
    reordered_ = true;
    const size_t close = format_.find(']', at_ + 1);
    if (format_.size() - at_ < 3 || close == std::string_view::npos) {
      good_index_ = false;
      ++at_;
      return false;
    }
    const size_t open = std::exchange(at_, at_ + 1);
    const std::optional<int> number = close == open + 1 ? std::nullopt : read_number();
    const bool whole = number && at_ == close;
    at_ = close + 1;
    if (whole && *number >= 1 && static_cast<size_t>(*number) <= args_.size()) {
      next_ = static_cast<size_t>(*number - 1);
      return true;
    }
    good_index_ = false;
    return whole;
  }

  std::optional<int> number_argument() {
    if (next_ >= args_.size()) return std::nullopt;
    const Value& value = args_[next_++];
    if (!value.is(ValueType::kNumber) || value.number_kind() == NumberKind::kFloat) return std::nullopt;
    const int64_t number = value.as_int();
    if (value.number_kind() == NumberKind::kUint && number < 0) return std::nullopt;
    if (number > kTooLarge || number < -kTooLarge) return std::nullopt;
    return static_cast<int>(number);
  }

  void read_width(bool& after_index) {
    ValuePrinter::Flags& flags = printer_.flags;
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      flags.width = number_argument();
      if (!flags.width) printer_.out += "%!(BADWIDTH)";
      if (flags.width.value_or(0) < 0) {
        flags.width = -*flags.width;
        flags.minus = true;
        flags.zero = false;
      }
      after_index = false;
      return;
    }
    flags.width = read_number();
    if (after_index && flags.width) good_index_ = false;
  }

  void read_precision(bool& after_index) {
    if (at_ >= format_.size() || format_[at_] != '.') return;
    ++at_;
    if (after_index) good_index_ = false;
    after_index = read_index();
    ValuePrinter::Flags& flags = printer_.flags;
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      flags.precision = number_argument();
      if (flags.precision.value_or(0) < 0) flags.precision.reset();
      if (!flags.precision) printer_.out += "%!(BADPREC)";
      after_index = false;
      return;
    }
    flags.precision = read_number().value_or(0);
  }

  void extra() {
    printer_.flags = {};
    printer_.out += "%!(EXTRA ";
    for (size_t i = next_; i < args_.size(); ++i) {
      if (i > next_) printer_.out += ", ";
      if (args_[i].is_null()) {
        printer_.out += "<nil>";
        continue;
      }
      printer_.out += ValuePrinter::go_type(args_[i]) + "=";
      printer_.print(args_[i], 'v');
    }
    printer_.out += ')';
  }

  std::string_view format_;
  std::span<const Value> args_;
  size_t at_ = 0, next_ = 0;
  bool good_index_ = true, reordered_ = false;
  ValuePrinter printer_;
};

}  // namespace

std::string go_sprintf(std::string_view format, std::span<const Value> args) { return Formatter(format, args).run(); }

}  // namespace invar
