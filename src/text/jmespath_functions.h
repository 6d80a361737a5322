#pragma once

#include "src/text/jmespath_evaluation.h"

// The functions of JMESPath, by what they work on. Arguments are of the types that the table (jmespath_functions.cpp) asks for.
namespace invar::jmespath::functions {

using Args = std::span<const Value>;

/// An integer of Go's, from a number that is one; false for others.
bool to_integer(const Value& value, int64_t& out);

bool contains_text(std::string_view text, const Value& wanted);
bool ends_with(Evaluation&, Args args, Value& out);
bool find_first(Evaluation&, Args args, Value& out);
bool find_last(Evaluation&, Args args, Value& out);
bool join(Evaluation&, Args args, Value& out);
bool lower(Evaluation&, Args args, Value& out);
bool pad_left(Evaluation&, Args args, Value& out);
bool pad_right(Evaluation&, Args args, Value& out);
bool replace(Evaluation&, Args args, Value& out);
bool reverse_text(Evaluation&, std::string_view text, Value& out);
bool split(Evaluation&, Args args, Value& out);
bool starts_with(Evaluation&, Args args, Value& out);
bool trim(Evaluation&, Args args, Value& out);
bool trim_left(Evaluation&, Args args, Value& out);
bool trim_right(Evaluation&, Args args, Value& out);
bool upper(Evaluation&, Args args, Value& out);

bool from_items(Evaluation&, Args args, Value& out);
bool group_by(Evaluation&, Args args, Value& out);
bool items(Evaluation&, Args args, Value& out);
bool keys(Evaluation&, Args args, Value& out);
bool map(Evaluation&, Args args, Value& out);
bool max(Evaluation&, Args args, Value& out);
bool max_by(Evaluation&, Args args, Value& out);
bool merge(Evaluation&, Args args, Value& out);
bool min(Evaluation&, Args args, Value& out);
bool min_by(Evaluation&, Args args, Value& out);
bool sort(Evaluation&, Args args, Value& out);
bool sort_by(Evaluation&, Args args, Value& out);
bool values(Evaluation&, Args args, Value& out);
bool zip(Evaluation&, Args args, Value& out);

}  // namespace invar::jmespath::functions
