#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <unordered_map>

#include "src/base/quote.h"
#include "src/text/glob.h"
#include "src/text/glob_pattern.h"

namespace invar::glob {
namespace {

constexpr size_t kNone = std::string_view::npos;

struct Entry {
  std::string name;
  bool is_folder = false;
  bool is_link = false;
};

using Entries = std::shared_ptr<const std::vector<Entry>>;  // null: the folder cannot be read
}  // namespace

struct Listings::Inside {
  std::unordered_map<std::string, Entries> folders;  // by path
  std::vector<std::string> forbidden;
};

Listings::Listings() : inside_(std::make_unique<Inside>()) {}
Listings::~Listings() = default;
const std::vector<std::string>& Listings::forbidden() const { return inside_->forbidden; }

namespace {

// A folder and what lies below it, by paths relative to it. What cannot be read is not there.
class Folder {
 public:
  Folder(std::string base, Listings::Inside& known) : base_(std::move(base)), known_(known) {}

  bool exists(std::string_view name) const {
    if (name.size() > 1 && name.back() == '/') name.remove_suffix(1);
    struct stat status;
    return is_name(name) && ::stat(full(name).c_str(), &status) == 0;
  }

  bool is_folder(std::string_view name) const {
    struct stat status;
    return is_name(name) && ::stat(full(name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  }

  bool is_folder(std::string_view parent, const Entry& entry) const {
    return entry.is_link ? is_folder(join(parent, entry.name)) : entry.is_folder;
  }

  // Sorted by name; null when it cannot be read.
  Entries list(std::string_view name) const {
    if (!is_name(name)) return nullptr;
    std::string path = full(name);
    const auto known = known_.folders.find(path);
    if (known != known_.folders.end()) return known->second;
    Entries entries = read(path);
    if (!entries && errno == EACCES) known_.forbidden.push_back(path);
    known_.folders.emplace(std::move(path), entries);
    return entries;
  }

  static std::string join(std::string_view parent, std::string_view name) {
    if (parent.empty() || parent == ".") return std::string(name);
    return std::string(parent) + "/" + std::string(name);
  }

 private:
  // Go's fs.ValidPath: "." or plain parts, in UTF-8.
  static bool is_name(std::string_view name) {
    if (name == ".") return true;
    if (!is_valid_utf8(name)) return false;
    for (;;) {
      const size_t slash = name.find('/');
      const std::string_view part = name.substr(0, slash);
      if (part.empty() || part == "." || part == "..") return false;
      if (slash == kNone) return true;
      name.remove_prefix(slash + 1);
    }
  }

  static Entries read(const std::string& path) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (!directory) return nullptr;  // errno says why
    std::vector<Entry> out;
    while (const dirent* item = ::readdir(directory.get())) {
      const std::string_view item_name = item->d_name;
      if (item_name == "." || item_name == "..") continue;
      Entry entry{std::string(item_name), item->d_type == DT_DIR, item->d_type == DT_LNK};
      struct stat status;
      if (item->d_type == DT_UNKNOWN && ::lstat((path + "/" + entry.name).c_str(), &status) == 0) {
        entry.is_folder = S_ISDIR(status.st_mode);
        entry.is_link = S_ISLNK(status.st_mode);
      }
      out.push_back(std::move(entry));
    }
    std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return std::make_shared<const std::vector<Entry>>(std::move(out));
  }

  std::string full(std::string_view name) const { return base_ + "/" + std::string(name); }

  std::string base_;
  Listings::Inside& known_;
};

// A pattern cut at its last part: what the folders are called, what is looked for in them.
struct Cut {
  enum class Form : uint8_t { kLiteral, kInFolder, kBelowPattern, kAlternatives } form = Form::kLiteral;
  std::string_view folder = ".";
  std::string_view pattern;
  size_t opening = 0, closing = 0;  // of alternatives
};

Cut cut_pattern(std::string_view pattern) {
  Cut cut;
  cut.pattern = pattern;
  const size_t meta = find_meta(pattern);
  if (meta == kNone) return cut;
  size_t split = last_slash_or_alternatives(pattern);
  if (split != kNone && pattern[split] == '}') {
    const size_t opening = opening_brace(pattern.substr(0, split));
    if (opening != kNone) {
      cut.form = Cut::Form::kAlternatives;
      cut.opening = opening;
      cut.closing = split;
      return cut;
    }
    split = last_slash(pattern.substr(0, split));
  }
  if (split != kNone) {
    cut.folder = pattern.substr(0, split);
    cut.pattern = pattern.substr(split + 1);
  }
  cut.form = split == kNone || split <= meta ? Cut::Form::kInFolder : Cut::Form::kBelowPattern;
  return cut;
}

// The pattern with one of its alternatives put in place, below `folder`.
std::string with_alternative(std::string_view folder, std::string_view pattern, size_t begin, const Cut& cut, size_t from, size_t to) {
  std::string out;
  if (!folder.empty() && folder != ".") out = escape_meta(folder) + "/";
  out += pattern.substr(begin, cut.opening - begin);
  out += pattern.substr(from, to - from);
  out += pattern.substr(cut.closing + 1);
  return out;
}

using Found = std::function<void(const std::string& path)>;

// Calls `each` with every alternative's begin and end.
void for_each_alternative(std::string_view pattern, const Cut& cut, const std::function<void(size_t, size_t)>& each) {
  for (size_t begin = cut.opening + 1; begin < cut.closing;) {
    const size_t comma = next_alternative(pattern.substr(begin, cut.closing - begin));
    const size_t end = comma == kNone ? cut.closing : begin + comma;
    each(begin, end);
    begin = end + 1;
  }
}

// Where the folders before alternatives end; 0 when the alternatives stand in the first part.
size_t folders_before(std::string_view pattern, const Cut& cut) {
  const size_t split = last_slash_or_alternatives(pattern.substr(0, cut.opening));
  return split == kNone || pattern[split] == '}' ? 0 : split + 1;
}

// Finds paths. doublestar has two ways to go about it whose results differ in order: patterns with an inner `**` are walked,
// others listed part by part.
class Search {
 public:
  Search(const Folder& folder, bool walks) : folder_(folder), walks_(walks) {}

