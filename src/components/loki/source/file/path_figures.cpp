#include "src/components/loki/source/file/path_figures.h"

namespace invar::loki_source_file {

void PathFigures::add(uint64_t lines, uint64_t offset, uint64_t size) {
  const uint64_t before = lines_.load(std::memory_order_relaxed);
  lines_.store((before == kUnknown ? 0 : before) + lines, std::memory_order_relaxed);
  read_.store(offset, std::memory_order_relaxed);
  set_size(size);
}

void PathFigures::clear() {
  for (auto* figure : {&lines_, &read_, &size_}) figure->store(kUnknown, std::memory_order_relaxed);
}

std::shared_ptr<PathFigures> FiguresTable::make(const SharedText& path) {
  const std::lock_guard lock(mutex_);
  const auto place = paths_.emplace(paths_.end());
  // Whoever lets go of the last figures of a path takes them out of the table, on whatever thread.
  std::shared_ptr<PathFigures> figures(new PathFigures(path), [this, place](PathFigures* figures) {
    {
      const std::lock_guard lock(mutex_);
      paths_.erase(place);
    }
    delete figures;
  });
  *place = figures;
  return figures;
}

void FiguresTable::sample(std::atomic<uint64_t> PathFigures::* figure, std::vector<Sample>& samples) {
  std::vector<std::shared_ptr<PathFigures>> alive;  // let go of after the lock
  {
    const std::lock_guard lock(mutex_);
    for (const auto& path : paths_)
      if (auto figures = path.lock()) alive.push_back(std::move(figures));
  }
  for (const auto& figures : alive) {
    const uint64_t value = ((*figures).*figure).load(std::memory_order_relaxed);
    if (value != PathFigures::kUnknown) samples.push_back({{{"path", figures->path_.str()}}, static_cast<double>(value)});
  }
}

void FiguresTable::collect(const std::shared_ptr<FiguresTable>& table, MetricScope& scope) {
  const auto family = [&](std::string_view name, std::string_view help, MetricType type, std::atomic<uint64_t> PathFigures::* figure) {
    scope.collect(name, help, type, [table, figure](std::vector<Sample>& samples) { table->sample(figure, samples); });
  };
  family("loki_source_file_read_bytes_total", "Number of bytes read.", MetricType::kGauge, &PathFigures::read_);
  family("loki_source_file_file_bytes_total", "Number of bytes total.", MetricType::kGauge, &PathFigures::size_);
  family("loki_source_file_read_lines_total", "Number of lines read.", MetricType::kCounter, &PathFigures::lines_);
}

}  // namespace invar::loki_source_file
