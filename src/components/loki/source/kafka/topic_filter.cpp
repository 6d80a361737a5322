#include "src/components/loki/source/kafka/topic_filter.h"

#include <algorithm>

namespace invar::loki_source_kafka {

Result<TopicFilter> TopicFilter::compile(const std::vector<std::string>& topics) {
  TopicFilter filter;
  filter.written_ = topics;
  for (const std::string& topic : topics) {
    if (topic.empty()) return Error{"invalid empty topic", "topic"};
    if (topic[0] != '^') {
      filter.names_.push_back(topic);
      continue;
    }
    auto pattern = Regex::compile(topic);
    if (!pattern) return Error{"invalid topic pattern: " + pattern.error().what, "topic"};
    filter.patterns_.push_back(std::move(*pattern));
  }
  return filter;
}

bool TopicFilter::takes(const std::string& topic) const {
  return std::find(names_.begin(), names_.end(), topic) != names_.end() ||
         std::any_of(patterns_.begin(), patterns_.end(), [&](const Regex& pattern) { return pattern.matches(topic); });
}

std::vector<std::string> TopicFilter::matching(const std::vector<std::string>& topics) const {
  std::vector<std::string> taken;
  std::copy_if(topics.begin(), topics.end(), std::back_inserter(taken), [this](const std::string& topic) { return takes(topic); });
  return taken;
}

}  // namespace invar::loki_source_kafka
