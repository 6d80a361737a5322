#include "src/components/loki/source/journal/entry_reader.h"

#include <algorithm>

#include "src/text/json.h"

namespace invar::loki_source_journal {

void EntryReader::add(SystemdJournal& journal, JournalBatch& batch) {
  begin();
  while (true) {
    const auto next = journal.field();
    if (!next) {
      // What has been read of it is sent; a damaged file gives no more.
      log_.error("failed to read journal entry", {{"err", next.error().what}});
      break;
    }
    if (!*next) break;
    field(**next);
  }
  const auto time = journal.realtime_us();
  if (!time) log_.warn("failed to get journal entry time defaulting to now", {{"err", time.error().what}});
  end(batch, time ? static_cast<int64_t>(*time) * 1000 : clock_.wall_ns());
}

void EntryReader::begin() {
  labels_.begin();
  line_.clear();
  fields_.clear();
  texts_.reset();
}

void EntryReader::field(const SystemdJournal::Field& field) {
  labels_.add(field.name, field.value);
  if (as_json_) fields_.push_back({texts_.copy(field.name), texts_.copy(field.value)});
  else if (field.name == "MESSAGE") line_.assign(field.value);
}

void EntryReader::end(JournalBatch& batch, int64_t time_ns) {
  if (as_json_) make_json();
  if (line_.empty()) {
    log_.debug("received journal entry without MESSAGE field, skipping");
    ++batch.without_message;
    return;
  }
  const LabelListPtr& labels = labels_.finish();
  if (!labels) {
    log_.debug("journal entry dropped by relabel rules");
    ++batch.without_labels;
    return;
  }
  if (batch.labels.empty() || batch.labels.back() != labels) batch.labels.push_back(labels);
  batch.rows.push_back({batch.texts.copy(line_), distinct(time_ns), labels.get()});
  batch.bytes += line_.size();
}

/// As Go marshals a map: keys sorted; of equal ones the last counts.
void EntryReader::make_json() {
  std::stable_sort(fields_.begin(), fields_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  line_ = "{";
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (i + 1 < fields_.size() && fields_[i + 1].name == fields_[i].name) continue;
    if (line_.size() > 1) line_ += ',';
    json::append_string(line_, fields_[i].name);
    line_ += ':';
    json::append_string(line_, fields_[i].value);
  }
  line_ += '}';
}

/// Loki keeps one of several entries with equal time and line: a repeated one is a nanosecond later.
int64_t EntryReader::distinct(int64_t time_ns) {
  same_ = time_ns == last_time_ns_ && line_ == last_line_ ? same_ + 1 : 0;
  last_time_ns_ = time_ns;
  last_line_ = line_;
  return time_ns + same_;
}

}  // namespace invar::loki_source_journal
