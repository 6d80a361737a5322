#include "src/components/loki/source/docker/stream_labels.h"

#include "src/base/quote.h"
#include "src/telemetry/arena.h"

namespace invar::loki_source_docker {

std::map<std::string, std::string> labels_of(const Target& target, const std::map<std::string, std::string>& component_labels) {
  std::map<std::string, std::string> labels;
  for (const auto& [name, value] : target.labels()) labels[name] = value;
  for (const auto& [name, value] : component_labels) labels[name] = value;
  return labels;
}

std::string labels_text(const std::map<std::string, std::string>& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels) {
    if (text.size() > 1) text += ", ";
    text.append(name).append("=");
    append_quoted(text, value);
  }
  return text + "}";
}

uint64_t fingerprint(const std::map<std::string, std::string>& labels) {
  constexpr uint64_t kOffset = 14695981039346656037u, kPrime = 1099511628211u;  // FNV-1a
  constexpr uint8_t kSeparator = 255;
  uint64_t sum = kOffset;
  const auto add = [&sum](uint8_t byte) { sum = (sum ^ byte) * kPrime; };
  for (const auto& label : labels)
    for (const std::string& text : {label.first, label.second}) {
      for (const char c : text) add(static_cast<uint8_t>(c));
      add(kSeparator);
    }
  return sum;
}

StreamLabels stream_labels(const std::map<std::string, std::string>& labels, const relabel::Rules& rules) {
  StreamLabels all;
  Arena scratch;
  for (const auto& [stream, name] : {std::pair{StdStream::kStdout, "stdout"}, {StdStream::kStderr, "stderr"}}) {
    relabel::Labels changing(scratch);
    for (const auto& [label, value] : labels) changing.set(label, value);
    changing.set("__meta_docker_container_log_stream", name);
    auto left = std::make_shared<LabelList>();
    if (rules.apply(changing, relabel::NameRule::kClassic))
      for (const Label& label : changing.all())
        if (!label.name.starts_with("__")) left->emplace_back(label.name, label.value);
    all[static_cast<size_t>(stream)] = std::move(left);
  }
  return all;
}

}  // namespace invar::loki_source_docker
