#pragma once

#include <string>
#include <string_view>

namespace invar {

inline constexpr std::string_view kVersion = "v0.1.0";
/// The release whose configs and behaviour this build follows.
inline constexpr std::string_view kAlloyVersion = "v1.18.0";
inline constexpr std::string_view kAlloyRelease = "1.18";
/// The commit of it that the catalog was recorded from.
inline constexpr std::string_view kAlloyCommit = "66ebea85";

/// As Go names it.
#if defined(__aarch64__)
inline constexpr std::string_view kMachine = "arm64";
#else
inline constexpr std::string_view kMachine = "amd64";
#endif

/// `Alloy/<version> (linux; <deploy mode>)`: destinations know Alloy by it, so invar says the same. The mode is ALLOY_DEPLOY_MODE, or binary.
std::string user_agent();

}  // namespace invar
