#pragma once

#include <string>
#include <vector>

#include "src/components/loki/process/slot_table.h"
#include "src/components/loki/process/work.h"
#include "src/text/gotemplate/template.h"

namespace invar::loki_process {

/// A row as a template of a stage sees it: what is extracted and can be read as text, and `.Value`. One lane.
class RowTemplateScope final : public GoTemplateScope {
 public:
  static constexpr std::string_view kValue = "Value";

  RowTemplateScope(const StageContext& context, const GoTemplate& source) : slot_names_(context.slots.names()) {
    for (const std::string& name : source.names()) readings_.push_back(context.reading(name));
  }
  /// Names a template reads of the row, for StageEffects.
  static std::vector<std::string> reads(const GoTemplate& source) {
    std::vector<std::string> names = source.names();
    std::erase(names, kValue);
    return names;
  }
  void set_row(Work& work, size_t row) {
    work_ = &work;
    row_ = row;
  }
  void set_value(std::string_view value) { value_ = value; }

  bool find(size_t name, std::string_view& text) override {
    if (readings_[name].name == kValue) return text = value_, true;
    return slot_text(work_->extracted(row_).find(readings_[name]), work_->arena, text);
  }
  void each(const std::function<void(std::string_view name, std::string_view text)>& see) override {
    each_extracted(work_->sides[row_], work_->width, slot_names_, [&](std::string_view name, const Slot& slot) {
      std::string_view text;
      if (slot_text(slot, work_->arena, text)) see(name, text);
    });
    see(kValue, value_);
  }

 private:
  const std::vector<std::string>& slot_names_;
  std::vector<Reading> readings_;  // of the template's names
  Work* work_ = nullptr;
  size_t row_ = 0;
  std::string_view value_;
};

}  // namespace invar::loki_process
