#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "src/base/commit_mark.h"

namespace invar {

/// What became of a row. A source forgets a line only after one of the first three.
enum class Settled : uint8_t {
  kDelivered,  // the destination answered 2xx
  kQueued,     // safe on disk, on its way to the destination also after a kill
  kDropped,    // on purpose, counted with a reason
  kReturned,   // the destination stopped or its plan was swapped: a source that can rewind sends the run again
};

/// Word that becomes the `reason` label of a drop. Ids are process-wide, given at plan time, never freed.
using DropReason = uint16_t;
inline constexpr DropReason kNotDropped = 0;
/// The id of `word`; the same word always yields the same id. Takes a lock: call when planning, not per line.
DropReason drop_reason(std::string_view word);
std::string_view drop_reason_word(DropReason reason);

struct AckRun;
class LedgerAccount;
/// A destination in the ledger (ledger.h); kNoDestination: none that counts by itself.
using DestinationId = uint16_t;
inline constexpr DestinationId kNoDestination = 0;

/// A source as its acknowledgements see it, on its lane. It keeps its outstanding runs in order and commits the settled prefix.
class AckSource {
 public:
  virtual ~AckSource() = default;
  /// Every row of `run` is settled at every destination. `run.returned` tells whether some came back. The source owns the run again.
  virtual void on_settled(AckRun& run) = 0;

  /// The ledger, in source lines: entered = delivered + queued + dropped + returned + in flight, at any moment between two turns.
  struct Ledger {
    uint64_t read = 0;       // lines read from the world
    uint64_t entered = 0;    // read, plus one for each further branch a line was copied to
    uint64_t delivered = 0;
    uint64_t queued = 0;
    uint64_t dropped = 0;
    uint64_t returned = 0;
    uint64_t in_flight = 0;
    bool balanced() const { return entered == delivered + queued + dropped + returned + in_flight; }
  };
  Ledger ledger;
  /// After a restart it sends again whatever was not settled.
  bool rewinds = false;
  /// Who keeps the marks of its settled runs, and makes them in the step that notes how far they are settled; runs of one keeper are noted together. Only an identity.
  /// Without one they are made before it hears of a run.
  const void* marks_keeper = nullptr;
};

/// A range of a source that is acknowledged as one: (source, end offset, rows). Owned by its source; touched only on the source's lane
/// (fragments carry the pointer to other threads, which never look inside). One batch has one run.
///
/// Rules. A source calls open_run(), sends the batch, then close_run(). Each live row of a batch holds one reference. Fan-out adds one per further
/// branch. Whoever takes a row out of the flow settles it. A stage that joins rows keeps the first row's reference and settles the others with
/// join(): a source commits only its settled prefix, so the oldest run holds back all later ones.
struct AckRun {
  AckSource* source = nullptr;
  uint64_t begin = 0;  // offset of the first line's first byte
  uint64_t end = 0;    // offset behind the last line; the unit is the source's own
  uint32_t open = 0;   // references not yet settled
  bool returned = false;
  bool shared = false;  // rows of it are on their way to more than one destination
  std::shared_ptr<LedgerAccount> account = {};  // whose lines these are, set by the source before open_run(); may be null
  CommitMarks marks = {};  // of the records its rows are in
};

/// Takes `rows` references for a batch about to be sent, and one more that close_run gives back. `lines` source lines enter the ledger.
void open_run(AckRun& run, uint32_t rows, uint64_t lines);
/// Called after consume(): settles at once when nobody kept a reference.
void close_run(AckRun& run);
/// `rows` more references of a run in flight, for copies that carry `lines` source lines.
void add_references(AckRun& run, uint32_t rows, uint64_t lines);
/// The same for copies that go another way, to another destination.
void add_branch(AckRun& run, uint32_t rows, uint64_t lines);
/// Rows that carry `lines` source lines have come to a destination, which settles them under its id.
void arrive(AckRun& run, DestinationId destination, uint64_t lines);
/// Gives back `rows` references that carried `lines` source lines. `reason` of a drop; `destination`: where they had arrived, if they had.
void settle(AckRun& run, Settled outcome, uint32_t rows, uint64_t lines, DropReason reason = kNotDropped, DestinationId destination = kNoDestination);
/// Gives back one reference whose lines live on in another row of the same source.
void join(AckRun& run);

}  // namespace invar
