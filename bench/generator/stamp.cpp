#include "bench/generator/stamp.h"

#include <array>
#include <chrono>
#include <string_view>

namespace invar::bench {
namespace {

void append_digits(std::string& into, uint32_t number, int width) {
  std::array<char, 12> digits;
  for (int at = width; at-- > 0; number /= 10) digits[at] = static_cast<char>('0' + number % 10);
  into.append(digits.data(), width);
}

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

Stamp::Stamp(int64_t nanoseconds) : nanoseconds_(nanoseconds) {
  using namespace std::chrono;
  const sys_time<std::chrono::nanoseconds> when{std::chrono::nanoseconds(nanoseconds)};
  const auto midnight = floor<days>(when);
  const year_month_day date(midnight);
  const hh_mm_ss time(when - midnight);
  year_ = static_cast<uint32_t>(static_cast<int>(date.year()));
  month_ = static_cast<unsigned>(date.month());
  day_ = static_cast<unsigned>(date.day());
  hour_ = static_cast<uint32_t>(time.hours().count());
  minute_ = static_cast<uint32_t>(time.minutes().count());
  second_ = static_cast<uint32_t>(time.seconds().count());
  fraction_ = static_cast<uint32_t>(time.subseconds().count());
}

void Stamp::append_rfc3339(std::string& into) const {
  append_digits(into, year_, 4), into += '-', append_digits(into, month_, 2), into += '-', append_digits(into, day_, 2);
  into += 'T', append_digits(into, hour_, 2), into += ':', append_digits(into, minute_, 2), into += ':';
  append_digits(into, second_, 2), into += '.', append_digits(into, fraction_, 9), into += 'Z';
}

void Stamp::append_nginx(std::string& into) const {
  append_digits(into, day_, 2), into += '/', into += kMonths[month_ - 1], into += '/', append_digits(into, year_, 4);
  into += ':', append_digits(into, hour_, 2), into += ':', append_digits(into, minute_, 2), into += ':';
  append_digits(into, second_, 2), into += " +0000";
}

void Stamp::append_klog(std::string& into) const {
  append_digits(into, month_, 2), append_digits(into, day_, 2), into += ' ', append_digits(into, hour_, 2), into += ':';
  append_digits(into, minute_, 2), into += ':', append_digits(into, second_, 2), into += '.';
  append_digits(into, fraction_ / 1000, 6);
}

void Stamp::append_java(std::string& into) const {
  append_digits(into, year_, 4), into += '-', append_digits(into, month_, 2), into += '-', append_digits(into, day_, 2);
  into += ' ', append_digits(into, hour_, 2), into += ':', append_digits(into, minute_, 2), into += ':';
  append_digits(into, second_, 2), into += '.', append_digits(into, fraction_ / 1'000'000, 3);
}

void Stamp::append_suffix(std::string& into) const {
  append_digits(into, year_, 4), append_digits(into, month_, 2), append_digits(into, day_, 2), into += '-';
  append_digits(into, hour_, 2), append_digits(into, minute_, 2), append_digits(into, second_, 2), into += '.';
  append_digits(into, fraction_ / 1'000'000, 3);
}

}  // namespace invar::bench
