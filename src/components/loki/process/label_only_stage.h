#pragma once

#include "src/components/loki/process/set_memo.h"
#include "src/components/loki/process/stage.h"

namespace invar::loki_process {

/// A stage that maps label sets to label sets, whatever else is in the row. `change(LabelSetTable&, const LabelSet*)` runs once per set.
template <class Change>
class LabelOnlyStage final : public RowStage {
 public:
  LabelOnlyStage(LabelSetTable& labels, Change change) : labels_(labels), change_(std::move(change)) {}
  void apply(Rows& rows) override {
    memo_.begin(labels_);
    const LabelSet* from = nullptr;
    const LabelSet* to = nullptr;
    rows.each([&](LogRow& row) {
      if (row.labels != from) {
        from = row.labels;
        const LabelSet** known = memo_.find(from);
        to = known ? *known : memo_.put(from, change_(labels_, from));
      }
      row.labels = to;
    });
  }

 private:
  LabelSetTable& labels_;
  Change change_;
  SetMemo<const LabelSet*> memo_;
};

}  // namespace invar::loki_process
