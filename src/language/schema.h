#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/source.h"
#include "src/language/spoken.h"

namespace invar {

enum class Presence : uint8_t { kRequired, kOptional };
enum class Repeat : uint8_t { kOnce, kMany, kExactly };

/// One row of an argument table.
enum class RowKind : uint8_t {
  kAttr,
  kBlock,     // `schema` tells its body; without one it is a map of attributes of `type` (any, or map(T))
  kEnum,      // blocks `name.<member>` that keep their order in one list
  kLabel,     // where the block's label goes
  kSquash,    // the rows of `schema`, as if they stood here
};

/// One kind of block of an enum group: its name behind the dot, its body, and what the owner of the group knows it by.
struct EnumBlock {
  std::string_view name;
  const Schema* schema = nullptr;
  const void* tag = nullptr;
};

/// The kinds of an enum group, asked for at run time: the group grows by adding a file.
struct EnumGroup {
  size_t (*size)();
  EnumBlock (*at)(size_t index);
};

class Origins;
/// A decoded block of an enum group. `args` is the Args type that `kind.schema` was made for.
struct EnumValue {
  EnumBlock kind;
  std::shared_ptr<const void> args;
  Span span;

  template <class Args>
  const Args& as() const { return *static_cast<const Args*>(args.get()); }
  friend bool operator==(const EnumValue& a, const EnumValue& b);
};

/// How the decoder reaches the storage of a nested block.
struct BlockAccess {
  void (*prepare)(void* args, size_t count);  // as many as are written
  void* (*at)(void* args, size_t index);
  size_t (*size)(const void* args);
  bool pointer = false;  // a Go pointer: shown whenever it is set, also when it is the default
};

/// A row of a built component names a member of its Args; one of the recorded catalog (no `read_member`, no `access`) a place in a Record.
/// The functions below work on either: `args` is what the schema of the row made.
struct Row {
  RowKind kind;
  std::string_view name;
  Presence presence = Presence::kOptional;
  std::string_view doc = {};
  const TypeInfo* type = nullptr;      // attributes; blocks that are maps
  const Schema* schema = nullptr;      // blocks, squash
  Repeat repeat = Repeat::kOnce;
  uint32_t count = 0;                  // kExactly
  const EnumGroup* group = nullptr;    // kEnum
  bool (*read_member)(const Value&, void* args, ValueError&) = nullptr;
  Value (*show_member)(const void* args) = nullptr;
  const BlockAccess* access = nullptr;  // kBlock, kSquash, kEnum (EnumValue elements)
  /// The default as an expression, catalog only (built rows show a fresh Args{}).
  std::string_view default_text = {};
  bool deprecated = false;
  /// The default of a list or map is an empty one in Go, not nil: the API shows it.
  bool filled = false;
  // Blocks of the catalog; for built ones the type of the member tells.
  bool always_there = false;  // its settings exist, with their defaults, also when it is not written
  bool pointer = false;       // behind a Go pointer
  bool squashed = false;      // the catalog's: with others behind one Go pointer, which can be compared
  // What the manual says of the value, which nobody checks. Catalog only.
  std::span<const std::string_view> known_words = {};
  std::string_view documented_limit = {};  // `> 0`, `0..1`

  bool read(const Value& value, void* args, ValueError& error) const;
  Value show(const void* args) const;
  /// Makes room for as many blocks as are written.
  void prepare(void* args, size_t count) const;
  size_t size(const void* args) const;
  /// The Args of the index-th block; an EnumValue of an enum group.
  void* at(void* args, size_t index) const;
  const void* at(const void* args, size_t index) const { return at(const_cast<void*>(args), index); }
  /// A Go pointer is shown whenever it is set, also when it is the default.
  bool is_pointer() const { return access ? access->pointer : pointer; }
  /// A value can be read into it, and shown.
  bool is_value() const { return kind == RowKind::kAttr || kind == RowKind::kLabel || (kind == RowKind::kBlock && !schema); }
};

/// Where Validate() says no. Alloy reports one error per block: the first one given counts.
class ValidateContext {
 public:
  explicit ValidateContext(const Origins* origins = nullptr) : origins_(origins) {}
  void refuse(std::string message) {
    if (!message_) message_ = std::move(message);
  }
  const std::optional<std::string>& message() const { return message_; }
  /// Where the block's values were written.
  const Origins* origins() const { return origins_; }

