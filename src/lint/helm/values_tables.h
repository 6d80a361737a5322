#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace invar::lint::values_tables {

// The tables that tools/write_values.py writes, and their form. Numbers of texts are for text().

/// A name below another one, in any release. Row 0 is above all charts; children stand together, sorted by name.
struct Row {
  uint16_t name;
  uint16_t first_child, child_count;
  uint16_t first_variant, variant_count;
};

/// What a row is in some releases.
struct Variant {
  uint32_t releases;  // a bit for each of releases()
  uint16_t facts, renamed_to, description;
};

struct Facts {
  uint8_t types;      // string bool number list map null, lowest bit first
  uint8_t flags;      // open tpl undocumented unused unreleased
  uint8_t snippet;    // 0: none; config body stages discovery-rules metric-rules log-rules profile-rules write-relabel arguments expr ottl
  uint16_t only_for;  // a bit for each of kinds(); 0: for all
  uint16_t wrapper, collector;
};

struct ReleaseRow {
  uint8_t is_monitoring;  // the k8s-monitoring chart; otherwise the alloy chart
  uint16_t minor, version;
};

std::string_view text(uint16_t number);
std::span<const Row> rows();
std::span<const Variant> variants();
std::span<const Facts> facts();
std::span<const ReleaseRow> releases();
/// Types of destinations and data processors.
std::span<const uint16_t> kinds();

}  // namespace invar::lint::values_tables
