#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace invar::catalog_tables {

// The form in which tools/write_catalog.py writes the recorded catalog: numbers only. Tables of pointers would be relocated whenever the program starts, whether
// anyone asks for them or not. catalog.cpp makes schemas of the parts that are asked for.

/// A piece of kText.
struct Text {
  uint32_t at : 20;
  uint32_t length : 12;
};

/// Indexes of types, schemas, groups, word lists and documented values begin at 1; 0 is none.
using Index = uint16_t;

enum RowFlag : uint8_t {
  kRowRequired = 1,
  kRowDeprecated = 2,
  kRowFilled = 4,
  kRowAlwaysThere = 8,
  kRowPointer = 16,
  kRowSquashed = 32,
};
struct RowCells {
  Text name, doc, default_text;
  uint8_t kind;  // RowKind
  uint8_t flags;
  uint8_t repeat;  // Repeat
  uint8_t count;
  Index type, schema, group, documented;
};
/// What the manual says of a value, and nobody checks.
struct DocumentedCells {
  Text limit;
  uint16_t first_word, words;  // of kWords
};
struct SchemaCells {
  Text name;
  uint32_t first_row;
  uint16_t rows;
  bool module_body, unmarshaler;
};
struct GroupCells {
  uint16_t first_member, members;
};
struct MemberCells {
  Text name;
  Index schema;
};
enum TypeFlag : uint8_t { kTypeInterface = 1, kTypeFromObject = 2, kTypeTextStruct = 4 };
/// The rule that a text has to obey; kTextWords: to be one of a list.
enum TextRule : uint8_t { kTextAny, kTextDuration, kTextBytes, kTextRegex, kTextUrl, kTextTemplate, kTextSource, kTextWords };
struct TypeCells {
  Text go, name, null_error;
  uint8_t kind;  // TypeKind
  uint8_t flags;
  uint8_t rule;
  Index element, fields, words;
};
struct WordListCells {
  uint16_t first, count;  // of kWords
  Text before, after;     // how a refused word is told
  bool quote;             // the word as Go's %q
  bool lowered;           // words are read in small letters, and shown so
};
struct ComponentCells {
  Text name, doc, page;
  uint8_t stability;
  bool community;
  Index arguments;
  Index exports;  // a schema of attributes
};
struct BlockCells {
  Text name, doc, page;
  uint8_t stability;
  uint8_t where;
  bool label_required, service, not_configurable;
  Index arguments;
};
struct FunctionCells {
  Text name, doc, signature, use_instead;
  uint8_t stability;
  bool constant, deprecated;
};

extern const char kText[];
extern const RowCells kRows[];
extern const DocumentedCells kDocumented[];
extern const SchemaCells kSchemas[];
extern const GroupCells kGroups[];
extern const MemberCells kMembers[];
extern const TypeCells kTypes[];
extern const WordListCells kWordLists[];
extern const Text kWords[];
extern const ComponentCells kComponents[];
extern const BlockCells kBlocks[];
extern const FunctionCells kFunctions[];
extern const size_t kSchemaCount, kTypeCount, kComponentCount, kBlockCount, kFunctionCount;
inline constexpr size_t kMostGroups = 8, kMostWordLists = 64;  // the writer checks

}  // namespace invar::catalog_tables
