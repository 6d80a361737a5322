#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/lint/report.h"

namespace invar::lint {

/// Findings that were there when somebody began to lint: they are not reported, new ones are. A finding is known by its file and its fingerprint, so that
/// edits elsewhere in the file change nothing; the same finding may be there several times.
class Baseline {
 public:
  /// How files are named in it: relative to the directory of the baseline, so that it holds wherever lint is started.
  using NameOf = std::function<std::string(const std::string& file)>;

  /// Reads what text() wrote.
  static Result<Baseline> parse(std::string_view text);
  static Baseline of(const Report& report, const NameOf& name_of);

  /// As JSON, a line for each entry, sorted.
  std::string text() const;
  size_t size() const;

  /// Takes the known findings out of a report and says in its summary how many. Entries that nothing was found for are stale when their file was looked
  /// at, or `is_gone`.
  void apply(Report& report, const NameOf& name_of, const std::function<bool(const std::string& name)>& is_gone) const;

 private:
  struct Key {
    std::string file, fingerprint;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry {
    std::string code, message;  // for people who read the file
    size_t count = 0;
  };
  std::map<Key, Entry> entries_;
};

}  // namespace invar::lint
