#pragma once

#include "src/language/spoken.h"
#include "src/telemetry/log_sink.h"

namespace invar {

/// A component's `receiver` export inside a Value. Equal when it is the same handle.
class ReceiverCapsule final : public Capsule {
 public:
  explicit ReceiverCapsule(LogsReceiverPtr receiver) : receiver_(std::move(receiver)) {}
  const LogsReceiverPtr& receiver() const { return receiver_; }
  std::string_view type_name() const override { return LogsReceiver::kCapsuleType; }
  bool equals(const Capsule& other) const override;
  std::string text() const override { return receiver_->name(); }

 private:
  LogsReceiverPtr receiver_;
};

Value receiver_value(const LogsReceiverPtr& receiver);

/// Lets Args hold receivers: `std::vector<LogsReceiverPtr> forward_to`. A null in a list becomes a null pointer.
template <>
struct Spoken<LogsReceiverPtr> {
  static constexpr TypeInfo kType{
      .kind = TypeKind::kCapsule, .go = LogsReceiver::kCapsuleType, .name = "LogsReceiver", .interface = true};
  static bool read(const Value& value, LogsReceiverPtr& into, ValueError& error);
  static Value show(const LogsReceiverPtr& receiver) { return receiver ? receiver_value(receiver) : Value(); }
};

}  // namespace invar
