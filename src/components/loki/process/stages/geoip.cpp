#include <deque>
#include <map>
#include <span>
#include <unordered_map>

#include "src/components/loki/process/geo_database.h"
#include "src/components/loki/process/stage.h"
#include "src/runtime/logger.h"
#include "src/text/jmespath.h"

namespace invar::loki_process_stages_geoip {
using namespace loki_process;
namespace {

struct Args {
  std::string db;
  std::optional<std::string> source;
  std::string db_type;
  std::optional<std::map<std::string, std::string>> custom_lookups;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&Args::db>("db", kRequired, "Path of a MaxMind database."),
    attr<&Args::source>("source", kRequired, "Extracted name that holds the address."),
    attr<&Args::db_type>("db_type", kOptional, "Values to extract: those of a city, asn or country database."),
    attr<&Args::custom_lookups>("custom_lookups", kOptional, "Extracted name = JMESPath into the record; an empty one means the name itself."),
};

/// A value that a kind of database has, and where.
struct Field {
  const char* name;
  const char* path[4];
  bool is_number = false;
};
constexpr Field kCity[] = {
    {"geoip_city_name", {"city", "names", "en"}},
    {"geoip_country_name", {"country", "names", "en"}},
    {"geoip_country_code", {"country", "iso_code"}},
    {"geoip_continent_name", {"continent", "names", "en"}},
    {"geoip_continent_code", {"continent", "code"}},
    {"geoip_postal_code", {"postal", "code"}},
    {"geoip_timezone", {"location", "time_zone"}},
    {"geoip_subdivision_name", {"subdivisions", "-1", "names", "en"}},
    {"geoip_subdivision_code", {"subdivisions", "-1", "iso_code"}},
    {"geoip_location_latitude", {"location", "latitude"}, true},
    {"geoip_location_longitude", {"location", "longitude"}, true},
};
constexpr size_t kLatitude = std::size(kCity) - 2;
constexpr std::span kCountry = std::span(kCity).subspan(1, 4);
constexpr Field kAsn[] = {
    {"geoip_autonomous_system_number", {"autonomous_system_number"}, true},
    {"geoip_autonomous_system_organization", {"autonomous_system_organization"}},
};

std::span<const Field> fields_of(std::string_view type) {
  if (type == "city") return kCity;
  if (type == "country") return kCountry;
  if (type == "asn") return kAsn;
  return {};
}

struct Lookup {
  std::string into;
  jmespath::Query query;
};

/// What is extracted for one record. Texts are the database's or `made`.
struct Known {
  std::vector<std::pair<Writing, Slot>> values;
  std::deque<std::string> made;
};

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const Args& args, std::shared_ptr<const GeoDatabase> database, const std::vector<Lookup>& lookups)
      : database_(std::move(database)), type_(args.db_type), log_(context.log), fields_(fields_of(args.db_type)) {
    if (args.source) source_ = context.reading(*args.source);
    for (const Field& field : fields_) field_writings_.push_back(context.writing(field.name));
    std::vector<jmespath::Query> queries;
    for (const Lookup& lookup : lookups) {
      queries.push_back(lookup.query);
      lookup_writings_.push_back(context.writing(lookup.into));
    }
    queries_ = jmespath::QuerySet(queries);
    answers_.resize(queries.size());
  }

  void apply(Rows& rows) override {
    if (!source_) return;  // Alloy looks up no address at all, in vain
    if (known_.size() > kMostKnown) known_.clear();
    rows.each_extracted([&](LogRow&, Extracted extracted) {
      std::string_view text;
      if (!slot_text(extracted.find(*source_), rows.arena(), text)) return;
      GeoDatabase::Record record = GeoDatabase::kNone;
      switch (database_->find(text, record)) {
        case GeoDatabase::Lookup::kNoAddress: complain("source is not an ip", "source", text); return;
        case GeoDatabase::Lookup::kFailed: complain("unable to lookup record for the ip", "ip", text); return;
        case GeoDatabase::Lookup::kDone: break;
      }
      const auto known = known_.find(record);
      const Known& values = known != known_.end() ? known->second : look_up(record);
      for (const auto& [writing, value] : values.values) extracted.set(writing, value);
    });
  }

 private:
  static constexpr size_t kMostKnown = 8192;

  void complain(std::string_view what, std::string_view key, std::string_view text) const {
    if (log_) log_->error(what, {{"stage", std::string("geoip")}, {key, std::string(text)}});
  }

  const Known& look_up(GeoDatabase::Record record) {
    Known& known = known_[record];
    if (record != GeoDatabase::kNone) read_fields(record, known);
    if (!answers_.empty()) query(record, known);
    return known;
  }

