#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/lsp/config.h"
#include "src/lsp/document.h"
#include "src/lsp/host.h"
#include "src/lsp/params.h"

namespace invar::lsp {

/// What a client said it can do.
struct Client {
  Encoding encoding = Encoding::kUtf16;
  bool snippets = false;              // completion items with places to fill in
  bool markdown = false;              // hover
  bool nested_symbols = false;
  bool versioned_edits = false;       // documentChanges
  bool watches_files = false;         // when it is asked to
};

/// A change of a document: of a range, or of all of it.
struct Change {
  std::optional<LineRange> range;
  std::string text;
};

/// A place in an Alloy text of a document.
struct Spot {
  DocumentPtr document;
  const AlloyText* text;     // of the document
  uint32_t offset;           // of text->source
  /// A name was put in there, in a document that is like the client's but for that, because the line is no part of any text yet: the offset in the document.
  std::optional<uint32_t> put_in = {};
};

/// The documents that a client has open, and what is known of them. One thread.
class Session {
 public:
  Session(Host& host, const Client& client) : host_(host), client_(client) {}

  const Client& client() const { return client_; }
  Host& host() const { return host_; }

  void open(const std::string& uri, std::string_view language_id, int64_t version, std::string text);
  /// False when it is not open.
  bool change(const std::string& uri, int64_t version, const std::vector<Change>& changes);
  void close(const std::string& uri);
  /// Files may have changed on the disk.
  void files_changed();

  /// nullptr when it is not open.
  DocumentPtr find(const std::string& uri) const;
  std::vector<DocumentPtr> documents() const;
  /// The one of `params.textDocument`.
  DocumentPtr document_of(const json::Value& params) const;
  /// The place of `params.textDocument` and `params.position`; nullopt when there is no Alloy text.
  std::optional<Spot> spot_of(const json::Value& params) const;
  /// The same for a place where something is about to be written: also on a line of blanks in YAML, which belongs to a text as soon as something stands there.
  std::optional<Spot> writing_spot_of(const json::Value& params) const;

  /// The config that a text is, or is part of.
  std::shared_ptr<const Config> config_of(const DocumentPtr& document, const AlloyText& text);
  /// What lint says of a document as it is now; findings may stand in others of its config.
  const Host::Checked& check(const DocumentPtr& document);
  /// Open documents whose diagnostics may be others now, each once.
  std::vector<DocumentPtr> take_changed();

 private:
  struct Directory {
    std::vector<SourcePtr> on_disk;
    std::map<std::string, std::vector<std::string>> together;  // paths of the config that a path is part of
    bool grouped = false;
  };
  void put(DocumentPtr document);
  /// Whatever depends on documents is made anew.
  void forget(const std::string& path);
  /// Documents of that path, and of the same directory, are to be checked again.
  void mark_beside(const std::string& path);
  Directory& directory_of_path(const std::string& path);
  /// As it is in the editor, or on the disk.
  std::vector<SourcePtr> files_beside(const std::string& path);
  void group(Directory& directory, const std::string& path);
  std::vector<SourcePtr> files_of_config(const Document& document);
  DocumentPtr find_path(const std::string& path) const;
  MendedText mended(const SourcePtr& source);
  Config::Part part_of(const SourcePtr& file);

  Host& host_;
  const Client client_;
  std::map<std::string, DocumentPtr> documents_;  // by URI
  std::map<std::string, DocumentPtr> changed_;
  std::map<std::string, Directory> directories_;
  std::map<const Source*, std::shared_ptr<const Config>> configs_;
  std::map<const Source*, std::pair<SourcePtr, MendedText>> mended_;
  std::map<std::string, Host::Checked> checked_;  // by URI
};

}  // namespace invar::lsp
