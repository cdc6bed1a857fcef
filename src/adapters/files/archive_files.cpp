#include "adapters/files/archive_files.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "base/split.h"

namespace polyhouse {
namespace {

namespace fs = std::filesystem;

bool AreDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
}

/// "20261124T180000.123Z"
bool IsStamp(std::string_view text) {
  return text.size() == 20 && AreDigits(text.substr(0, 8)) && text[8] == 'T' &&
         AreDigits(text.substr(9, 6)) && text[15] == '.' && AreDigits(text.substr(16, 3)) &&
         text[19] == 'Z';
}

/// Empty when the name is not that of a file of an archive.
std::optional<ArchiveFile> ParseName(const fs::path& path, const ArchivedListings& listings) {
  const auto extension = path.extension();
  if (extension != ".zst" && extension != ".jsonl") return {};
  const std::string name = path.stem().string();
  const auto parts = Split(name, '-');
  if (parts.size() != 3 || !IsStamp(parts[1]) || !AreDigits(parts[2])) return {};
  if (std::find(listings.begin(), listings.end(), parts[0]) == listings.end()) return {};
  return ArchiveFile{path.parent_path().string(), name, parts[0], parts[2]};
}

std::string_view BegunAt(const ArchiveFile& file) {
  return std::string_view(file.name).substr(file.listing.size());
}

/// Both files of each name, by name.
class Finder {
 public:
  explicit Finder(const ArchivedListings& listings) : listings_(listings) {}

  Status Look(const std::string& directory) {
    std::error_code error;
    fs::directory_iterator entries(directory, error);
    if (error) {
      return ConfigError("The archive " + directory + " cannot be read (" + error.message() +
                         "): give the directory that archive.dir named.");
    }
    bool has_any = false;
    for (const auto& entry : entries) {
      if (entry.path().filename().string().starts_with(".")) continue;
      auto file = ParseName(entry.path(), listings_);
      if (!file) {
        found_.problems.push_back(entry.path().string() + " is not a file of an archive.");
        continue;
      }
      has_any = true;
      auto& known = known_[file->name];
      known.file = std::move(*file);
      known.extensions.insert(entry.path().extension().string());
    }
    if (has_any) return Ok();
    return ConfigError("There is no archive in " + directory +
                       ": it would have files such as markets-20261124T180000.123Z-4711.zst.");
  }

  ArchiveFiles Finish() {
    for (auto& [name, known] : known_) {
      if (known.extensions.size() == 2) {
        found_.files.push_back(std::move(known.file));
      } else if (IsMissed(known)) {
        const bool has_index = known.extensions.contains(".jsonl");
        found_.problems.push_back((has_index ? known.file.index() : known.file.bodies()) +
                                  " lies without its " +
                                  (has_index ? ".zst file: its answers are gone."
                                             : ".jsonl file, which says what is in it."));
      }
    }
    std::stable_sort(found_.files.begin(), found_.files.end(), [](const auto& a, const auto& b) {
      return BegunAt(a) < BegunAt(b);
    });
    std::sort(found_.problems.begin(), found_.problems.end());
    return std::move(found_);
  }

 private:
  struct Known {
    ArchiveFile file;
    std::set<std::string> extensions;
  };

  /// A process that was killed between making the two leaves one that is empty.
  static bool IsMissed(const Known& known) {
    std::error_code error;
    const bool has_index = known.extensions.contains(".jsonl");
    const auto size = fs::file_size(has_index ? known.file.index() : known.file.bodies(), error);
    return error || size > 0;
  }

  const ArchivedListings& listings_;
  std::map<std::string, Known> known_;
  ArchiveFiles found_;
};

}  // namespace

bool HasArchive(const std::string& directory, const ArchivedListings& listings) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (ParseName(entry.path(), listings)) return true;
  }
  return false;
}

Result<ArchiveFiles> FindArchiveFiles(const std::vector<std::string>& directories,
                                      const ArchivedListings& listings) {
  Finder finder(listings);
  for (const std::string& directory : directories) {
    if (auto status = finder.Look(directory); !status) return std::move(status).error();
  }
  return finder.Finish();
}

}  // namespace polyhouse
