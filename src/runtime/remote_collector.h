#pragma once

#include <map>
#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar::remote_collector {

/// The messages of grafana/alloy-remote-config (collector.v1.CollectorService), as protobuf; Connect carries them as plain POSTs.

using Attributes = std::map<std::string, std::string>;

enum class Status { kUnset = 0, kApplied = 1, kApplying = 2, kFailed = 3 };

std::string register_request(const std::string& id, const std::string& name, const Attributes& attributes);
std::string unregister_request(const std::string& id);
/// With `status` kUnset and no message, says nothing of a status.
std::string config_request(const std::string& id, const std::string& hash, const Attributes& attributes, Status status, const std::string& error);

struct ConfigResponse {
  std::string content, hash;
  bool not_modified = false;
};
/// Malformed bytes are an error.
Result<ConfigResponse> read_config_response(std::string_view bytes);

/// What Connect says of an answer that is not 200: `unavailable: try later`.
std::string error_of(int status, std::string_view status_text, std::string_view body);

}  // namespace invar::remote_collector
