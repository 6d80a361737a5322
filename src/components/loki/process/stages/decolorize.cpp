#include "src/components/loki/process/stage.h"
#include "src/text/regex.h"

namespace invar::loki_process_stages_decolorize {
using namespace loki_process;
namespace {

struct Args {
  bool operator==(const Args&) const = default;
};

/// Terminal sequences, as Alloy finds them (the expression of github.com/acarl005/stripansi).
constexpr std::string_view kSequence =
    "[\\x{1B}\\x{9B}][[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\\x{07})|"
    "(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))";
constexpr std::string_view kFirstBytes = "\x1b\xc2";  // of U+001B and U+009B

class Running final : public RowStage {
 public:
  explicit Running(const Regex& sequence) : sequence_(sequence), nothing_("", sequence) {}
  void apply(Rows& rows) override {
    rows.each([&](LogRow& row) {
      if (row.line.find_first_of(kFirstBytes) == std::string_view::npos) return;
      plain_.clear();
      replace_all(sequence_, row.line, nothing_, plain_);
      row.line = rows.arena().copy(plain_);
    });
  }

 private:
  const Regex& sequence_;
  RegexTemplate nothing_;
  std::string plain_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(Regex sequence) : sequence_(std::move(sequence)) {}
  StageEffects effects() const override { return {}; }
  std::unique_ptr<Stage> start(const StageContext&) const override { return std::make_unique<Running>(sequence_); }

 private:
  Regex sequence_;
};

Result<StagePlanPtr> make_plan(const Args&) {
  auto sequence = Regex::compile(kSequence);
  if (!sequence) return sequence.error();
  return StagePlanPtr(std::make_shared<Plan>(std::move(*sequence)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("decolorize", "Takes terminal colours out of the line.", {});

}  // namespace invar::loki_process_stages_decolorize
