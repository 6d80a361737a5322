#pragma once

#include <map>
#include <string>

namespace invar {

/// A /metrics text by series: `name{label="value",..}` as written, and its value as written.
std::map<std::string, std::string> series_of(const std::string& exposition);
/// The labels of a series, unescaped as far as recordings need it.
std::map<std::string, std::string> labels_of(const std::string& series);

}  // namespace invar
