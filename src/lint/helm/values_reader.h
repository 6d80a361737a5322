#pragma once

#include "src/lint/helm/values.h"
#include "src/lint/yaml_documents.h"

namespace invar::lint {

/// What is told of a chart by the object that installs it; texts may be empty.
struct ToldChart {
  std::string name;
  std::string version;
  Span version_span;
};

/// Makes a document of merged values. kForeign when no chart is known that they could be of.
YamlReading read_helm_values(HelmValues values, const YamlOptions& options, const ToldChart& told = {});

}  // namespace invar::lint
