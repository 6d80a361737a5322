#pragma once

#include <string>
#include <string_view>

namespace invar {

/// Whether a certificate, in DER, is for a host of this name or address. Any thread.
bool certificate_is_for(std::string_view der, const std::string& name);

}  // namespace invar
