#pragma once

#include <optional>
#include <string>

#include "src/components/loki/process/stage.h"

namespace invar::loki_process {

/// The text a stage works on: the line, or an extracted value when it has a `source`.
class ExtractionSource {
 public:
  ExtractionSource(const StageContext& context, const std::optional<std::string>& name) {
    if (name) reading_ = context.reading(*name);
  }
  /// Calls `act(LogRow&, size_t row, std::string_view text)` for each row that has the text. Works in pipelines that carry no extracted values as well.
  template <class Act>
  void each(Rows& rows, Act&& act) {
    Work& work = rows.work();
    auto& all = work.rows();
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].flags != rows.depth()) continue;
      std::string_view text = all[i].line;
      if (reading_ && !slot_text(work.extracted(i).find(*reading_), work.arena, text)) continue;
      act(all[i], i, text);
    }
  }

 private:
  std::optional<Reading> reading_;
};

}  // namespace invar::loki_process
