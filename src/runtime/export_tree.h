#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "src/language/value.h"

namespace invar {

/// The exports of a module's components as nested objects, as expressions see them: `loki.write.w` is {loki = {write = {w = ..}}}. Objects are put
/// together when they are asked for, and kept until something below them changes.
class ExportTree {
 public:
  /// What the components' names are laid over: the variables that a module is given. Once, before anything is set.
  void lay_over(Members variables) { below_ = std::move(variables); }
  /// nullopt, or the part of the id, before its last, that names a value already.
  std::optional<std::string> set(std::string_view id, Value exports);
  /// The object, exports, or variable under the first part of ids; nullptr when there is none.
  const Value* find(std::string_view first_part);
  /// Everything that find() finds.
  Members all();

 private:
  struct Branch {
    std::map<std::string, Branch, std::less<>> below;
    Value value;
    bool leaf = false;
    bool stale = true;
  };
  static const Value& value_of(Branch& branch, const Value* under);
  std::optional<std::string> taken_part(std::string_view id) const;
  const Value* under(std::string_view first_part) const;
  Branch root_;
  Members below_;
};

}  // namespace invar
