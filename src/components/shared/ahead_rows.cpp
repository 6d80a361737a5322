#include "src/components/shared/ahead_rows.h"

#include <unordered_map>
#include <utility>

#include "src/base/varint.h"

namespace invar {
namespace {

constexpr uint64_t kFormat = 1;

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

void put_set(std::string& out, std::span<const Label> labels) {
  put_varint(out, labels.size());
  for (const Label& label : labels) {
    put_text(out, label.name);
    put_text(out, label.value);
  }
}

void put_row(std::string& out, size_t set, int64_t since_before, std::string_view line) {
  put_varint(out, set);
  put_varint(out, zigzag(since_before));
  put_text(out, line);
}

/// Wraps around, as what is read back does.
int64_t difference(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b)); }
int64_t sum(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); }

std::string begin(int64_t created_ns, size_t sets) {
  std::string out;
  put_varint(out, kFormat);
  put_varint(out, zigzag(created_ns));
  put_varint(out, sets);
  return out;
}

}  // namespace

std::string write_ahead_rows(const LogBatch& batch) {
  std::unordered_map<const LabelSet*, size_t> numbers;
  std::vector<const LabelSet*> sets;
  for (const LogRow& row : batch.rows)
    if (numbers.emplace(row.labels, sets.size()).second) sets.push_back(row.labels);
  const int64_t created_ns = batch.rows.empty() ? 0 : batch.rows.front().created_ns;
  std::string out = begin(created_ns, sets.size());
  for (const LabelSet* set : sets) put_set(out, set->labels());
  put_varint(out, batch.rows.size());
  int64_t before = created_ns;
  for (const LogRow& row : batch.rows) put_row(out, numbers[row.labels], difference(row.time_ns, std::exchange(before, row.time_ns)), row.line);
  return out;
}

std::string write_ahead_rows(const AheadRows& rows) {
  std::string out = begin(rows.created_ns, rows.sets.size());
  for (const auto& set : rows.sets) put_set(out, set);
  put_varint(out, rows.rows.size());
  int64_t before = rows.created_ns;
  for (const AheadRows::Row& row : rows.rows) put_row(out, row.set, difference(row.time_ns, std::exchange(before, row.time_ns)), row.line);
  return out;
}

bool read_ahead_rows(std::string_view bytes, AheadRows& into) {
  into = {};
  VarintReader reader{bytes};
  if (reader.number() != kFormat) return false;
  into.created_ns = unzigzag(reader.number());
  // Each of what is counted takes a byte at least.
  for (uint64_t sets = reader.number(reader.left.size()); sets > 0 && !reader.broken; --sets) {
    auto& labels = into.sets.emplace_back();
    for (uint64_t count = reader.number(reader.left.size()); count > 0 && !reader.broken; --count) {
      const std::string_view name = reader.text(), value = reader.text();
      labels.push_back({name, value});
    }
  }
  int64_t time = into.created_ns;
  for (uint64_t rows = reader.number(reader.left.size()); rows > 0 && !reader.broken; --rows) {
    const uint64_t set = reader.number();
    if (set >= into.sets.size()) return false;
    time = sum(time, unzigzag(reader.number()));
    into.rows.push_back({static_cast<size_t>(set), time, reader.text()});
  }
  return !reader.broken && reader.left.empty();
}

}  // namespace invar
