#include "src/text/gotemplate/run.h"

#include <algorithm>
#include <charconv>

#include "src/base/quote.h"
#include "src/text/gotemplate/format.h"

namespace invar::gotemplate {
namespace {

/// What is compiled of texts that the data may hold is remembered up to here.
constexpr size_t kCached = 256;

template <class Map>
void make_room(Map& cache) {
  if (cache.size() >= kCached) cache.clear();
}

}  // namespace

void Run::begin(const Tree& tree, std::string& out, Value root) {
  memory_.reset();
  if (fixed_zones_.size() > kCached) fixed_zones_.clear();
  tree_ = &tree;
  out_ = &out;
  out_begin_ = out.size();
  template_name_ = tree.name;
  at_ = nullptr;
  steps_ = 0;
  whole_ = {};
  frame_ = 0;
  variables_.clear();
  failure_.clear();
  variables_.push_back({0, root});
}

bool Run::execute(const Tree& tree, GoTemplateScope& data, std::string& out) {
  const StackGuard stack;
  stack_ = &stack;
  data_ = &data;
  open_ = nullptr;
  const Value root = Value::of(Type::kRoot);
  begin(tree, out, root);
  try {
    const auto found = tree.templates.find(tree.name);
    return found == tree.templates.end() || walk_list(root, *found->second) != Flow::kFail;
  } catch (const Exhausted& exhausted) {
    failure_ = "the template needs more " + std::string(exhausted.what) + " than it may use";
    return fail(failure_);
  } catch (const Failure& failure) {  // of printing a value
    failure_ = failure.what;
    return fail(failure_);
  }
}

bool Run::fail(std::string_view before, std::string_view name, std::string_view between, std::string_view second) {
  error_parts_[0] = before;
  error_parts_[1] = name;
  error_parts_[2] = between;
  error_parts_[3] = second;
  return false;
}

std::string Run::error() const {
  std::string out = "template: ";
  if (!at_) {
    out += template_name_;
  } else {
    const std::string_view text = std::string_view(tree_->text).substr(0, at_->at);
    const size_t newline = text.rfind('\n');
    out += tree_->name + ":" + std::to_string(1 + std::count(text.begin(), text.end(), '\n')) + ":" +
           std::to_string(newline == std::string_view::npos ? text.size() : text.size() - newline - 1);
    out += ": executing " + quoted(template_name_) + " at <";
    at_->show(out);
    out += '>';
  }
  out += ": ";
  for (const std::string_view part : error_parts_) out += part;
  return out;
}

std::string_view Run::shown(const Node& node) {
  std::string out;
  node.show(out);
  return memory_.copy(out);
}

// The data.

Value Run::data_text(std::string_view name) {
  if (whole_.is_valid()) {
    const Value* const found = whole_.dict->find(name);
    return found ? *found : Value();
  }
  const auto& names = tree_->names;
  for (size_t i = 0; i < names.size(); ++i) {
    std::string_view found;
    if (names[i] == name) return data_->find(i, found) ? Value::of(found) : Value();
  }
  const Value* const found = whole_data().dict->find(name);
  return found ? *found : Value();
}

Value Run::whole_data() {
  if (whole_.is_valid()) return whole_;
  const Value whole = make_dict(memory_);
  data_->each([&](std::string_view name, std::string_view text) { whole.dict->set(memory_, memory_.copy(name), Value::of(text)); });
  return whole_ = whole;
}

// What functions compile.

const Regex* Run::find_regex(std::string_view pattern, std::string& why) {
  if (const auto known = regexes_.find(pattern); known != regexes_.end()) return &known->second;
  auto compiled = Regex::compile(pattern);
  if (!compiled) {
    why = compiled.error().what;
    return nullptr;
  }
  make_room(regexes_);
  return &regexes_.emplace(pattern, std::move(*compiled)).first->second;
}

const Regex& Run::regex(std::string_view pattern, bool panics) {
  std::string why;
  if (const Regex* const found = find_regex(pattern, why)) return *found;
  if (!panics) throw Failure{why};
  const std::string shown = can_backquote(pattern) ? "`" + std::string(pattern) + "`" : quoted(pattern);
  throw Failure{"regexp: Compile(" + shown + "): " + why};
}

const Run::Replacement& Run::replacement(std::string_view pattern, std::string_view text, bool panics) {
  replacement_key_.assign(std::to_string(pattern.size())).append(":").append(pattern).append(text);
  if (const auto known = replacements_.find(replacement_key_); known != replacements_.end()) return known->second;
  const Regex& compiled = regex(pattern, panics);
  make_room(replacements_);
  return replacements_.emplace(replacement_key_, Replacement{compiled, RegexTemplate(text, compiled)}).first->second;
}

const TimeLayout& Run::layout(std::string_view layout) {
  if (const auto known = layouts_.find(layout); known != layouts_.end()) return known->second;
  make_room(layouts_);
  return layouts_.emplace(layout, TimeLayout(layout)).first->second;
}

const TimeZone* Run::zone(std::string_view name, bool& known) {
  known = true;
  if (const auto found = zones_.find(name); found != zones_.end()) return &found->second;
  auto loaded = TimeZone::load(name);
  known = loaded.ok();
  if (!known) return nullptr;
  // Values of this execution may point to zones: they are kept, however many (the machine knows some hundreds).
  return &zones_.emplace(name, std::move(*loaded)).first->second;
}

const TimeZone* Run::local_zone() {
  bool known;
  return zone("Local", known);
}

const TimeZone* Run::fixed_zone(std::string_view name, int32_t offset) {
  const std::string key = std::to_string(offset) + ":" + std::string(name);
  if (const auto found = fixed_zones_.find(key); found != fixed_zones_.end()) return &found->second;
  if (fixed_zones_.size() > 10'000) throw Exhausted{"time zones"};
  return &fixed_zones_.emplace(key, TimeZone::fixed(std::string(name), offset)).first->second;
}

// Walking.

Run::Flow Run::walk_list(Value dot, const Node& list) {
  for (const Node* node : list.parts) {
    if (node->type == NodeType::kText) {
      out_->append(node->text);
      step();
      continue;
    }
    const Flow flow = walk(dot, *node);
    if (flow != Flow::kGoOn) return flow;
  }
  return Flow::kGoOn;
}

Run::Flow Run::walk(Value dot, const Node& node) {
  at_ = &node;
  step();
  switch (node.type) {
    case NodeType::kAction: {
      Value value;
      if (!eval_pipeline(dot, *node.child, value)) return Flow::kFail;
      return !node.child->declared.empty() || print(node, value) ? Flow::kGoOn : Flow::kFail;
    }
    case NodeType::kBreak: return Flow::kBreak;
    case NodeType::kContinue: return Flow::kContinue;
    case NodeType::kIf:
    case NodeType::kWith: return walk_branch(dot, node);
    case NodeType::kRange: return walk_range(dot, node);
    case NodeType::kTemplate: return walk_template(dot, node);
    default: return Flow::kGoOn;
  }
}

Run::Flow Run::walk_branch(Value dot, const Node& node) {
  stack_->check();
  const size_t mark = variables_.size();
  Value value;
  if (!eval_pipeline(dot, *node.child, value)) return Flow::kFail;
  Flow flow = Flow::kGoOn;
  if (is_true_here(value))
    flow = walk_list(node.type == NodeType::kWith ? value : dot, *node.body);
  else if (node.otherwise)
    flow = walk_list(dot, *node.otherwise);
  variables_.resize(mark);
  return flow;
}

Run::Flow Run::walk_iteration(const Node& node, size_t mark, Value index, Value element) {
  const Node& pipe = *node.child;
  step();
  if (!pipe.declared.empty()) {
    const bool both = pipe.declared.size() > 1;
    if (pipe.assigns) {
      *find_variable(pipe.declared[0]->variable) = both ? index : element;
      if (both) *find_variable(pipe.declared[1]->variable) = element;
    } else {
      variables_[mark - 1].value = element;
      if (both) variables_[mark - 2].value = index;
    }
  }
  const Flow flow = walk_list(element, *node.body);
  variables_.resize(mark);
  if (out_->size() - out_begin_ > kOutputLimit) throw Exhausted{"output"};
  return flow == Flow::kContinue ? Flow::kGoOn : flow;
}

Run::Flow Run::walk_range(Value dot, const Node& node) {
  stack_->check();
  const size_t before = variables_.size();
  Value value;
  if (!eval_pipeline(dot, *node.child, value)) return Flow::kFail;
  if (value.is(Type::kOpen)) throw Opaque{};
  value = settled(value);
  const size_t mark = variables_.size();
  Flow flow = Flow::kGoOn;
  bool any = false;
  switch (value.kind()) {
    case Kind::kInt:
    case Kind::kUint: {
      if (node.child->declared.size() > 1) {
        std::string& text = scratch();
        append_value(*this, text, value);
        return fail("can't use ", memory_.copy(text), " to iterate over more than one variable"), Flow::kFail;
      }
      const uint64_t count = value.kind() == Kind::kUint ? value.natural : static_cast<uint64_t>(std::max<int64_t>(value.integer, 0));
      any = count > 0;
      for (uint64_t i = 0; i < count && flow == Flow::kGoOn; ++i)
        flow = walk_iteration(node, mark, {}, Value::of(value.type, static_cast<int64_t>(i)));
      break;
    }
    case Kind::kSlice: {
      const auto items = items_of(value);
      any = !items.empty();
      for (size_t i = 0; i < items.size() && flow == Flow::kGoOn; ++i)
        flow = walk_iteration(node, mark, Value::of(static_cast<int64_t>(i)), items[i]);
      break;
    }
    case Kind::kMap: {
      // A copy: the body may change the map.
      const auto entries = entries_of(value);
      any = !entries.empty();
      auto* const copied = memory_.array<Dict::Entry>(entries.size());
      std::copy(entries.begin(), entries.end(), copied);
      for (size_t i = 0, count = entries.size(); i < count && flow == Flow::kGoOn; ++i)
        flow = walk_iteration(node, mark, Value::of(copied[i].key), copied[i].value);
      break;
    }
    case Kind::kInvalid: break;
    default: {
      std::string& text = scratch();
      append_value(*this, text, value);
      return fail("range can't iterate over ", memory_.copy(text)), Flow::kFail;
    }
  }
  variables_.resize(before);
  if (flow == Flow::kFail) return flow;
  if (any || !node.otherwise) return Flow::kGoOn;
  const Flow otherwise = walk_list(dot, *node.otherwise);
  variables_.resize(before);
  return otherwise;
}

Run::Flow Run::walk_template(Value dot, const Node& node) {
  stack_->check();
  const auto found = tree_->templates.find(node.text);
  if (found == tree_->templates.end()) {
    if (open_) throw Opaque{};  // the chart may define it
    std::string& name = scratch();
    append_quoted(name, node.text);
    return fail("template ", memory_.copy(name), " not defined"), Flow::kFail;
  }
  Value inner;
  if (node.child && !eval_pipeline(dot, *node.child, inner)) return Flow::kFail;
  const size_t mark = variables_.size(), outer_frame = frame_;
  const std::string_view outer_name = template_name_;
  frame_ = mark;
  template_name_ = found->first;
  variables_.push_back({0, inner});
  const Flow flow = walk_list(inner, *found->second);
  if (flow == Flow::kFail) return flow;
  variables_.resize(mark);
  frame_ = outer_frame;
  template_name_ = outer_name;
  return flow;
}

bool Run::print(const Node& node, Value value) {
  at_ = &node;
  switch (value.type) {
    case Type::kString: out_->append(value.text()); break;
    case Type::kInvalid:
    case Type::kNil:
      if (!open_) out_->append("<no value>");  // Helm takes it out
      break;
    case Type::kOpen: throw Opaque{};
    case Type::kBool: out_->append(value.boolean() ? "true" : "false"); break;
    case Type::kInt: {
      char digits[24];
      const auto end = std::to_chars(digits, digits + sizeof digits, value.integer);
      out_->append(digits, end.ptr);
      break;
    }
    default: append_value(*this, *out_, settled(value));
  }
  if (out_->size() - out_begin_ > kOutputLimit) throw Exhausted{"output"};
  return true;
}

}  // namespace invar::gotemplate
