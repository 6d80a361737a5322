#include "src/runtime/import_source.h"

namespace invar {
namespace {

struct StringImportArgs {
  OptionalSecret content;
  friend bool operator==(const StringImportArgs&, const StringImportArgs&) = default;
};
constexpr Row kRows[] = {attr<&StringImportArgs::content>("content", Presence::kRequired, "Text of the module")};
constexpr Schema kSchema = schema<StringImportArgs>("import.string", "Imports a module from a text", kRows);

/// Changes only with its arguments.
class StringImport final : public ImportSource {
 public:
  StringImport(std::string text, std::string module_path) : text_(std::move(text)), module_path_(std::move(module_path)) {}
  Result<ImportContent> fetch() override { return ImportContent{{"import_string", text_}}; }
  std::string module_path() override { return module_path_; }

 private:
  std::string text_, module_path_;
};

}  // namespace

const ImportKind kImportString{"import.string", &kSchema, [](const void* args, ImportPlace place) -> std::unique_ptr<ImportSource> {
                                 return std::make_unique<StringImport>(static_cast<const StringImportArgs*>(args)->content.value, std::move(place.module_path));
                               }};

}  // namespace invar