  // A part of the pattern turned out to be malformed: nothing that was found counts.
  bool malformed() const { return malformed_; }

  // `files`: the pattern's last part may match files too.
  void run(std::string_view pattern, bool files, const Found& found) const {
    const Cut cut = cut_pattern(pattern);
    switch (cut.form) {
      case Cut::Form::kLiteral: {
        const std::string path = unescape_meta(pattern);
        if (folder_.exists(path)) found(path);
        break;
      }
      case Cut::Form::kInFolder: look_in(unescape_meta(cut.folder), cut.pattern, files, found); break;
      case Cut::Form::kBelowPattern:
        run(cut.folder, false, [&](const std::string& path) { look_in(path, cut.pattern, files, found); });
        break;
      case Cut::Form::kAlternatives:
        if (walks_)
          walk_alternatives(pattern, cut, files, found);
        else
          list_alternatives(pattern, cut, files, found);
        break;
    }
  }

 private:
  void look_in(const std::string& folder, std::string_view pattern, bool files, const Found& found) const {
    if (pattern.empty()) {
      if (folder_.is_folder(folder)) found(folder);
      return;
    }
    if (pattern == "**") {
      if (walks_ ? folder_.is_folder(folder) : true) look_below(folder, files, found, walks_);
      return;
    }
    const Entries entries = folder_.list(folder);
    if (!entries) return;
    const NamePattern names(pattern);
    for (const Entry& entry : *entries) {
      const auto matches = names.matches(entry.name);
      malformed_ = malformed_ || !matches.has_value();
      if (malformed_) return;
      if (*matches && (files || folder_.is_folder(folder, entry))) found(Folder::join(folder, entry.name));
    }
  }

  // The folder itself and everything below it.
  void look_below(const std::string& folder, bool files, const Found& found, bool report_unreadable) const {
    const Entries entries = folder_.list(folder);
    if (entries || report_unreadable) found(folder);
    if (!entries) return;
    for (const Entry& entry : *entries) {
      const std::string path = Folder::join(folder, entry.name);
      if (folder_.is_folder(folder, entry))
        look_below(path, files, found, report_unreadable);
      else if (files)
        found(path);
    }
  }

