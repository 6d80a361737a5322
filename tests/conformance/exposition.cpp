#include "tests/conformance/exposition.h"

#include <sstream>

namespace invar {

std::map<std::string, std::string> series_of(const std::string& exposition) {
  std::map<std::string, std::string> series;
  std::istringstream text(exposition);
  for (std::string line; std::getline(text, line);) {
    if (line.empty() || line.starts_with("#")) continue;
    const size_t space = line.rfind(' ');
    series[line.substr(0, space)] = line.substr(space + 1);
  }
  return series;
}

std::map<std::string, std::string> labels_of(const std::string& series) {
  std::map<std::string, std::string> labels;
  const size_t open = series.find('{');
  if (open == std::string::npos) return labels;
  std::string rest = series.substr(open + 1, series.size() - open - 2) + ",";
  for (size_t at = 0; (at = rest.find("=\"")) != std::string::npos;) {
    const size_t close = rest.find("\",", at);
    labels[rest.substr(0, at)] = rest.substr(at + 2, close - at - 2);
    rest.erase(0, close + 2);
  }
  return labels;
}

}  // namespace invar
