#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/files/archive_files.h"
#include "adapters/files/archive_reader.h"
#include "ports/archive_source.h"

namespace polyhouse {

/// What was met while reading.
struct ArchiveReport {
  std::uint64_t files = 0;
  std::uint64_t answers = 0;
  std::uint64_t other_status = 0;     ///< Of the answers, those with a status other than 200.
  std::uint64_t only_seen = 0;        ///< Those with 200 that the run did not store.
  std::vector<std::string> notes;     ///< Sentences about what was cut off: nothing is lost.
  std::vector<std::string> problems;  ///< And about what is damaged or missing.
};

/// The files of one listing, oldest first.
class ZstdArchiveSource final : public ArchiveSource {
 public:
  ZstdArchiveSource(std::vector<ArchiveFile> files, std::string_view listing);

  std::optional<ArchivedStep> Next() override;
  /// Complete after the last step.
  const ArchiveReport& report() const { return report_; }

 private:
  /// An answer that waits for its note.
  struct Waiting {
    ArchivedFrame frame;
    std::shared_ptr<const ArchiveBodies> bodies;
    std::string file;
    std::size_t number = 0;  ///< Of the file.
  };

  bool OpenNext();
  void CloseFile();
  void ForgetBefore(std::size_t file);
  void Add(ArchivedFrame frame);
  bool Complete(ArchivedStep& step);
  void Damage(const std::string& sentence);

  std::vector<ArchiveFile> files_;
  std::size_t next_ = 0;
  std::optional<ArchiveIndex> index_;
  std::shared_ptr<const ArchiveBodies> bodies_;
  bool is_whole_ = true;
  /// By the process that wrote it, which goes on in a new file, and version.
  std::map<std::pair<std::string, std::uint64_t>, Waiting> waiting_;
  ArchiveReport report_;
};

}  // namespace polyhouse
