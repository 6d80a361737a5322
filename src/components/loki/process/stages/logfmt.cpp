#include "src/text/logfmt.h"

#include <array>
#include <map>

#include "src/components/loki/process/extraction_source.h"
#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/stage.h"
#include "src/text/regex.h"

namespace invar::loki_process_stages_logfmt {
using namespace loki_process;
namespace {

struct Args {
  std::map<std::string, std::string> mapping;
  std::string source;
  std::string regex;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::mapping>("mapping", kOptional, "Extracted name = field of the line; an empty one means the name itself."),
    attr<&Args::source>("source", kOptional, "Extracted name to parse instead of the line."),
    attr<&Args::regex>("regex", kOptional, "Extracts every field that matches."),
};

/// A field of the line, and where its value goes.
struct Extraction {
  std::string field, into;
};

struct Settings {
  std::vector<Extraction> extractions;  // fields are unique
  std::optional<Regex> regex;
  std::optional<std::string> source;
};

/// The fields somebody reads, found by first byte and length before their bytes are compared.
class Fields {
 public:
  Fields(const StageContext& context, const std::vector<Extraction>& extractions, bool only_live) {
    for (const Extraction& extraction : extractions) {
      const Writing writing = context.writing(extraction.into);
      if (only_live && !writing.live) continue;
      fields_.push_back({extraction.field, writing, 0});
      Field& field = fields_.back();
      uint32_t& first = first_[static_cast<unsigned char>(field.name.empty() ? 0 : field.name[0])];
      field.next = first;
      first = static_cast<uint32_t>(fields_.size());
    }
  }
  bool empty() const { return fields_.empty(); }
  /// nullptr when nobody wants it.
  const Writing* find(std::string_view key) const {
    for (uint32_t at = first_[static_cast<unsigned char>(key[0])]; at != 0;) {
      const Field& field = fields_[at - 1];
      if (field.name == key) return &field.writing;
      at = field.next;
    }
    return nullptr;
  }

 private:
  struct Field {
    std::string name;
    Writing writing;
    uint32_t next;  // with the same first byte; 0 ends
  };
  std::vector<Field> fields_;
  std::array<uint32_t, 256> first_{};
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Settings& settings)
      : settings_(settings),
        slots_(context.slots),
        source_(context, settings.source),
        all_(context, settings.extractions, false),
        live_(context, settings.extractions, true),
        overflow_live_(context.slots.read_by_all(context.position)),
        keys_live_(overflow_live_ || context.slots.live_count() > 0) {}

  void apply(Rows& rows) override {
    const Fields& fields = rows.full() ? all_ : live_;
    const bool keys = settings_.regex && (rows.full() || keys_live_);
    if (fields.empty() && !keys) return;  // nobody would know
    Work& work = rows.work();
    source_.each(rows, [&](LogRow&, size_t index, std::string_view text) {
      Extracted extracted = work.extracted(index);
      reader_.begin(text);
      while (reader_.next()) {
        const Writing* into = fields.find(reader_.key());
        const bool matches = keys && settings_.regex->matches(reader_.key());
        if (!into && !matches) continue;
        const Slot value = Slot::text(reader_.value_is_buffered() ? rows.arena().copy(reader_.value()) : reader_.value());
        if (into) extracted.set(*into, value);
        if (matches) set_key(extracted, value, rows);
      }
    });
  }

 private:
  /// Under the key's own name.
  void set_key(Extracted& extracted, const Slot& value, Rows& rows) {
    const uint16_t slot = slots_.find(reader_.key());
    if (slot < extracted.width())
      extracted.set({slot, true}, value);
    else if (overflow_live_ || rows.full())
      extracted.set_overflow(reader_.key(), value, rows.arena());
  }

  const Settings& settings_;
  const SlotTable& slots_;
  ExtractionSource source_;
  Fields all_, live_;
  bool overflow_live_, keys_live_;
  logfmt::Reader reader_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(Settings settings) : settings_(std::move(settings)) {}
  StageEffects effects() const override {
    StageEffects effects{.writes_unknown = settings_.regex.has_value()};
    if (settings_.source) effects.reads.push_back(*settings_.source);
    for (const Extraction& extraction : settings_.extractions) effects.writes.push_back(extraction.into);
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override { return std::make_unique<Running>(context, settings_); }

 private:
  Settings settings_;
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.mapping.empty() && args.regex.empty()) return Error{"logfmt mapping or regex is required"};
  Settings settings;
  if (!args.source.empty()) settings.source = args.source;
  // Of several names for one field Alloy serves one, whichever its map yields last; here it is the last one in order.
  std::map<std::string, std::string> fields;
  for (const auto& [into, field] : args.mapping) fields[field.empty() ? into : field] = into;
  for (const auto& [field, into] : fields) settings.extractions.push_back({field, into});
  if (!args.regex.empty()) {
    auto regex = Regex::compile(args.regex);
    if (!regex) return regex.error();
    settings.regex = std::move(*regex);
  }
  return StagePlanPtr(std::make_shared<Plan>(std::move(settings)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("logfmt", "Extracts fields of logfmt lines.", kArguments);

}  // namespace invar::loki_process_stages_logfmt
