#include "src/components/loki/process/stage.h"

namespace invar {
/// Written by the build from the files in stages/.
std::span<const loki_process::StageSpec* const> loki_process_stages();
}  // namespace invar

namespace invar::loki_process {

constinit const EnumGroup kStageGroup{
    []() -> size_t { return loki_process_stages().size(); },
    [](size_t index) -> EnumBlock {
      const StageSpec* spec = loki_process_stages()[index];
      return {spec->name(), &spec->arguments, spec};
    },
};

}  // namespace invar::loki_process
