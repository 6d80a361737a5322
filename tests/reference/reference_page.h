#pragma once

#include <map>
#include <string>

#include "src/runtime/component.h"

namespace invar::reference {

/// The pages below docs/reference that follow from the tables of this build and the prose in `root`:
/// components/<name>.md for each component, stages/<name>.md for each stage, rules/INVnnn.md for each rule of lint, README.md with all of them. Path below
/// docs/reference -> text. Stages and components without prose have an empty part.
std::map<std::string, std::string> reference_pages(const std::string& root);

}  // namespace invar::reference
