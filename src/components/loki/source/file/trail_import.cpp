#include <ranges>

#include "src/components/loki/source/file/file_lane.h"
#include "src/components/loki/source/file/trail.h"

// Alloy's positions.yml names paths. Which file does a position belong to, when files were rotated between Alloy's end and this start?
namespace invar::loki_source_file {

/// Is `offset` where a line begins, as Alloy's positions are? Not known of packed content: counts as yes.
bool Trail::ends_line(const OpenedFile& file, const Beginning& beginning, uint64_t offset) const {
  if (offset > beginning.size) return false;
  if (file.packing) return true;
  const ByteOrderMark mark = byte_order_mark(beginning.text);
  if (offset <= mark.length) return true;
  const std::string_view separator = newline(mark.decides ? mark.encoding : lane_.options().encoding);
  if (offset < separator.size()) return false;
  char bytes[4];
  const std::span<char> last(bytes, separator.size());
  const auto got = read_at(file.fd.get(), last, offset - separator.size());
  return !got || std::string_view(bytes, *got) == separator;
}

/// At the start: the position that was imported for this path, when the file that is there now may be another than the one it was taken of.
std::optional<uint64_t> Trail::doubtful_import(const OpenedFile& current, const Beginning& beginning) {
  const int64_t written_ns = lane_.shared().store->import_written_ns();
  if (!first_open_ || written_ns == 0) return std::nullopt;
  const auto siblings = lane_.label_texts(path());
  const auto offset = lane_.registry().imported_offset({path(), labels_text(), siblings, current.identity(), beginning.size, beginning.text});
  if (!offset) return std::nullopt;
  return current.birth_ns > written_ns || !ends_line(current, beginning, *offset) ? offset : std::nullopt;
}

/// Makes the imported position that of the file it was taken of. False: it fits the file that is there, and there is no other.
bool Trail::place_import(uint64_t offset, const OpenedFile& current, const Beginning& beginning, std::span<const Neighbour> neighbours) {
  const bool is_younger = current.birth_ns > lane_.shared().store->import_written_ns();
  auto position = find_import(offset, is_younger, neighbours);
  if (!position && ends_line(current, beginning, offset)) return false;
  if (!position) position.emplace();
  position->offset = offset;
  position->path = path();
  position->labels = labels_text();
  lane_.registry().import_for(std::move(*position));
  return true;
}

/// The rotated file that an imported position was taken of. In doubt an older one: what lies between is sent twice then, and nothing is left out.
std::optional<Position> Trail::find_import(uint64_t offset, bool current_is_younger, std::span<const Neighbour> neighbours) {
  const int64_t written_ns = lane_.shared().store->import_written_ns();
  const auto take = [&](const Neighbour& neighbour) -> std::optional<Position> {
    char bytes[Fingerprint::kMaxLength];
    const auto file = open_neighbour(neighbour, Urgency::kNow);
    const auto begins = file ? read_beginning(*file, bytes) : Result<Beginning>(file.error());
    if (!begins || !ends_line(*file, *begins, offset)) return std::nullopt;
    Position position;
    if (!neighbour.packing) {
      position.file = neighbour.file();
      position.birth_ns = neighbour.identity.birth_ns;
    }
    position.fingerprint = Fingerprint::of(begins->text);
    return position;
  };
  // Renamed: the newest of those that were there when the position was written.
  if (current_is_younger)
    for (const Neighbour& neighbour : neighbours | std::views::reverse)
      if (!neighbour.packing && neighbour.identity.birth_ns != 0 && neighbour.identity.birth_ns <= written_ns)
        if (auto position = take(neighbour)) return position;
  // Compressed since, or copied before the file was truncated.
  for (const Neighbour& neighbour : neighbours)
    if (neighbour.packing ? neighbour.modified_ns > written_ns : !current_is_younger && neighbour.identity.birth_ns > written_ns)
      if (auto position = take(neighbour)) return position;
  return std::nullopt;
}

}  // namespace invar::loki_source_file
