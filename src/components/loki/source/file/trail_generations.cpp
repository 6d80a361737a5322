#include <algorithm>

#include "src/components/loki/source/file/file_lane.h"
#include "src/components/loki/source/file/trail.h"

// Which generations of a file there are, and in which order: at its path, beside it, and rotated away while nobody looked.
namespace invar::loki_source_file {
namespace {

constexpr uint64_t kMissingGraceMs = 10'000;  // a path may lead nowhere this long (rotation) before that is trouble

bool is_absent(const Error& error) { return error.reason == "not_found" || error.reason == "not_a_directory"; }

std::optional<uint64_t> size_if_held(FileReader& reader) { return reader.is_open() ? reader.size_if_deleted() : std::nullopt; }

/// Bytes of a file of `size` that are not known to have been delivered. Of a packed one, whose positions are not those of its bytes, all or none.
uint64_t unsent(const FileReader& reader, uint64_t size) {
  if (reader.packing()) return reader.drained() && reader.settled() ? 0 : size;
  return size - std::min(size, reader.settled_offset());
}

}  // namespace

// ------------------------------------------------------------------------------------------------- what is at the path

void Trail::look() {
  if (broken_position_ || is_resting()) return;
  const auto about = stat_path(path().str());
  FileReader* newest = generations_.empty() ? nullptr : generations_.back().get();
  if (!about) {
    note_at_path({});
    if (newest && newest->at_path) went_away(*newest);
    if (missing_since_ms_ == 0) missing_since_ms_ = now_ms() + 1;
    if (!newest || !is_absent(about.error()) || now_ms() > missing_since_ms_ + kMissingGraceMs) trouble(about.error());
    return;
  }
  missing_since_ms_ = 0;
  const FileId file{about->dev, about->ino};
  note_at_path(file);
  if (newest && newest->file() == file) {
    newest->at_path = true;
    if (!newest->broken()) no_trouble();
    return;
  }
  if (newest && newest->at_path) went_away(*newest);
  if (ending_) return;
  if (!about->is_regular())
    return trouble({path().str() + (about->is_directory() ? ": is a directory" : ": is not a regular file"), "not_a_file"});
  status_->found = true;
  open_generation();
}

void Trail::note_at_path(FileId file) {
  if (file == at_path_) return;
  at_path_ = file;
  listings_before_file_ = lane_.listings().count();
}

void Trail::went_away(FileReader& reader) {
  reader.at_path = false;
  lane_.make_hot(*this);
}

/// Opens what is at the path now, and what came between it and the newest generation that is known.
void Trail::open_generation() {
  const LaneOptions& options = lane_.options();
  if (!options.encoding_error.empty()) return trouble({std::string(kCannotTail) + options.encoding_error, "encoding"});
  if (first_open_ && !listed_) dealt_with(list_neighbours());
  auto opened = open_packed_or_plain(path().str(), options.packing);
  if (!opened) return opened.error().reason == "too_many_files" ? void() : (lane_.make_hot(*this), trouble(opened.error()));
  const FileId file = opened->id();
  if (!opened->about.is_regular() || (!generations_.empty() && generations_.back()->file() == file)) return;
  note_at_path(file);
  char bytes[Fingerprint::kMaxLength];
  const auto begins = read_beginning(*opened, bytes);
  if (!begins) return trouble({std::string(kCannotTail) + begins.error().what, begins.error().reason});
  std::vector<Position> records = left_behind(file, *begins);
  const std::optional<uint64_t> doubtful = doubtful_import(*opened, *begins);
  const bool may_have_earlier = !first_open_ || newest_read_ || !records.empty() || doubtful;
  if (may_have_earlier && !lane_.listings().renew(place().directory, listings_before_file_, now_ms())) return lane_.make_hot(*this);
  std::vector<Neighbour> neighbours = list_neighbours();
  // Every file of the listing is older than the opened one only when that one is still at the path: else rotation went on meanwhile.
  if (const auto still = stat_path(path().str()); !still || FileId{still->dev, still->ino} != file) return lane_.make_hot(*this);
  if (take_back(file)) return;
  if (doubtful && place_import(*doubtful, *opened, *begins, neighbours)) records = left_behind(file, *begins);
  const bool has_earlier = !first_open_ || newest_read_ || !records.empty();
  if (first_open_ && has_earlier && !adopt_left_behind(records, neighbours, file)) return;
  if (!adopt_between(neighbours, file)) return lane_.make_hot(*this);
  const auto siblings = lane_.label_texts(path());
  auto claim = lane_.registry().claim({path(), labels_text(), siblings, opened->identity(), begins->size, begins->text, has_earlier});
  if (claim.start == FileRegistry::Start::kBusy) return lane_.make_hot(*this);
  if (claim.start == FileRegistry::Start::kBroken && !may_skip(opened->birth_ns)) claim.start = FileRegistry::Start::kNew;
  if (claim.start == FileRegistry::Start::kBroken && options.on_positions_file_error == OnPositionsFileError::kSkip) {
    lane_.registry().release({.id = claim.id, .file = file}, false);
    broken_position_ = true;
    return trouble({path().str() + ": its position cannot be read, and on_positions_file_error is skip", "positions"});
  }
  auto reader = make_reader(std::move(*opened), claim, begins->text);
  if (!has_earlier) skip_if_asked(*reader, claim.start);
  if (reader->packing()) begin_ms_ = now_ms() + options.initial_delay_ms;
  first_open_ = false;
  newest_read_.reset();
  dealt_with(std::move(neighbours));
  if (running_) log(LogLevel::kDebug, "file deleted");
  add_generation(std::move(reader), true);
  set_running(true);
  lane_.watch_path(*this);
  no_trouble();
}

/// The rotated files of `neighbours` have been dealt with; a link that leads elsewhere by now has other ones.
void Trail::dealt_with(std::vector<Neighbour> neighbours) {
  FilePlace now = place_of(path().str());
  const bool moved = now != place();
  if (moved) {
    lane_.unwatch(*this);
    real_place_ = now == split_path(path().str()) ? nullptr : std::make_unique<FilePlace>(std::move(now));
    neighbours = list_neighbours(ListingAge::kNew);
  } else {
    forget_gone(neighbours);
  }
  dealt_with_.clear();
  for (const Neighbour& neighbour : neighbours) dealt_with_.push_back({neighbour.identity, neighbour.modified_ns});
  dealt_with_.shrink_to_fit();
  listed_ = true;
}

/// Positions of generations that are no longer there would gather for ever.
void Trail::forget_gone(std::span<const Neighbour> neighbours) {
  if (first_open_) return;
  for (const Position& known : lane_.registry().left_behind(path(), labels_text(), lane_.label_texts(path()))) {
    const bool is_there = std::any_of(neighbours.begin(), neighbours.end(), [&](const Neighbour& n) { return n.file() == known.file; });
    if (is_there) continue;
    lane_.registry().drop(known.id);
    lane_.forget(known.id);
  }
}

std::vector<Neighbour> Trail::list_neighbours(ListingAge age) {
  const FilePlace where = place();
  if (age == ListingAge::kNew) lane_.listings().list(where.directory, now_ms());
  return rotated_neighbours(where, lane_.listings(), now_ms());
}

/// Error: "too_many_files" when it has to wait for its turn.
Result<OpenedFile> Trail::open_packed_or_plain(const std::string& path, std::optional<Packing> packing) {
  if (schedule.waiting) return Error{"open " + path + ": others come first", "too_many_files"};
  auto file = open_in_slot(path, packing, OpenSlot::take());
  if (file || file.error().reason != "too_many_files") return file;
  if (lane_.make_room(file.error().what)) file = open_in_slot(path, packing, OpenSlot::take());
  if (!file && file.error().reason == "too_many_files") lane_.wait_for_turn(*this);
  return file;
}

/// The file of a listing; an error when its name has been given to another one since, or to none.
Result<OpenedFile> Trail::open_neighbour(const Neighbour& neighbour, Urgency urgency) {
  const bool now = urgency == Urgency::kNow;
  auto file = now ? open_in_slot(neighbour.path, neighbour.packing, OpenSlot::take_beyond()) : open_packed_or_plain(neighbour.path, neighbour.packing);
  if (file && file->id() != neighbour.file()) return Error{neighbour.path + " is another file now", "not_found"};
  return file;
}

Result<Trail::Beginning> Trail::read_beginning(const OpenedFile& file, std::span<char> into) const {
  if (file.packing) {
    const auto begins = unpack_beginning(file.fd.get(), *file.packing, into);
    if (!begins) return begins.error();
    return Beginning{*begins, UINT64_MAX};
  }
  const auto got = read_at(file.fd.get(), into, 0);
  return Beginning{{into.data(), got ? *got : 0}, file.about.size};
}

Trail::ReaderPtr Trail::make_reader(OpenedFile file, const FileRegistry::Claim& claim, std::string_view beginning) {
  auto reader = std::make_unique<FileReader>(*this, lane_.feed().keeper(), claim.id, std::move(file), lane_.options().encoding, claim.offset, beginning);
  reader->reader_number = claim.reader;
  return reader;
}

void Trail::skip_if_asked(FileReader& reader, FileRegistry::Start start) const {
  using Start = FileRegistry::Start;
  if (start != Start::kNew && start != Start::kBroken) return;
  const LaneOptions& options = lane_.options();
  const bool broken_to_end = start == Start::kBroken && options.on_positions_file_error == OnPositionsFileError::kRestartFromEnd;
  const bool first = first_open_ && generations_.empty();
  if (broken_to_end || (options.tail_from_end && first && may_skip(reader.identity().birth_ns))) reader.skip_to_end();
}

/// tail_from_end is about files that were there when the component started: what appears later is new data.
bool Trail::may_skip(int64_t birth_ns) const {
  return first_sync_ || (birth_ns != 0 && birth_ns < lane_.shared().started_ns);
}

void Trail::add_generation(ReaderPtr reader, bool at_path) {
  for (auto& earlier : generations_) earlier->at_path = false;
  reader->at_path = at_path;
  reader->quiet_since_ms = now_ms();
  lane_.define(*reader, *this);
  figures_->set_size(reader->size());
  generations_.push_back(std::move(reader));
  if (at_path) lane_.define(*generations_.back(), *this);
  lane_.make_hot(*this);
  lane_.make_ready(*this);
}

/// A generation that was read to its end is at the path again (renamed back).
FileReader* Trail::take_back(FileId file) {
  const auto found = std::find_if(retired_.begin(), retired_.end(), [&](const auto& reader) { return reader->file() == file; });
  if (found == retired_.end()) return nullptr;
  auto reader = std::move(*found);
  retired_.erase(found);
  add_generation(std::move(reader), true);
  return generations_.back().get();
}

// ------------------------------------------------------------------------------------------------ what is beside the path

/// Several rotations since the last look: rotated files that were not there then lie between the newest generation and `current`. False when they moved
/// on meanwhile, or cannot be opened now: what was not taken is found in the next listing.
bool Trail::adopt_between(std::span<const Neighbour> neighbours, FileId current) {
  FileReader* const newest = generations_.empty() ? nullptr : generations_.back().get();
  for (const Neighbour& neighbour : neighbours) {
    if (neighbour.file() == current || (newest && neighbour.file() == newest->file())) continue;
    if (dealt_with_as(neighbour.identity) || is_known(neighbour.identity)) continue;
    auto file = open_neighbour(neighbour);
    if (!file) {
      if (!is_absent(file.error()) && file.error().reason != "too_many_files") continue;  // not ours to read
      return false;
    }
    char bytes[Fingerprint::kMaxLength];
    const auto begins = read_beginning(*file, bytes);
    if (!begins || is_known_content(neighbour, *file, begins->text)) continue;
    adopt(neighbour, std::move(*file), nullptr);
  }
  return true;
}

/// Does this trail read the file or has read it, does another one, or is a position of it known?
bool Trail::is_known(const FileIdentity& file) const {
  for (const auto* readers : {&generations_, &retired_})
    for (const auto& reader : *readers)
      if (reader->identity() == file) return true;
  return lane_.registry().knows(file, path(), labels_text(), lane_.label_texts(path()));
}

/// Is it a copy, or the compressed form, of a generation that is or was read? What it holds beyond that is taken over here. (Copies made by copytruncate are
/// dealt with when the truncation is seen; a file that only looks like one is read: to take a generation for a copy would be to lose it.)
bool Trail::is_known_content(const Neighbour& neighbour, const OpenedFile& file, std::string_view beginning) {
  for (const auto* readers : {&generations_, &retired_})
    for (const auto& reader : *readers) {
      const Fingerprint& known = reader->fingerprint();
      if (file.packing ? known.is_copied_in(beginning, reader->size()) : known.length == Fingerprint::kMaxLength && known.matches(beginning)) return true;
    }
  for (const Position& known : lane_.registry().left_behind(path(), labels_text(), lane_.label_texts(path()))) {
    const Fingerprint& print = known.fingerprint;
    if (!(file.packing ? print.is_copied_in(beginning, known.offset) : print.length == Fingerprint::kMaxLength && print.matches(beginning))) continue;
    if (!file.holds_more(known.offset)) return true;
    if (auto again = open_neighbour(neighbour, Urgency::kNow)) adopt(neighbour, std::move(*again), &known);
    return true;
  }
  return file.packing && lane_.registry().is_read_beside(path(), beginning);
}

void Trail::adopt(const Neighbour& neighbour, OpenedFile file, const Position* known) {
  char bytes[Fingerprint::kMaxLength];
  const auto begins = read_beginning(file, bytes);
  if (!begins) return;
  FileRegistry::Claim claim;
  if (known) {
    claim = lane_.registry().claim_stored(*known, neighbour.identity);
  } else {
    claim = lane_.registry().claim({path(), labels_text(), lane_.label_texts(path()), neighbour.identity, begins->size, begins->text, true});
    if (claim.start == FileRegistry::Start::kBusy) return;
    claim.offset = 0;
  }
  auto reader = make_reader(std::move(file), claim, begins->text);
  reader->moved_to = neighbour.path;
  add_generation(std::move(reader), false);
}

/// The file at the path was truncated (copytruncate) after it was read up to `offset`: what was written then until it was copied is in the copy, and comes before
/// what is in the file now. So does what was copied since then without having been seen.
void Trail::adopt_copies(const Fingerprint& before, uint64_t offset) {
  const std::vector<Neighbour> neighbours = list_neighbours(ListingAge::kNew);
  // Renamed meanwhile: what nobody has seen yet are its successors, not copies.
  const bool renamed = std::any_of(neighbours.begin(), neighbours.end(), [&](const Neighbour& n) { return n.identity == generations_.back()->identity(); });
  bool found = false;
  for (const Neighbour& neighbour : neighbours) {
    auto file = open_neighbour(neighbour, Urgency::kNow);
    char bytes[Fingerprint::kMaxLength];
    if (!file) continue;
    const auto begins = read_beginning(*file, bytes);
    if (!begins) continue;
    if (!found && before.is_copied_in(begins->text, offset) && (file->packing || file->about.size >= offset)) {
      found = true;
      if (file->holds_more(offset)) insert_copy(neighbour, std::move(*file), offset, *begins);
    } else if (!renamed && is_unseen(neighbour, begins->text)) {
      insert_copy(neighbour, std::move(*file), 0, *begins);
    }
  }
  if (renamed) return;
  dealt_with_.clear();
  for (const Neighbour& neighbour : neighbours) dealt_with_.push_back({neighbour.identity, neighbour.modified_ns});
}

const Trail::DealtWith* Trail::dealt_with_as(const FileIdentity& identity) const {
  const auto found = std::find_if(dealt_with_.begin(), dealt_with_.end(), [&](const DealtWith& known) { return known.identity == identity; });
  return found == dealt_with_.end() ? nullptr : &*found;
}

/// Is this content that came beside the path since the last listing, and that nobody reads or has read?
bool Trail::is_unseen(const Neighbour& neighbour, std::string_view beginning) {
  const DealtWith* const known = dealt_with_as(neighbour.identity);
  if (known && known->modified_ns == neighbour.modified_ns) return false;
  for (const auto* readers : {&generations_, &retired_})
    for (const auto& reader : *readers)
      if (reader->fingerprint().length > 0 && reader->fingerprint().matches(beginning)) return false;
  return !lane_.registry().knows(neighbour.file(), path(), beginning);
}

void Trail::insert_copy(const Neighbour& neighbour, OpenedFile file, uint64_t offset, const Beginning& begins) {
  auto claim = lane_.registry().claim({path(), labels_text(), lane_.label_texts(path()), neighbour.identity, begins.size, begins.text, true});
  if (claim.start == FileRegistry::Start::kBusy) return;
  claim.offset = offset;
  auto reader = make_reader(std::move(file), claim, begins.text);
  reader->moved_to = neighbour.path;
  reader->at_path = false;
  reader->quiet_since_ms = now_ms();
  lane_.define(*reader, *this);
  generations_.insert(generations_.end() - 1, std::move(reader));
}

// ------------------------------------------------------------------------------------------------------- opened again

Trail::Reopened Trail::reopen(FileReader& reader) {
  if (reader.is_open()) return Reopened::kYes;
  if (reopen_at(reader, reader.moved_to.empty() ? path().str() : reader.moved_to)) {
    listings_before_gone_.reset();
    return Reopened::kYes;
  }
  if (schedule.waiting) return Reopened::kLater;
  if (!listings_before_gone_) listings_before_gone_ = lane_.listings().count();
  if (!lane_.listings().renew(place().directory, *listings_before_gone_, now_ms())) return lane_.make_hot(*this), Reopened::kLater;
  listings_before_gone_.reset();
  const std::vector<Neighbour> neighbours = list_neighbours();
  for (const Neighbour& neighbour : neighbours) {
    if (neighbour.file() != reader.file()) continue;
    reader.moved_to = neighbour.path;
    if (reopen_at(reader, neighbour.path)) return Reopened::kYes;
  }
  return replace_by_packed(reader, neighbours) || schedule.waiting ? Reopened::kLater : Reopened::kGone;
}

bool Trail::reopen_at(FileReader& reader, const std::string& path) {
  auto file = open_packed_or_plain(path, reader.packing());
  return file && reader.reopen(std::move(*file));
}

/// The file of a reader at rest is gone, but what it held is there compressed, and more: goes on in there. The reader is destroyed.
bool Trail::replace_by_packed(FileReader& reader, std::span<const Neighbour> neighbours) {
  for (const Neighbour& neighbour : neighbours) {
    if (!neighbour.packing || is_known(neighbour.identity)) continue;
    auto file = open_neighbour(neighbour);
    char bytes[Fingerprint::kMaxLength];
    if (!file) continue;
    const auto begins = read_beginning(*file, bytes);
    if (!begins || !reader.fingerprint().is_copied_in(begins->text, reader.size())) continue;
    if (!file->holds_more(reader.offset())) return false;
    const auto place = std::find_if(generations_.begin(), generations_.end(), [&](const auto& r) { return r.get() == &reader; });
    if (place == generations_.end()) return false;
    const Position position = position_of(reader);
    release(reader);
    const auto claim = lane_.registry().claim_stored(position, neighbour.identity);
    auto packed = make_reader(std::move(*file), claim, begins->text);
    packed->moved_to = neighbour.path;
    packed->at_path = false;
    packed->quiet_since_ms = now_ms();
    *place = std::move(packed);
    lane_.define(**place, *this);
    lane_.make_ready(*this);
    return true;
  }
  return false;
}

// ------------------------------------------------------------------------------------------------------ deleted, and held

Trail::Held Trail::look_for_deleted() {
  Held held;
  for (const auto* readers : {&generations_, &retired_})
    for (const auto& reader : *readers) {
      const auto size = reader->at_path && readers == &generations_ ? std::nullopt : size_if_held(*reader);
      if (!size) continue;
      held.bytes += *size;
      held.first = std::min(held.first, {unsent(*reader, *size) > 0, reader->id()});
    }
  return held;
}

Trail::Abandoned Trail::abandon_deleted() {
  std::vector<ReaderPtr>* from = nullptr;
  size_t first = 0;
  GivenUp best;
  Abandoned abandoned;
  for (auto* readers : {&generations_, &retired_})
    for (size_t i = 0; i < readers->size(); ++i) {
      FileReader& reader = *(*readers)[i];
      const auto size = reader.at_path && readers == &generations_ ? std::nullopt : size_if_held(reader);
      if (!size) continue;
      const GivenUp order{unsent(reader, *size) > 0, reader.id()};
      if (from && best < order) continue;
      from = readers, first = i, best = order;
      abandoned = {*size, unsent(reader, *size)};
    }
  if (!from) return {};
  release(*(*from)[first]);
  from->erase(from->begin() + static_cast<ptrdiff_t>(first));
  return abandoned;
}

}  // namespace invar::loki_source_file
