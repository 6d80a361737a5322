#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/base/clock.h"
#include "src/components/loki/source/journal/journal_batch.h"
#include "src/components/loki/source/journal/systemd_journal.h"
#include "src/runtime/logger.h"

namespace invar::loki_source_journal {

/// Makes rows of journal entries: the message, or all fields as a JSON object, with labels and the time at which the journal received it. One thread.
class EntryReader {
 public:
  EntryReader(LabelRules rules, bool as_json, const Clock& clock, Logger log) : labels_(std::move(rules)), as_json_(as_json), clock_(clock), log_(std::move(log)) {}

  /// Adds the entry the journal stands on; what has no message or no labels is counted instead.
  void add(SystemdJournal& journal, JournalBatch& batch);
  /// The entry in parts: add() calls these.
  void begin();
  void field(const SystemdJournal::Field& field);
  void end(JournalBatch& batch, int64_t time_ns);

 private:
  void make_json();
  int64_t distinct(int64_t time_ns);

  EntryLabels labels_;
  const bool as_json_;
  const Clock& clock_;
  Logger log_;
  std::string line_;
  Arena texts_;
  std::vector<SystemdJournal::Field> fields_;
  int64_t last_time_ns_ = 0, same_ = 0;
  std::string last_line_;
};

}  // namespace invar::loki_source_journal
