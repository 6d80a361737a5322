#include "src/runtime/ledger_json.h"

#include <algorithm>
#include <map>

#include "src/text/json.h"

namespace invar {
namespace {

/// Builds one object, member by member.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }
  ~Object() { out_ += '}'; }
  Object(const Object&) = delete;
  std::string& name(std::string_view name) {
    if (!std::exchange(first_, false)) out_ += ',';
    json::append_standard_string(out_, name);
    out_ += ':';
    return out_;
  }
  void put(std::string_view key, uint64_t number) { name(key) += std::to_string(number); }
  void put(std::string_view key, bool truth) { name(key) += truth ? "true" : "false"; }
  void put(std::string_view key, std::string_view text) { json::append_standard_string(name(key), text); }
  void put(std::string_view key, const std::map<std::string, uint64_t>& numbers) {
    Object inner(name(key));
    for (const auto& [word, number] : numbers) inner.put(word, number);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

template <class Items, class Put>
void put_list(std::string& out, const Items& items, Put put) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out += ',';
    put(item);
  }
  out += ']';
}

std::pair<std::string, std::string> name_of(const Ledger& ledger, DestinationId id) {
  return id == kNoDestination ? std::pair<std::string, std::string>() : ledger.name_of(id);
}

void put_share(std::string& out, const Ledger& ledger, const Ledger::ShareLines& share) {
  Object object(out);
  const auto [component, name] = name_of(ledger, share.destination);
  object.put("component_id", component);
  object.put("endpoint", name);
  object.put("entered", share.entered);
  object.put("delivered", share.delivered);
  object.put("dropped", share.dropped);
  object.put("returned", share.returned);
  Object in_flight(object.name("in_flight"));
  in_flight.put("memory", share.memory);
  in_flight.put("spill", share.spill);
}

void put_source(std::string& out, const Ledger& ledger, const Ledger::SourceLines& source) {
  Object object(out);
  object.put("component_id", source.component);
  object.put("source", source.part);
  object.put("read", source.read);
  object.put("copied", source.copied);
  object.put("held", source.held);
  object.put("dropped", source.dropped);
  object.put("returned", source.returned);
  object.put("balanced", source.balanced());
  put_list(object.name("destinations"), source.shares, [&](const auto& share) { put_share(out, ledger, share.second); });
}

void put_destination(std::string& out, const Ledger::DestinationLines& destination) {
  Object object(out);
  object.put("component_id", destination.component);
  object.put("endpoint", destination.name);
  object.put("entered", destination.entered);
  object.put("resumed", destination.resumed);
  object.put("delivered", destination.delivered);
  object.put("dropped", destination.dropped);
  object.put("returned", destination.returned);
  object.put("resent", destination.resent);
  object.put("balanced", destination.balanced());
  Object in_flight(object.name("in_flight"));
  in_flight.put("queue", destination.queue);
  in_flight.put("requests", destination.requests);
  in_flight.put("spill", destination.spill);
}

}  // namespace

std::string ledger_json(Lanes& lanes, Loop& delivery, const Ledger& ledger, int timeout_ms) {
  std::map<std::pair<std::string, std::string>, Ledger::SourceLines> by_name;
  for (size_t lane = 0; lane < lanes.count(); ++lane) {
    std::vector<Ledger::SourceLines> of_lane;
    call_on(lanes[lane].loop(), [&] { of_lane = ledger.sources_of(lane); }, timeout_ms);
    for (auto& lines : of_lane) Ledger::add(by_name[{lines.component, lines.part}], lines);
  }
  std::vector<Ledger::DestinationLines> destinations;
  call_on(delivery, [&] { destinations = ledger.destinations(); }, timeout_ms);
  const bool balanced = std::all_of(by_name.begin(), by_name.end(), [](const auto& one) { return one.second.balanced(); }) &&
                        std::all_of(destinations.begin(), destinations.end(), [](const auto& one) { return one.balanced(); });
  std::string out;
  {
    Object object(out);
    object.put("balanced", balanced);
    std::string& text = object.name("sources");
    put_list(text, by_name, [&](const auto& one) { put_source(text, ledger, one.second); });
    put_list(object.name("destinations"), destinations, [&](const auto& one) { put_destination(out, one); });
  }
  return out;
}

void add_ledger_metrics(MetricScope& scope, const Ledger& ledger) {
  const auto sample = [](std::vector<Sample>& out, const std::string& component, const std::string& destination, const std::string& endpoint, std::string state,
                         std::string reason, uint64_t lines) {
    out.push_back({{{"component_id", component}, {"destination", destination}, {"endpoint", endpoint}, {"state", std::move(state)}, {"reason", std::move(reason)}}, double(lines)});
  };
  scope.collect("invar_ledger_source_lines", "Lines of a source by what has become of them; read and copied ones are the sum of all others.", MetricType::kGauge,
                [&ledger, sample](std::vector<Sample>& out) {
                  for (const auto& source : ledger.sources_by_component()) {
                    sample(out, source.component, "", "", "read", "", source.read);
                    sample(out, source.component, "", "", "copied", "", source.copied);
                    sample(out, source.component, "", "", "held", "", source.held);
                    if (source.returned) sample(out, source.component, "", "", "returned", "", source.returned);
                    for (const auto& [word, lines] : source.dropped) sample(out, source.component, "", "", "dropped", word, lines);
                    for (const auto& [id, share] : source.shares) {
                      const auto [component, name] = name_of(ledger, id);
                      sample(out, source.component, component, name, "delivered", "", share.delivered);
                      sample(out, source.component, component, name, "memory", "", share.memory);
                      sample(out, source.component, component, name, "spill", "", share.spill);
                      if (share.returned) sample(out, source.component, component, name, "returned", "", share.returned);
                      for (const auto& [word, lines] : share.dropped) sample(out, source.component, component, name, "dropped", word, lines);
                    }
                  }
                });
  scope.collect("invar_ledger_destination_lines", "Lines of a destination by what has become of them; entered and resumed ones are the sum of all others but resent.",
                MetricType::kGauge, [&ledger](std::vector<Sample>& out) {
                  const auto put = [&out](const Ledger::DestinationLines& d, std::string state, uint64_t lines, std::string reason = {}) {
                    out.push_back({{{"component_id", d.component}, {"endpoint", d.name}, {"state", std::move(state)}, {"reason", std::move(reason)}}, double(lines)});
                  };
                  for (const auto& d : ledger.destinations()) {
                    put(d, "entered", d.entered);
                    put(d, "resumed", d.resumed);
                    put(d, "delivered", d.delivered);
                    put(d, "queue", d.queue);
                    put(d, "requests", d.requests);
                    put(d, "spill", d.spill);
                    put(d, "returned", d.returned);
                    put(d, "resent", d.resent);
                    for (const auto& [word, lines] : d.dropped) put(d, "dropped", lines, word);
                  }
                });
}

}  // namespace invar