  void read_fields(GeoDatabase::Record record, Known& known) const {
    double place[2] = {};
    for (size_t i = 0; i < fields_.size(); ++i) {
      const char* path[5] = {};
      std::copy(std::begin(fields_[i].path), std::end(fields_[i].path), path);
      std::string_view text;
      double number = 0;
      if (!fields_[i].is_number) {
        if (database_->text(record, path, text) && !text.empty()) known.values.emplace_back(field_writings_[i], Slot::text(text));
      } else if (database_->number(record, path, number)) {
        if (type_ == "city")
          place[i - kLatitude] = number;
        else if (number != 0)
          known.values.emplace_back(field_writings_[i], Slot::number(number));
      }
    }
    if (place[0] == 0 && place[1] == 0) return;
    for (const size_t i : {0, 1}) known.values.emplace_back(field_writings_[kLatitude + i], Slot::number(place[i]));
  }

  void query(GeoDatabase::Record record, Known& known) {
    json_.clear();
    if (!database_->append_json(record, json_) || !parser_.parse_line(json_)) return;
    queries_.find(parser_.root(), answers_);
    for (size_t i = 0; i < answers_.size(); ++i) {
      const auto& answer = answers_[i];
      using enum jmespath::QuerySet::Answer::State;
      if (answer.state == kDocument) add(lookup_writings_[i], answer.document, known);
      if (answer.state == kValue) add(lookup_writings_[i], answer.value, known);
      if (answer.state == kFailed && log_) log_->error("failed to search JMES expression", {{"stage", std::string("geoip")}});
    }
  }

  static Slot made_text(std::string_view text, Known& known) { return Slot::text(known.made.emplace_back(text)); }
  /// Objects and lists are extracted, but are nothing a stage could read.
  static void add(Writing into, const json::Value& value, Known& known) {
    switch (value.kind()) {
      case json::Kind::kNull: return;
      case json::Kind::kBool: known.values.emplace_back(into, Slot::boolean(value.as_bool())); return;
      case json::Kind::kNumber: known.values.emplace_back(into, Slot::number(value.as_number())); return;
      case json::Kind::kString: known.values.emplace_back(into, made_text(value.as_string(), known)); return;
      default: known.values.emplace_back(into, Slot::nil());
    }
  }
  static void add(Writing into, const jmespath::Value& value, Known& known) {
    using enum jmespath::Value::Kind;
    switch (value.kind()) {
      case kNull: return;
      case kBool: known.values.emplace_back(into, Slot::boolean(value.as_bool())); return;
      case kNumber: known.values.emplace_back(into, Slot::number(value.as_number())); return;
      case kString: known.values.emplace_back(into, made_text(value.as_text(), known)); return;
      default: known.values.emplace_back(into, Slot::nil());
    }
  }

  std::shared_ptr<const GeoDatabase> database_;
  const std::string& type_;
  const Logger* log_;
  std::span<const Field> fields_;
  std::optional<Reading> source_;
  std::vector<Writing> field_writings_, lookup_writings_;
  jmespath::QuerySet queries_;
  std::vector<jmespath::QuerySet::Answer> answers_;
  json::Parser parser_;
  std::string json_;
  std::unordered_map<GeoDatabase::Record, Known> known_;
};

class Plan final : public StagePlan {
 public:
  Plan(const Args& args, std::vector<Lookup> lookups) : args_(args), lookups_(std::move(lookups)) {}
  StageEffects effects() const override {
    StageEffects effects;
    if (args_.source) effects.reads.push_back(*args_.source);
    for (const Field& field : fields_of(args_.db_type)) effects.writes.emplace_back(field.name);
    for (const Lookup& lookup : lookups_) effects.writes.push_back(lookup.into);
    return effects;
  }
  Result<void> prepare() const override {
    auto opened = GeoDatabase::open(args_.db);
    if (!opened) return opened.error();
    database_ = std::move(*opened);
    return {};
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    INVAR_CHECK(database_);
    return std::make_unique<Running>(context, args_, database_, lookups_);
  }

 private:
  Args args_;
  std::vector<Lookup> lookups_;
  mutable std::shared_ptr<const GeoDatabase> database_;  // by prepare()
};

Result<StagePlanPtr> make_plan(const Args& args) {
  if (args.db.empty()) return Error{"db path cannot be empty"};
  if (args.source && args.source->empty()) return Error{"source cannot be empty"};
  if (args.db_type.empty() && !args.custom_lookups) return Error{"db type or values need to be set"};
  if (!args.db_type.empty() && fields_of(args.db_type).empty()) return Error{"db type should be either city or asn"};
  std::vector<Lookup> lookups;
  if (args.custom_lookups)
    for (const auto& [into, expression] : *args.custom_lookups) {
      auto query = jmespath::compile(expression.empty() ? into : expression);
      if (!query) return Error{"could not compile JMES expression"};
      lookups.push_back({into, std::move(*query)});
    }
  return StagePlanPtr(std::make_shared<Plan>(args, std::move(lookups)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("geoip", "Extracts where an IP address belongs.", kArguments);

}  // namespace invar::loki_process_stages_geoip
