#pragma once

#include <string>
#include <string_view>

namespace invar::lint {

/// Forms of texts that Alloy's components check when they are loaded.

/// google/uuid's Parse: 36 characters with dashes, also with `urn:uuid:` or in braces, or 32 hex digits.
bool is_uuid(std::string_view text);

/// Go's net.SplitHostPort: why `text` is no `host:port`, as it says it (`address 127.0.0.1: missing port in address`); empty when it is one.
std::string host_port_error(std::string_view text);

/// A port that a server can listen on or a client can dial: a number up to 65535, or the name of a service.
bool is_port(std::string_view text);

/// An encoding of text that the OpenTelemetry receivers read: their own names, and those of IANA that golang.org/x/text has tables for.
bool is_encoding(std::string_view name);

/// Letters, digits and underscores, not beginning with a digit; `with_colons` as names of Prometheus' metrics.
bool is_plain_name(std::string_view name, bool with_colons = false);

}  // namespace invar::lint
