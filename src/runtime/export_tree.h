#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "src/language/value.h"

namespace invar {

/// The exports of a module's components as nested objects, as expressions see them: `loki.write.w` is {loki = {write = {w = ..}}}. Objects are put
/// together when they are asked for, and kept until something below them changes.
class ExportTree {
 public:
  /// False when a part of the id, before its last, already names a component.
  bool set(std::string_view id, Value exports);
  /// The object, or exports, under the first part of ids; nullptr when there is none.
  const Value* find(std::string_view first_part);

 private:
  struct Branch {
    std::map<std::string, Branch, std::less<>> below;
    Value value;
    bool leaf = false;
    bool stale = true;
  };
  static const Value& value_of(Branch& branch);
  Branch root_;
};

}  // namespace invar
