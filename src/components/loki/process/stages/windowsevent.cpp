#include "src/components/loki/process/event_stage.h"
#include "src/components/loki/process/label_names.h"
#include "src/text/url.h"

namespace invar::loki_process_stages_windowsevent {
using namespace loki_process;
namespace {

struct Args : EventArgs {
  bool operator==(const Args&) const = default;
  static void validate(Args& args, ValidateContext& context) {
    if (!is_label_name(args.source)) context.refuse("invalid label name: " + args.source);
  }
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::source>("source", kOptional, "Extracted name that holds the message."),
    attr<&Args::drop_invalid_labels>("drop_invalid_labels", kOptional, "Leaves out keys that are no label names, instead of mending them."),
    attr<&Args::overwrite_existing>("overwrite_existing", kOptional, "Replaces extracted values of the same name; else the key gets _extracted appended."),
};

void append_without(std::string_view text, std::string_view unwanted, std::string& out) {
  for (const char c : text)
    if (unwanted.find(c) == std::string_view::npos) out += c;
}

struct Format {
  static constexpr std::string_view kExists = "extracted key that already existed, appending _extracted to key";
  static void each(std::string_view message, const SeePair& see) { each_section_line(message, see); }
  static void clean_name(std::string& name) { std::erase_if(name, [](char c) { return c == '\t' || c == '\r' || c == '\n' || c == ' '; }); }
  static bool is_name(std::string_view name) { return is_label_name(name); }
  static std::string_view value(std::string_view raw, std::string& scratch) {
    scratch.clear();
    append_without(raw, "\t\r\n", scratch);
    return trim_space(scratch);
  }
};

Result<StagePlanPtr> make_plan(const Args& args) {
  return StagePlanPtr(std::make_shared<EventPlan<Format>>("windowsevent", args));
}

}  // namespace

extern constinit const StageSpec kStage =
    stage<Args, make_plan>("windowsevent", "Extracts the sections of a Windows event's message.", kArguments);

}  // namespace invar::loki_process_stages_windowsevent
