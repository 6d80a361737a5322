#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/clock.h"
#include "src/text/gotemplate/function.h"
#include "src/text/gotemplate/memory.h"
#include "src/text/gotemplate/partial.h"
#include "src/text/gotemplate/stack_guard.h"
#include "src/text/gotemplate/template.h"
#include "src/text/gotemplate/tree.h"
#include "src/text/regex.h"

namespace invar::gotemplate {

/// An execution of a template: variables, output and memory; what Go calls the state. Reused for the next execution.
class Run {
 public:
  static constexpr size_t kOutputLimit = size_t{16} << 20;
  static constexpr uint64_t kStepLimit = 10'000'000;
  /// Of a kOpen that nothing is known of.
  static constexpr uint64_t kNowhere = UINT32_MAX;

  explicit Run(const Clock& clock) : clock_(clock) {}

  bool execute(const Tree& tree, GoTemplateScope& data, std::string& out);
  /// Node by node, as far as the data tells.
  TemplateRendering execute_partially(const Tree& tree, OpenScope& data);
  std::string error() const;

  // For functions.

  Memory& memory() { return memory_; }
  const Clock& clock() const { return clock_; }
  Value text(std::string_view copied) { return Value::of(memory_.copy(copied)); }
  /// A buffer for building a text; empty, valid until the next call.
  std::string& scratch() {
    scratch_.clear();
    return scratch_;
  }
  /// Compiled once and remembered; Failure with Go's error when it is none, in the words of regexp.MustCompile if it `panics`.
  const Regex& regex(std::string_view pattern, bool panics = true);
  /// Null with Go's error in `why`.
  const Regex* find_regex(std::string_view pattern, std::string& why);
  /// A regex with a replacement text compiled for it.
  struct Replacement {
    Regex regex;
    RegexTemplate text;
  };
  const Replacement& replacement(std::string_view pattern, std::string_view text, bool panics);
  const TimeZone* zone(std::string_view name, bool& known);
  const TimeZone* local_zone();
  const TimeZone* fixed_zone(std::string_view name, int32_t offset);
  const TimeLayout& layout(std::string_view layout);
  /// The data as an ordinary dict, from then on: for whoever needs more of it than texts by name.
  Value whole_data();
  /// A value as functions see it: the data is a dict.
  Value settled(Value value) { return value.is(Type::kRoot) ? whole_data() : value; }
  /// A name of the data; kInvalid when it has none.
  Value data_text(std::string_view name);
  /// Counts work that grows with the data; Exhausted when it gets out of hand.
  void step(uint64_t count = 1) {
    if ((steps_ += count) > kStepLimit) throw Exhausted{"steps"};
  }
  const StackGuard& stack() const { return *stack_; }

 private:
  enum class Flow : uint8_t { kGoOn, kBreak, kContinue, kFail };
  void begin(const Tree& tree, std::string& out, Value root);
  TemplatePart execute_part(const Node& node, std::string& out);
  bool is_true_here(const Value& value);
  Value open_field(const Value& map, std::string_view name);
  struct Variable {
    uint32_t name = 0;
    Value value;
  };
  /// Missing: no value came through the pipeline; not the same as an invalid one.
  struct Final {
    Value value;
    bool missing = true;
  };

  Flow walk(Value dot, const Node& node);
  Flow walk_list(Value dot, const Node& list);
  Flow walk_branch(Value dot, const Node& node);
  Flow walk_range(Value dot, const Node& node);
  Flow walk_iteration(const Node& node, size_t mark, Value index, Value element);
  Flow walk_template(Value dot, const Node& node);
  bool print(const Node& node, Value value);

  bool eval_pipeline(Value dot, const Node& pipe, Value& out);
  bool eval_command(Value dot, const Node& command, const Final& final, Value& out);
  bool eval_field_chain(Value dot, Value receiver, const Node& node, size_t first, std::span<const Node* const> arguments, const Final& final,
                        Value& out);
  bool eval_field(Value dot, const FieldName& field, const Node& node, std::span<const Node* const> arguments, const Final& final,
                  Value receiver, Value& out);
  bool eval_variable(Value dot, const Node& node, std::span<const Node* const> arguments, const Final& final, Value& out);
  bool eval_chain(Value dot, const Node& node, std::span<const Node* const> arguments, const Final& final, Value& out);
  bool eval_call(Value dot, const Function& function, const Value* receiver, const Node& node, std::string_view name,
                 std::span<const Node* const> arguments, const Final& final, Value& out);
  bool eval_and_or(Value dot, const Function& function, std::span<const Node* const> arguments, const Final& final, Value& out);
  bool eval_argument(Value dot, char type, const Node& node, Value& out);
  bool eval_constant(char type, const Node& node, Value& out);
  bool validate(char type, Value& value);
  bool refuse_arguments(const Node& node, std::span<const Node* const> arguments, const Final& final);
  bool call(const Function& function, const Node& node, std::string_view name, std::span<Value> arguments, Value& out);

  Value* find_variable(uint32_t name);
  /// Notes an error at the current node. The text is put together in error(). Always false.
  bool fail(std::string_view before, std::string_view name = {}, std::string_view between = {}, std::string_view second = {});
  std::string_view shown(const Node& node);

  const Clock& clock_;
  Memory memory_;
  const Tree* tree_ = nullptr;
  GoTemplateScope* data_ = nullptr;
  OpenScope* open_ = nullptr;  // of execute_partially()
  std::vector<TemplateRendering::Absent> absent_;
  std::string* out_ = nullptr;
  size_t out_begin_ = 0;
  const StackGuard* stack_ = nullptr;
  std::string_view template_name_;
  const Node* at_ = nullptr;
  std::vector<Variable> variables_;
  size_t frame_ = 0;  // where the variables of the template begin
  uint64_t steps_ = 0;
  bool boxed_ = false;  // the receiver of a field came out of a map of interface{}: error texts say so
  Value whole_;
  std::string scratch_;

  std::string_view error_parts_[4];
  std::string failure_;

  template <class T>
  using Cache = std::map<std::string, T, std::less<>>;
  Cache<Regex> regexes_;
  Cache<Replacement> replacements_;
  std::string replacement_key_;
  Cache<TimeLayout> layouts_;
  Cache<TimeZone> zones_;
  Cache<TimeZone> fixed_zones_;
};

/// "[]interface {}": the Go type that a letter of Function::parameters stands for.
std::string_view parameter_name(char type);

}  // namespace invar::gotemplate
