#pragma once

#include <memory>

#include "src/lint/document.h"
#include "src/lint/yaml_documents.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {

/// One document of a stream has `apiVersion` and `kind`: the stream is one of Kubernetes objects.
bool holds_manifests(const yaml::Stream& stream);

/// The Alloy texts of the Kubernetes objects in a stream: ConfigMaps with *.alloy keys and Alloy resources, with the stability level that the resource or the
/// workload that mounts the ConfigMap gives; and the values in HelmReleases and Argo CD Applications. Secrets are not looked into, and their values are
/// blanked in the Source that findings point into. kForeign when there is none.
YamlReading read_manifests(const SourcePtr& file, const std::shared_ptr<const yaml::Stream>& stream, const YamlOptions& options);

}  // namespace invar::lint
