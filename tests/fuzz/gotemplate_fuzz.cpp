// Any bytes as a Go template and, behind the first NUL, the texts it is executed on: no crash, no end without a result or an error, and the same
// answer twice. Functions that take long by design, or whose result is random, are left out.
#include <array>
#include <string>

#include "src/base/check.h"
#include "src/text/gotemplate/template.h"

namespace {

using namespace invar;

class Texts final : public GoTemplateScope {
 public:
  Texts(const GoTemplate& source, std::string_view text) : source_(source), text_(text) {}
  bool find(size_t name, std::string_view& text) override {
    text = text_;
    return source_.names()[name] != "missing";
  }
  void each(const std::function<void(std::string_view, std::string_view)>& see) override {
    INVAR_CHECK(source_.reads_all());
    see("Entry", text_);
    see("a", "x");
  }

 private:
  const GoTemplate& source_;
  std::string_view text_;
};

constexpr std::array<std::string_view, 10> kLeftOut{"gen", "bcrypt", "htpasswd", "derive", "rand", "uuid", "shuffle", "encrypt", "env", "getHost"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view source = input.substr(0, input.find('\0'));
  const std::string_view text = source.size() < size ? input.substr(source.size() + 1) : std::string_view();
  for (const std::string_view name : kLeftOut)
    if (source.find(name) != std::string_view::npos) return 0;
  const auto compiled = GoTemplate::compile("fuzz", source);
  if (!compiled) {
    INVAR_CHECK(compiled.error().what.starts_with("template: fuzz:"));
    return 0;
  }
  static const FakeClock clock;
  static GoTemplateExecutor executor(clock);
  Texts texts(*compiled, text);
  std::string first, second;
  const bool fine = executor.execute(*compiled, texts, first);
  if (!fine) INVAR_CHECK(!executor.error().empty());
  INVAR_CHECK(executor.execute(*compiled, texts, second) == fine && first == second);
  return 0;
}
