#include "src/cli/lint/run.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "src/base/codes.h"
#include "src/cli/command.h"
#include "src/cli/lint/fixes.h"
#include "src/io/file.h"
#include "src/lint/baseline.h"
#include "src/lint/report_text.h"
#include "src/text/path.h"

namespace invar::lint_command {
namespace {

using lint::Finding;

constexpr int kFound = 1, kInternalError = 3;

void print(FILE* to, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

void print_error(const std::string& text) { print(stderr, "Error: " + text + "\n"); }

int refuse(const Error& error) {
  // Settings come with a line for each of their errors.
  if (error.reason == "settings") print(stderr, error.what);
  else print_error(error.what);
  return kUsageError;
}

SettingsFiles settings_files(const Request& request) { return request.no_settings_file ? SettingsFiles::none() : SettingsFiles(request.settings_file); }

std::string relative_to(const std::string& path, const std::string& directory) { return std::filesystem::path(absolute_path(path)).lexically_relative(directory); }

class Run {
 public:
  explicit Run(const Request& request) : request_(request), files_(settings_files(request)), checker_(request.flags, request.yaml, request.snippet, files_) {}

  int run() {
    const Inputs inputs = read_inputs(request_.paths, {.stdin_filename = request_.stdin_filename,
                                                       .as_directory = request_.as_directory,
                                                       .kind = request_.kind,
                                                       .values = request_.values,
                                                       .is_excluded = [this](const std::string& path) { return is_excluded(path); }});
    if (const auto wrong = wrong_settings(inputs)) return refuse(*wrong);
    for (const Unreadable& unreadable : inputs.unreadable) add(unreadable);
    for (const Input& input : inputs.inputs) check_guarded(input);
    report_.summary.unreadable = static_cast<size_t>(
        std::count_if(report_.findings.begin(), report_.findings.end(), [](const Finding& finding) { return finding.code == codes::kUnreadable; }));
    if (request_.diff) return print(stdout, diff_), raised(diff_.empty() ? 0 : kFound);
    if (request_.write_baseline) return write_baseline(*request_.write_baseline);
    if (const auto applied = apply_baseline(); !applied) return refuse(applied.error());
    show();
    return raised(std::any_of(report_.findings.begin(), report_.findings.end(), [&](const Finding& finding) { return checker_.fails(finding); }) ? kFound : 0);
  }

 private:
  bool is_excluded(const std::string& path) {
    const auto fits = [&](const std::vector<std::string>& globs, const std::string& directory) {
      const std::string relative = globs.empty() ? std::string() : relative_to(path, directory);
      return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return lint::fits_path(glob, relative); });
    };
    if (fits(request_.flags.exclude, working_directory_)) return true;
    const auto settings = files_.of_file(path);
    if (!settings) excluding_failed_ = settings.error();
    return settings && fits((*settings)->exclude, (*settings)->directory);
  }

  /// Settings are looked at before anything is changed or printed.
  std::optional<Error> wrong_settings(const Inputs& inputs) {
    if (excluding_failed_) return excluding_failed_;
    if (const auto settings = files_.of_working_directory(); !settings) return settings.error();
    for (const Input& input : inputs.inputs)
      if (const auto settings = checker_.settings_of(input.files.front()->name()); !settings) return settings.error();
    return std::nullopt;
  }

  void add(const Unreadable& unreadable) {
    report_.findings.push_back({codes::kUnreadable, lint::FindingSeverity::kError, {unreadable.file.get(), 0, 0}, unreadable.why, {}});
    keep(unreadable.file);
  }

  /// Findings point into it.
  void keep(const SourcePtr& file) {
    report_.summary.files.push_back(file->name());
    kept_.push_back(file);
  }

  /// Whatever goes wrong with one input, the others are checked.
  void check_guarded(const Input& input) {
    try {
      check(input);
    } catch (const std::exception& error) {
      print_error("lint failed on " + input.files.front()->name() + "; that is a mistake of lint, not of the file: " + error.what());
      internal_error_ = true;
    }
  }

  /// What was found in a directory is counted; what somebody named is an error.
  void add_foreign(const Input& input, const std::string& why) {
    if (input.found) {
      ++report_.summary.foreign;
      return;
    }
    const std::string name = input.files.front()->name();
    const std::string reason = why.starts_with(name + ": ") ? why.substr(name.size() + 2) : why;
    add(Unreadable{std::make_shared<const Source>(name, ""), reason + "; --helm-values, --k8s and --wrap say what it is"});
  }

