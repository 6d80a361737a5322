#include "src/runtime/receiver_value.h"

namespace invar {

bool ReceiverCapsule::equals(const Capsule& other) const {
  const auto* capsule = dynamic_cast<const ReceiverCapsule*>(&other);
  return capsule && capsule->receiver_ == receiver_;
}

Value receiver_value(const LogsReceiverPtr& receiver) {
  return Value::capsule(std::make_shared<const ReceiverCapsule>(receiver));
}

bool Spoken<LogsReceiverPtr>::read(const Value& value, LogsReceiverPtr& into, ValueError& error) {
  if (!spoken_internal::read_capsule(value, kType, error)) return false;
  const auto capsule = value.capsule_as<ReceiverCapsule>();
  if (!capsule) return spoken_internal::refuse_capsule(value, kType, error);
  into = capsule->receiver();
  return true;
}

}  // namespace invar
