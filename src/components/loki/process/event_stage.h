#pragma once

#include <string>
#include <string_view>

#include "src/base/quote.h"
#include "src/components/loki/process/any_name.h"
#include "src/components/loki/process/event_message.h"
#include "src/components/loki/process/stage.h"
#include "src/runtime/logger.h"

namespace invar::loki_process {

/// Arguments of stage.eventlogmessage and stage.windowsevent.
struct EventArgs {
  std::string source = "message";
  bool drop_invalid_labels = false;
  bool overwrite_existing = false;
  bool operator==(const EventArgs&) const = default;
};

/// Puts the pairs of a message into the extracted map, under names that only the message tells. `Format` says how:
/// `static void each(std::string_view message, const SeePair&)`, `static bool is_name(std::string_view)`,
/// `static bool clean_name(std::string& name)`, `static std::string_view value(std::string_view raw, std::string& scratch)`.
template <class Format>
class EventStage final : public RowStage {
 public:
  EventStage(const StageContext& context, std::string_view stage, const EventArgs& args)
      : args_(args), stage_(stage), log_(context.log), names_(context.slots), source_(context.reading(args.source)), no_text_(drop_reason("no_text")) {}

  void apply(Rows& rows) override {
    rows.each_extracted([&](LogRow& row, Extracted extracted) {
      const Slot message = extracted.find(source_);
      if (!message.present()) return;
      std::string_view text;
      if (!slot_text(message, rows.arena(), text)) {
        if (log_) log_->warn("invalid label value parsed", {{"stage", std::string(stage_)}, {"value", std::string("<nil>")}});
        rows.drop(row, no_text_);
        return;
      }
      Format::each(text, [&](std::string_view name, std::string_view value) { set(extracted, name, value, rows.arena()); });
    });
  }

 private:
  void set(Extracted& extracted, std::string_view raw_name, std::string_view raw_value, Arena& arena) {
    name_ = raw_name;
    Format::clean_name(name_);
    if (!Format::is_name(name_)) {
      if (args_.drop_invalid_labels) return;
      mended_.clear();
      append_sanitized_name(name_, mended_);
      name_ = mended_;
    }
    if (!args_.overwrite_existing && names_.find(extracted, name_).present()) {
      if (log_) log_->info(Format::kExists, {{"stage", std::string(stage_)}, {"key", name_}});
      name_ += "_extracted";
    }
    const std::string_view value = Format::value(raw_value, value_);
    if (is_valid_utf8(value)) names_.set(extracted, arena.copy(name_), Slot::text(arena.copy(value)), arena);
  }

  const EventArgs& args_;
  std::string_view stage_;
  const Logger* log_;
  AnyName names_;
  Reading source_;
  DropReason no_text_;
  std::string name_, mended_, value_;
};

template <class Format>
class EventPlan final : public StagePlan {
 public:
  EventPlan(std::string_view stage, EventArgs args) : stage_(stage), args_(std::move(args)) {}
  // Whether a name is there already decides about the next one: all of them are read.
  StageEffects effects() const override { return {.reads = {args_.source}, .reads_all = true, .writes_unknown = true}; }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    return std::make_unique<EventStage<Format>>(context, stage_, args_);
  }

 private:
  std::string_view stage_;
  EventArgs args_;
};

}  // namespace invar::loki_process