 private:
  const Origins* origins_;
  std::optional<std::string> message_;
};

/// What one Args type can do, type-erased.
struct ArgsAccess {
  std::shared_ptr<void> (*create)();
  void (*reset)(void* args);  // to Args{}: the only place where defaults are written; an Args with kDefaultsOfOwner is left as its owner made it
  void (*validate)(void* args, ValidateContext&);  // nullptr: nothing to check
  const void* (*defaults)();
  bool (*equal)(const void* a, const void* b);
};

/// An argument table: what a block may hold. For built components the rows name members of Args; for all others they are data
/// generated from the recorded catalog, and what is decoded by them is a Record (`args` is nullptr).
struct Schema {
  std::string_view name;  // in the recorded catalog Go's type, where it has one: `loki/write.EndpointOptions`
  std::string_view summary;
  std::span<const Row> rows;
  const ArgsAccess* args = nullptr;
  /// Any statements: the body of a declare, or of foreach's template.
  bool module_body = false;
  /// A Go type that reads itself: the API shows it without regard to defaults.
  bool unmarshaler = false;

  /// Args with their defaults, or a Record with those that were recorded.
  std::shared_ptr<void> create() const;
  void reset(void* made) const;
  /// Alloy's Validate(). Nothing of it is recorded.
  bool validates() const;
  void validate(void* made, ValidateContext& context) const;
  /// Lives for ever.
  const void* defaults() const;
  bool equal(const void* a, const void* b) const;
};

/// Finds an attribute or block row by name, also behind squash rows; nullptr when there is none.
const Row* find_row(const Schema& schema, std::string_view name);
/// The body of the blocks of that name, also of one in an enum group (`stage.json`); nullptr when there are none, or they are maps.
const Schema* inner_schema(const Schema& schema, std::string_view name);

// ---------------------------------------------------------------------------------------------------------------------------
// Rows from member pointers.

namespace schema_internal {

template <class>
struct MemberOf;
template <class A, class T>
struct MemberOf<T A::*> {
  using Args = A;
  using Type = T;
};
template <auto Member>
using ArgsOf = typename MemberOf<decltype(Member)>::Args;
template <auto Member>
using TypeOf = typename MemberOf<decltype(Member)>::Type;

template <class T>
struct BlockStorage {  // a plain member: always there
  using Body = T;
  static constexpr Repeat kRepeat = Repeat::kOnce;
  static constexpr uint32_t kCount = 0;
  static void prepare(T&, size_t) {}
  static void* at(T& t, size_t) { return &t; }
  static size_t size(const T&) { return 1; }
};
template <class T>
struct BlockStorage<std::optional<T>> {
  using Body = T;
  static constexpr Repeat kRepeat = Repeat::kOnce;
  static constexpr uint32_t kCount = 0;
  static constexpr bool kPointer = true;
  static void prepare(std::optional<T>& t, size_t) { if (!t) t.emplace(); }
  static void* at(std::optional<T>& t, size_t) { return &*t; }
  static size_t size(const std::optional<T>& t) { return t ? 1 : 0; }
};
template <class T>
struct BlockStorage<std::vector<T>> {
  using Body = T;
  static constexpr Repeat kRepeat = Repeat::kMany;
  static constexpr uint32_t kCount = 0;
  static void prepare(std::vector<T>& t, size_t count) { t.clear(), t.resize(count); }
  static void* at(std::vector<T>& t, size_t i) { return &t[i]; }
  static size_t size(const std::vector<T>& t) { return t.size(); }
};
template <class T, size_t N>
struct BlockStorage<std::array<T, N>> {
  using Body = T;
  static constexpr Repeat kRepeat = Repeat::kExactly;
  static constexpr uint32_t kCount = N;
  static void prepare(std::array<T, N>&, size_t) {}
  static void* at(std::array<T, N>& t, size_t i) { return &t[i]; }
  static size_t size(const std::array<T, N>&) { return N; }
};

template <auto Member>
struct Accessed {
  using Args = ArgsOf<Member>;
  using Storage = BlockStorage<TypeOf<Member>>;
  static auto& member(void* args) { return static_cast<Args*>(args)->*Member; }
  static auto& member(const void* args) { return const_cast<Args*>(static_cast<const Args*>(args))->*Member; }
  static constexpr BlockAccess kAccess{
      [](void* args, size_t count) { Storage::prepare(member(args), count); },
      [](void* args, size_t i) -> void* { return Storage::at(member(args), i); },
      [](const void* args) -> size_t { return Storage::size(member(args)); },
      requires { Storage::kPointer; },
  };
  static bool read(const Value& value, void* args, ValueError& error) { return read_value(value, member(args), error); }
  static Value show(const void* args) { return show_value(member(args)); }
};

template <class Args>
struct ArgsAccessFor {
  static void validate(void* args, ValidateContext& context) {
    if constexpr (requires(Args& a) { Args::validate(a, context); }) Args::validate(*static_cast<Args*>(args), context);
  }
  static constexpr bool kValidates = requires(Args& a, ValidateContext& c) { Args::validate(a, c); };
  static const void* defaults() {
    static const Args kDefaults{};
    return &kDefaults;
  }
  static bool equal(const void* a, const void* b) {
    if constexpr (requires(const Args& x) { { x == x } -> std::convertible_to<bool>; })
      return *static_cast<const Args*>(a) == *static_cast<const Args*>(b);
    else
      return false;
  }
  static constexpr ArgsAccess kAccess{
      []() -> std::shared_ptr<void> { return std::make_shared<Args>(); },
      [](void* args) {
        if constexpr (!requires { Args::kDefaultsOfOwner; }) *static_cast<Args*>(args) = Args{};
      },
      kValidates ? &validate : nullptr,
      &defaults,
      &equal,
  };
};

}  // namespace schema_internal

/// `attr<&Args::url>("url", kRequired, "Push URL of Loki")`
template <auto Member>
constexpr Row attr(std::string_view name, Presence presence, std::string_view doc) {
  using A = schema_internal::Accessed<Member>;
  return {.kind = RowKind::kAttr, .name = name, .presence = presence, .doc = doc,
          .type = &Spoken<schema_internal::TypeOf<Member>>::kType, .read_member = &A::read, .show_member = &A::show};
}

/// A list or map whose default is an empty one in Go, not nil: the API shows it.
constexpr Row filled(Row row) {
  row.filled = true;
  return row;
}

/// A nested block: `T` (its settings exist also when it is not written), `std::optional<T>`, `std::vector<T>` (repeated, in order),
/// `std::array<T, N>` (exactly N). A present block starts from T{}. T with `static void validate(T&, ValidateContext&)` is checked
/// when its block has been read, before the one around it.
template <auto Member>
constexpr Row block(std::string_view name, Presence presence, std::string_view doc, const Schema& schema) {
  using A = schema_internal::Accessed<Member>;
  return {.kind = RowKind::kBlock, .name = name, .presence = presence, .doc = doc, .schema = &schema,
          .repeat = A::Storage::kRepeat, .count = A::Storage::kCount, .access = &A::kAccess};
}

/// A block whose attributes are the entries of a `std::map<std::string, T>`, or of a Value (an object).
template <auto Member>
constexpr Row map_block(std::string_view name, Presence presence, std::string_view doc) {
  using A = schema_internal::Accessed<Member>;
  return {.kind = RowKind::kBlock, .name = name, .presence = presence, .doc = doc,
          .type = &Spoken<schema_internal::TypeOf<Member>>::kType, .read_member = &A::read, .show_member = &A::show};
}

/// A group like `stage.*`: Member is a std::vector<EnumValue>.
template <auto Member>
constexpr Row enum_group(std::string_view prefix, std::string_view doc, const EnumGroup& group) {
  using A = schema_internal::Accessed<Member>;
  return {.kind = RowKind::kEnum, .name = prefix, .doc = doc, .repeat = Repeat::kMany, .group = &group, .access = &A::kAccess};
}

/// The block must be labelled; Member is a std::string.
template <auto Member>
constexpr Row label() {
  using A = schema_internal::Accessed<Member>;
  return {.kind = RowKind::kLabel, .name = {}, .presence = Presence::kRequired, .type = &Spoken<std::string>::kType,
          .read_member = &A::read, .show_member = &A::show};
}

/// The rows of another table, kept in a member: Member is a T or std::optional<T>.
template <auto Member>
constexpr Row squash(const Schema& schema) {
  using A = schema_internal::Accessed<Member>;
  return {.kind = RowKind::kSquash, .name = {}, .schema = &schema, .access = &A::kAccess};
}

/// `constexpr Schema kSchema = schema<Args>("loki.write", "Sends entries to Loki", kRows);`
template <class Args>
constexpr Schema schema(std::string_view name, std::string_view summary, std::span<const Row> rows) {
  return {name, summary, rows, &schema_internal::ArgsAccessFor<Args>::kAccess};
}

}  // namespace invar
