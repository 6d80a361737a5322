#include "src/language/value.h"

#include <bit>
#include <cmath>

#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/language/function.h"

namespace invar {

namespace {

/// Numbers that Go keeps in a table of its own: equal ones cannot be told apart.
constexpr uint64_t kSharedNumbers = 256;

uint32_t next_number_id() {
  thread_local uint32_t last = 0;
  return ++last;
}

/// float64 -> int64 as amd64's CVTTSD2SQ: whatever does not fit is the smallest number.
int64_t float_to_int(double value) {
  if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0)) return INT64_MIN;
  return static_cast<int64_t>(value);
}

/// float64 -> uint64 as Go's compiler builds it from two signed conversions.
uint64_t float_to_uint(double value) {
  const int64_t low = float_to_int(value), high = float_to_int(value - 9223372036854775808.0);
  return static_cast<uint64_t>(low | (high & (low >> 63)));
}

NumberKind wider(NumberKind a, NumberKind b) { return a > b ? a : b; }

bool equal_numbers(const Value& a, const Value& b) {
  switch (wider(a.number_kind(), b.number_kind())) {
    case NumberKind::kUint: return a.as_uint() == b.as_uint();
    case NumberKind::kInt: return a.as_int() == b.as_int();
    case NumberKind::kFloat: return a.as_float() == b.as_float();
  }
  return false;
}

template <class Equal>
bool equal_arrays(const Value& a, const Value& b, Equal equal) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!equal(a.at(i), b.at(i))) return false;
  return true;
}

template <class Equal>
bool equal_members(const Members& a, const Members& b, Equal equal) {
  if (a.size() != b.size()) return false;
  for (auto i = a.begin(), j = b.begin(); i != a.end(); ++i, ++j)
    if (i->first != j->first || !equal(i->second, j->second)) return false;
  return true;
}

}  // namespace

std::string_view type_name(ValueType type) {
  switch (type) {
    case ValueType::kNull: return "null";
    case ValueType::kNumber: return "number";
    case ValueType::kString: return "string";
    case ValueType::kBool: return "bool";
    case ValueType::kArray: return "array";
    case ValueType::kObject: return "object";
    case ValueType::kFunction: return "function";
    case ValueType::kCapsule: return "capsule";
  }
  return "null";
}

std::optional<Members> Capsule::as_object() const { return std::nullopt; }
std::string Capsule::refuses(std::string_view) const { return {}; }

Value Value::boolean(bool value) {
  Value v;
  v.type_ = ValueType::kBool;
  v.bool_ = value;
  return v;
}

Value Value::integer(int64_t value) {
  Value v;
  v.type_ = ValueType::kNumber;
  v.number_kind_ = NumberKind::kInt;
  v.int_ = value;
  v.number_id_ = next_number_id();
  return v;
}

Value Value::unsigned_integer(uint64_t value) {
  Value v = integer(0);
  v.number_kind_ = NumberKind::kUint;
  v.uint_ = value;
  return v;
}

Value Value::floating(double value) {
  Value v = integer(0);
  v.number_kind_ = NumberKind::kFloat;
  v.float_ = value;
  return v;
}

Value Value::string(std::string text) {
  Value v;
  v.type_ = ValueType::kString;
  v.data_ = std::make_shared<const std::string>(std::move(text));
  return v;
}

Value Value::bytes(std::string bytes) {
  Value v = string(std::move(bytes));
  v.type_ = ValueType::kArray;
  v.bytes_ = true;
  return v;
}

Value Value::array(std::vector<Value> elements) {
  Value v;
  v.type_ = ValueType::kArray;
  v.data_ = std::make_shared<const std::vector<Value>>(std::move(elements));
  return v;
}

Value Value::object(Members members) {
  Value v;
  v.type_ = ValueType::kObject;
  v.data_ = std::make_shared<const Members>(std::move(members));
  return v;
}

Value Value::function(std::shared_ptr<const Function> function) {
  INVAR_CHECK(function != nullptr);
  Value v;
  v.type_ = ValueType::kFunction;
  v.data_ = std::move(function);
  return v;
}

Value Value::capsule(CapsulePtr capsule) {
  INVAR_CHECK(capsule != nullptr);
  Value v;
  v.type_ = ValueType::kCapsule;
  v.data_ = std::move(capsule);
  return v;
}

Value Value::unknown() { return unknown(ValueType::kNull); }

Value Value::unknown(ValueType type) {
  Value v;
  v.type_ = type;
  v.unknown_ = true;
  return v;
}

bool Value::holds_unknown() const {
  if (unknown_) return true;
  if (is(ValueType::kArray) && !bytes_) {
    for (const Value& element : elements())
      if (element.holds_unknown()) return true;
  } else if (is(ValueType::kObject)) {
    for (const auto& [key, member] : members())
      if (member.holds_unknown()) return true;
  }
  return false;
}

std::string Value::describe() const {
  if (!is(ValueType::kCapsule)) return std::string(invar::type_name(type_));
  return "capsule(" + quoted(as_capsule().type_name()) + ")";
}

bool Value::as_bool() const {
  INVAR_CHECK(is(ValueType::kBool));
  return bool_;
}

