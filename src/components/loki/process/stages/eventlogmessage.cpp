#include "src/components/loki/process/event_stage.h"
#include "src/components/loki/process/label_names.h"
#include "src/text/url.h"

namespace invar::loki_process_stages_eventlogmessage {
using namespace loki_process;
namespace {

struct Args : EventArgs {
  bool operator==(const Args&) const = default;
  static void validate(Args& args, ValidateContext& context) {
    if (!is_legacy_label_name(args.source)) context.refuse("invalid label name: " + args.source);
  }
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::source>("source", kOptional, "Extracted name that holds the message."),
    attr<&Args::drop_invalid_labels>("drop_invalid_labels", kOptional, "Leaves out keys that are no label names, instead of mending them."),
    attr<&Args::overwrite_existing>("overwrite_existing", kOptional, "Replaces extracted values of the same name; else the key gets _extracted appended."),
};

struct Format {
  static constexpr std::string_view kExists = "extracted key already existed, appending _extracted to key";
  static void each(std::string_view message, const SeePair& see) { each_message_line(message, see); }
  static void clean_name(std::string&) {}
  static bool is_name(std::string_view name) { return is_legacy_label_name(name); }
  static std::string_view value(std::string_view raw, std::string&) { return trim_space(raw); }
};

Result<StagePlanPtr> make_plan(const Args& args) {
  return StagePlanPtr(std::make_shared<EventPlan<Format>>("eventlogmessage", args));
}

}  // namespace

extern constinit const StageSpec kStage =
    stage<Args, make_plan>("eventlogmessage", "Extracts the key:value lines of a Windows event's message.", kArguments);

}  // namespace invar::loki_process_stages_eventlogmessage