  void check(const Input& input) {
    Checked checked = checker_.check(input);
    if (checked.foreign) return add_foreign(input, *checked.foreign);
    if (!request_.fix) return add(input, std::move(checked));
    const lint::SecretMask secrets = checked.secrets;
    Fixed fixed = fix(input, std::move(checked), checker_, request_.unsafe);
    if (fixed.gave_up) {
      print_error("fixes of " + input.files.front()->name() + " brought new errors with them and were not made; that is a mistake of lint");
      internal_error_ = true;
    }
    if (request_.diff) diff_ += diff(input, secrets, fixed);
    else write(input, fixed);
    add(fixed.input, std::move(fixed.checked));
  }

  void write(const Input& input, const Fixed& fixed) {
    fixed_ += fixed.made;
    to_stderr_ = to_stderr_ || input.from_stdin;
    if (fixed.made == 0 && !input.from_stdin) return;
    if (const auto written = write_changed(input, fixed.input); !written) {
      print_error(written.error().what);
      io_error_ = true;
    }
  }

  void add(const Input& input, Checked checked) {
    for (Finding& finding : checked.findings) report_.findings.push_back(std::move(finding));
    for (const SourcePtr& file : input.files) keep(file);
    for (SourcePtr& source : checked.sources) kept_.push_back(std::move(source));
    report_.secrets.append(checked.secrets);
    report_.summary.needs.merge(checked.needs);
    report_.summary.snippets += checked.snippets;
    report_.summary.partly_unchecked += checked.partly_unchecked;
    for (lint::Summary::Note& note : checked.notes) report_.summary.notes.push_back(std::move(note));
  }

  int write_baseline(const std::string& path) {
    const lint::Baseline baseline = lint::Baseline::of(report_, name_in(path));
    if (const auto written = replace_file(path, baseline.text(), 0644); !written) return refuse(written.error());
    print(stderr, lint::counted(baseline.size(), "finding") + " written to " + path + "; --baseline " + path + ", or baseline = \"" + path +
                      "\" below [lint] in .invar.toml, leaves them out\n");
    return raised(0);
  }

  static lint::Baseline::NameOf name_in(const std::string& baseline) {
    return [directory = directory_of(absolute_path(baseline))](const std::string& file) { return relative_to(file, directory); };
  }

  Result<void> apply_baseline() {
    const auto settings = files_.of_working_directory();
    std::optional<std::string> path = request_.baseline;
    if (!path && (*settings)->baseline) path = joined_path((*settings)->directory, *(*settings)->baseline);
    if (!path) return {};
    const auto text = read_file(*path);
    if (!text) return text.error();
    const auto baseline = lint::Baseline::parse(*text);
    if (!baseline) return Error{*path + ": " + baseline.error().what, "baseline"};
    const std::string directory = directory_of(absolute_path(*path));
    baseline->apply(report_, name_in(*path), [&](const std::string& name) { return !stat_path(joined_path(directory, name)); });
    return {};
  }

  void show() {
    lint::ReportOptions options = request_.report;
    options.directory = working_directory_;
    print(to_stderr_ ? stderr : stdout, request_.statistics ? lint::statistics(report_) : request_.format->write(report_, options));
    if (fixed_ > 0) print(stderr, lint::counted(fixed_, "fix") + " made\n");
    print(stderr, lint::summary_text(report_));
  }

  /// The highest of the exit codes that hold.
  int raised(int code) const {
    if (io_error_ || report_.summary.unreadable > 0) code = std::max(code, kUsageError);
    return internal_error_ ? kInternalError : code;
  }

  const Request& request_;
  const std::string working_directory_ = absolute_path(".");
  SettingsFiles files_;
  Checker checker_;
  lint::Report report_;
  std::vector<SourcePtr> kept_;
  std::optional<Error> excluding_failed_;
  std::string diff_;
  size_t fixed_ = 0;
  bool to_stderr_ = false;  // stdout is for the text of stdin, fixed
  bool io_error_ = false, internal_error_ = false;
};

}  // namespace

int run(const Request& request) { return Run(request).run(); }

}  // namespace invar::lint_command
