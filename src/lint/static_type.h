#pragma once

#include "src/lint/config_model.h"

namespace invar::lint {

/// The type of an expression that leads to an export of a component, or into it: `remote.kubernetes.secret.s.data["password"]`; nullptr when it is another expression, or nothing
/// is known of the export. `node` is the block that the expression stands in.
const TypeInfo* static_type(const NodeModel& node, const ast::Expr& expression);

/// Whether the value is certain to be a secret: by its type, or joined from one.
bool is_secret(const NodeModel& node, const ast::Expr& expression);

}  // namespace invar::lint
