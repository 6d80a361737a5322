#include "src/lsp/diagnostics.h"

#include "src/base/codes.h"
#include "src/lsp/json_text.h"
#include "src/lsp/uri.h"

namespace invar::lsp {
namespace {

std::string_view severity(lint::FindingSeverity severity) {
  switch (severity) {
    case lint::FindingSeverity::kError: return "1";
    case lint::FindingSeverity::kWarning: return "2";
    case lint::FindingSeverity::kInfo: return "4";  // a hint
  }
  return "4";
}

std::string message_of(const lint::Finding& finding) { return finding.help.empty() ? finding.message : finding.message + "\n" + finding.help; }

/// A point becomes the character there, so that an editor has something to mark.
std::string range_of(const Document& document, const Span& span) {
  const auto size = static_cast<uint32_t>(document.source()->text().size());
  return document.lines().json(span.begin, std::min(std::max(span.end, span.begin + 1), std::max(size, span.begin)));
}

std::string tags_of(const lint::Finding& finding) { return finding.code == codes::kDeprecated ? "[2]" : ""; }

std::string related_of(const Document& document, const lint::Finding& finding) {
  std::vector<std::string> all;
  for (const lint::RelatedPlace& place : finding.related) {
    if (!place.span.source || (place.span.source != document.source().get() && !place.span.source->name().starts_with('/'))) continue;
    const bool here = place.span.source == document.source().get();
    const std::string uri = here ? document.uri() : uri_of_path(place.span.source->name());
    // Other texts are counted in the encoding of this one.
    const std::string range = here ? range_of(document, place.span) : document.lines().of_text(place.span.source->text()).json(place.span.begin, place.span.end);
    all.push_back(json_object({{"location", json_object({{"uri", json_string(uri)}, {"range", range}})}, {"message", json_string(place.text)}}));
  }
  return all.empty() ? std::string() : json_array(all);
}

}  // namespace

bool stands_in(const Document& document, const lint::Finding& finding) {
  // What cannot be read is told of a text without excerpts, another one of that name.
  return finding.span.source && (finding.span.source == document.source().get() || finding.span.source->name() == document.path());
}

std::string diagnostic_json(const Document& document, const lint::Finding& finding) {
  return json_object({{"range", range_of(document, finding.span)},
                      {"severity", std::string(severity(finding.severity))},
                      {"code", json_string(finding.code)},
                      {"source", json_string("invar")},
                      {"message", json_string(message_of(finding))},
                      {"tags", tags_of(finding)},
                      {"relatedInformation", related_of(document, finding)}});
}

std::string diagnostics_params(const Document& document, const Host::Checked& checked) {
  std::vector<std::string> all;
  if (!checked.foreign)
    for (const lint::Finding& finding : checked.findings)
      if (stands_in(document, finding)) all.push_back(diagnostic_json(document, finding));
  return json_object({{"uri", json_string(document.uri())}, {"version", std::to_string(document.version())}, {"diagnostics", json_array(all)}});
}

}  // namespace invar::lsp
