#pragma once

#include <compare>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace invar {

/// An immutable text that many hold: paths and label texts of 10,000 files are there once each. A value; copies share the bytes. Any thread.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text) : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  SharedText(std::string_view text) : SharedText(std::string(text)) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}

  const std::string& str() const {
    static const std::string kEmpty;
    return text_ ? *text_ : kEmpty;
  }
  operator std::string_view() const { return str(); }
  friend bool operator==(const SharedText& a, const SharedText& b) { return a.text_ == b.text_ || a.str() == b.str(); }
  friend std::strong_ordering operator<=>(const SharedText& a, const SharedText& b) {
    return a.text_ == b.text_ ? std::strong_ordering::equal : a.str() <=> b.str();
  }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace invar

template <>
struct std::hash<invar::SharedText> {
  size_t operator()(const invar::SharedText& text) const { return std::hash<std::string_view>()(text.str()); }
};
