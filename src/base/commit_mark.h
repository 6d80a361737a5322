#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "src/base/result.h"

namespace invar {

/// Of a record in a queue on disk whose lines their source would send again: as long as it is not made, the next process of the same boot forgets the record. Who notes
/// that the lines are settled makes it right before that, so that a kill finds both or neither. It is made by itself when nobody holds it any more.
class CommitMark {
 public:
  virtual ~CommitMark() = default;
  /// On the disk thread. False: the disk refused it; nothing may be noted then.
  virtual bool make() = 0;
};
using CommitMarkPtr = std::shared_ptr<CommitMark>;
using CommitMarks = std::vector<CommitMarkPtr>;

/// Moves the marks of a run to those that are to be made before the next position is noted.
inline void take_marks(CommitMarks& of_run, CommitMarks& into) {
  for (CommitMarkPtr& mark : of_run)
    if (into.empty() || into.back() != mark) into.push_back(std::move(mark));
  of_run.clear();
}
/// On the disk thread. Error: not all of them.
inline Result<void> make_all(const CommitMarks& marks) {
  if (std::all_of(marks.begin(), marks.end(), [](const CommitMarkPtr& mark) { return mark->make(); })) return {};
  return Error{"a queue on disk cannot be marked", "io"};
}

}  // namespace invar