  void walk_alternatives(std::string_view pattern, const Cut& cut, bool files, const Found& found) const {
    std::vector<std::string> sorted;
    const size_t begin = folders_before(pattern, cut);
    const auto below = [&](const std::string& folder) {
      for_each_alternative(pattern, cut, [&](size_t from, size_t to) {
        run(with_alternative(folder, pattern, begin, cut, from, to), files, [&](const std::string& path) {
          size_t at = sorted.size();
          while (at > 0 && sorted[at - 1] > path) --at;
          if (at == 0 || sorted[at - 1] != path) sorted.insert(sorted.begin() + static_cast<ptrdiff_t>(at), path);
        });
      });
    };
    if (begin == 0)
      below("");
    else
      run(pattern.substr(0, begin - 1), false, below);
    for (const std::string& path : sorted) found(path);
  }

  void list_alternatives(std::string_view pattern, const Cut& cut, bool files, const Found& found) const {
    std::vector<std::string> folders;
    const size_t begin = folders_before(pattern, cut);
    if (begin == 0)
      folders.emplace_back();
    else
      run(pattern.substr(0, begin - 1), false, [&](const std::string& path) { folders.push_back(path); });
    for (const std::string& folder : folders) {
      std::vector<std::string> merged;
      for_each_alternative(pattern, cut, [&](size_t from, size_t to) {
        std::vector<std::string> results;
        run(with_alternative(folder, pattern, begin, cut, from, to), files, [&](const std::string& path) { results.push_back(path); });
        merge_into(merged, std::move(results));
      });
      for (const std::string& path : merged) found(path);
    }
  }

  // Both are sorted as a rule; the first one's order is kept where they are not.
  static void merge_into(std::vector<std::string>& merged, std::vector<std::string> more) {
    if (merged.empty() || more.empty()) {
      merged.insert(merged.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
      return;
    }
    const size_t count = merged.size();
    for (size_t i = 0; i < count && !more.empty(); ++i) {
      if (merged[i] < more.front()) continue;
      if (merged[i] > more.front()) {
        std::swap(merged[i], more.front());
        for (size_t at = 1; at < more.size() && more[at] < more[at - 1]; ++at) std::swap(more[at], more[at - 1]);
      } else {
        more.erase(more.begin());
      }
    }
    merged.insert(merged.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }

  const Folder& folder_;
  bool walks_;
  mutable bool malformed_ = false;
};

// Go's path.Clean.
std::string clean_path(std::string_view path) {
  if (path.empty()) return ".";
  const bool rooted = path[0] == '/';
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == kNone ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part != ".." || (!rooted && (parts.empty() || parts.back() == "..")))
      parts.push_back(part);
    else if (!parts.empty())
      parts.pop_back();
  }
  std::string out = rooted ? "/" : "";
  for (const std::string_view part : parts) {
    if (out.size() > (rooted ? 1u : 0u)) out += '/';
    out += part;
  }
  return out.empty() ? "." : out;
}

// The folders before the first part that is a pattern.
size_t literal_folders(std::string_view pattern) {
  size_t split = kNone;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\')
      ++i;
    else if (c == '/')
      split = i;
    else if (c == '*' || c == '?' || c == '[' || c == '{')
      break;
  }
  return split;
}

}  // namespace

Result<std::vector<std::string>> find_paths(std::string_view pattern) {
  Listings listings;
  return find_paths(pattern, listings);
}

Result<std::vector<std::string>> find_paths(std::string_view pattern, Listings& listings) {
  std::vector<std::string> out;
  if (pattern.empty()) return out;
  const std::string cleaned = clean_path(pattern);
  const size_t split = literal_folders(cleaned);
  const std::string base = split == kNone ? "." : split == 0 ? "/" : unescape_meta(std::string_view(cleaned).substr(0, split));
  const std::string_view rest = split == kNone ? std::string_view(cleaned) : std::string_view(cleaned).substr(split + 1);
  if (rest.empty() || rest == "." || rest == "..") {
    if (!is_valid(cleaned)) return Error{"syntax error in pattern", {}};
    std::string path = unescape_meta(cleaned);
    struct stat status;
    if (::lstat(path.c_str(), &status) == 0) out.push_back(std::move(path));
    return out;
  }
  if (!is_valid(rest)) return Error{"syntax error in pattern", {}};
  const Folder folder(base, listings.inside());
  const Search search(folder, has_inner_double_star(rest));
  search.run(rest, true, [&](const std::string& path) { out.push_back(clean_path(base + "/" + path)); });
  if (search.malformed()) return Error{"syntax error in pattern", {}};
  return out;
}

}  // namespace invar::glob
