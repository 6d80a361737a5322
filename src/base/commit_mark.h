#pragma once

#include <memory>
#include <vector>

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

}  // namespace invar
