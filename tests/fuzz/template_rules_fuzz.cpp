// Templates made of texts, actions, trimming and branches: what they give is what Go's text/template says of these parts, written down without parser and
// executor. The first byte is the length of `.Entry`, that many follow; then parts, one byte for the kind and what it needs.
#include <algorithm>
#include <string>

#include "src/base/check.h"
#include "src/base/clock.h"
#include "src/text/gotemplate/template.h"

namespace {

using namespace invar;

class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), left_(size) {}
  bool empty() const { return left_ == 0; }
  uint8_t next() { return left_ == 0 ? 0 : (--left_, *data_++); }
  /// Printable text and blanks that neither end a string of a template nor begin an action.
  std::string text() {
    constexpr std::string_view kAlphabet = "abcXYZ 019 \t\n.,:=-/()<>|";
    std::string text;
    for (size_t count = next() % 9; count > 0; --count) text += kAlphabet[next() % kAlphabet.size()];
    return text;
  }

 private:
  const uint8_t* data_;
  size_t left_;
};

class Names final : public GoTemplateScope {
 public:
  Names(const GoTemplate& source, std::string_view entry) : source_(source), entry_(entry) {}
  bool find(size_t name, std::string_view& text) override {
    text = source_.names()[name] == "Entry" ? entry_ : std::string_view("x");
    return source_.names()[name] != "missing";
  }
  void each(const std::function<void(std::string_view, std::string_view)>&) override {}

 private:
  const GoTemplate& source_;
  std::string_view entry_;
};

std::string in_case(std::string text, char first, int step) {
  for (char& c : text)
    if (c >= first && c < first + 26) c = static_cast<char>(c + step);
  return text;
}

constexpr std::string_view kBlanks = " \t\r\n";
std::string trimmed_left(const std::string& text) { return text.substr(std::min(text.find_first_not_of(kBlanks), text.size())); }
std::string trimmed_right(const std::string& text) { return text.substr(0, text.find_last_not_of(kBlanks) + 1); }

/// An action as it is written, between its delimiters, and what it gives.
struct Action {
  std::string written, given;
};

Action action(Bytes& bytes, const std::string& entry) {
  switch (bytes.next() % 10) {
    case 0: return {".Entry", entry};
    case 1: return {".a", "x"};
    case 2: return {".missing", "<no value>"};
    case 3: return {"/* nothing */", ""};
    case 4: return {".Entry | ToUpper", in_case(entry, 'a', -32)};
    case 5: return {"ToLower .Entry", in_case(entry, 'A', 32)};
    case 6: return {"len .Entry", std::to_string(entry.size())};
    case 7: return {"printf \"<%s|%d>\" .Entry (len .a)", "<" + entry + "|1>"};
    case 8: return {"TrimSpace .Entry", trimmed_left(trimmed_right(entry))};
    default: return {"`a\\n`", "a\\n"};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Bytes bytes(data, size);
  const std::string entry = bytes.text();
  std::string source, expected, text = bytes.text();
  bool trim_next = false;
  const auto put_text = [&](bool trims) {
    source += text;
    std::string given = trim_next ? trimmed_left(text) : text;
    expected += trims ? trimmed_right(given) : given;
  };
  while (!bytes.empty()) {
    const uint8_t kind = bytes.next();
    const bool before = kind & 1, after = kind & 2;
    const std::string open = before ? "{{- " : "{{", close = after ? " -}}" : "}}";
    put_text(before);
    if (kind & 4) {
      const std::string wanted = bytes.text(), yes = bytes.text(), no = bytes.text();
      if (wanted.find_first_of("\t\n") != std::string::npos) return 0;  // a string in quotes stays on its line
      source += open + "if eq .Entry \"" + wanted + "\"}}" + yes + "{{else}}" + no + "{{end" + close;
      expected += entry == wanted ? yes : no;
    } else {
      const Action made = action(bytes, entry);
      source += open + made.written + close;
      expected += made.given;
    }
    text = bytes.text();
    trim_next = after;
  }
  put_text(false);
  const auto compiled = GoTemplate::compile("fuzz", source);
  INVAR_CHECK(compiled.ok());
  static const FakeClock clock;
  static GoTemplateExecutor executor(clock);
  Names names(*compiled, entry);
  std::string given;
  INVAR_CHECK(executor.execute(*compiled, names, given));
  INVAR_CHECK(given == expected);
  return 0;
}