NumberKind Value::number_kind() const {
  INVAR_CHECK(is(ValueType::kNumber));
  return number_kind_;
}

int64_t Value::as_int() const {
  INVAR_CHECK(is(ValueType::kNumber));
  return number_kind_ == NumberKind::kFloat ? float_to_int(float_) : int_;
}

uint64_t Value::as_uint() const {
  INVAR_CHECK(is(ValueType::kNumber));
  return number_kind_ == NumberKind::kFloat ? float_to_uint(float_) : uint_;
}

double Value::as_float() const {
  INVAR_CHECK(is(ValueType::kNumber));
  if (number_kind_ == NumberKind::kFloat) return float_;
  return number_kind_ == NumberKind::kInt ? static_cast<double>(int_) : static_cast<double>(uint_);
}

std::string Value::number_text() const {
  INVAR_CHECK(is(ValueType::kNumber));
  switch (number_kind_) {
    case NumberKind::kUint: return std::to_string(uint_);
    case NumberKind::kInt: return std::to_string(int_);
    case NumberKind::kFloat: return format_float(float_);
  }
  return {};
}

const std::string& Value::as_string() const {
  INVAR_CHECK(is(ValueType::kString));
  return stored<std::string>();
}

const std::string& Value::as_bytes() const {
  INVAR_CHECK(bytes_);
  return stored<std::string>();
}

size_t Value::size() const {
  if (bytes_) return as_bytes().size();
  return type_ == ValueType::kObject ? members().size() : elements().size();
}

Value Value::at(size_t index) const {
  if (bytes_) return unsigned_integer(static_cast<uint8_t>(as_bytes().at(index)));
  return elements()[index];
}

const std::vector<Value>& Value::elements() const {
  INVAR_CHECK(is(ValueType::kArray) && !bytes_);
  return stored<std::vector<Value>>();
}

const Members& Value::members() const {
  INVAR_CHECK(is(ValueType::kObject));
  return stored<Members>();
}

const Value* Value::find(std::string_view key) const {
  const Members& all = members();
  const auto found = all.find(key);
  return found == all.end() ? nullptr : &found->second;
}

const Function& Value::as_function() const {
  INVAR_CHECK(is(ValueType::kFunction));
  return stored<Function>();
}

const Capsule& Value::as_capsule() const {
  INVAR_CHECK(is(ValueType::kCapsule));
  return stored<Capsule>();
}

CapsulePtr Value::capsule_ptr() const {
  INVAR_CHECK(is(ValueType::kCapsule));
  return std::static_pointer_cast<const Capsule>(data_);
}

std::optional<Members> Value::to_object() const {
  if (is(ValueType::kObject)) return members();
  if (is(ValueType::kCapsule)) return as_capsule().as_object();
  return std::nullopt;
}

namespace {

bool equal_capsules(const Value& a, const Value& b) {
  const Capsule& left = a.as_capsule();
  const Capsule& right = b.as_capsule();
  return &left == &right || left.equals(right);
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  if (a.unknown_ || b.unknown_ || a.type_ != b.type_) return false;
  switch (a.type_) {
    case ValueType::kNull: return true;
    case ValueType::kBool: return a.bool_ == b.bool_;
    case ValueType::kNumber: return equal_numbers(a, b);
    case ValueType::kString: return a.data_ == b.data_ || a.as_string() == b.as_string();
    case ValueType::kArray: return equal_arrays(a, b, [](const Value& x, const Value& y) { return x == y; });
    case ValueType::kObject: return equal_members(a.members(), b.members(), [](const Value& x, const Value& y) { return x == y; });
    case ValueType::kFunction: return false;
    case ValueType::kCapsule: return equal_capsules(a, b);
  }
  return false;
}

bool Value::same_as(const Value& other) const {
  if (type_ != other.type_ || unknown_ != other.unknown_ || bytes_ != other.bytes_) return false;
  if (unknown_) return true;
  if (data_ && data_ == other.data_) return true;
  const auto same = [](const Value& x, const Value& y) { return x.same_as(y); };
  switch (type_) {
    case ValueType::kNumber: return number_kind_ == other.number_kind_ && uint_ == other.uint_;
    case ValueType::kArray: return bytes_ ? as_bytes() == other.as_bytes() : equal_arrays(*this, other, same);
    case ValueType::kObject: return equal_members(members(), other.members(), same);
    default: return *this == other;
  }
}

Value::Identity Value::identity() const {
  enum Kind : uint64_t { kNone, kBool, kSmallNumber, kNumber, kString, kData, kUnknown };
  if (unknown_) return {kUnknown, static_cast<uint64_t>(type_)};
  switch (type_) {
    case ValueType::kNull: return {};
    case ValueType::kBool: return {kBool, bool_};
    case ValueType::kNumber:
      if (uint_ < kSharedNumbers) return {kSmallNumber, uint_ * 4 + static_cast<uint64_t>(number_kind_)};
      return {kNumber, number_id_};
    case ValueType::kString:
      if (as_string().empty()) return {kString, 0};
      break;
    default: break;
  }
  return {kData, reinterpret_cast<uintptr_t>(data_.get())};
}

}  // namespace invar
