#include "adapters/files/zstd_archive_source.h"

#include <algorithm>

namespace polyhouse {
namespace {

constexpr int kFound = 200;
/// A note follows its answer at once; only a few new files may be begun in between.
constexpr std::size_t kFilesWaited = 8;

}  // namespace

ZstdArchiveSource::ZstdArchiveSource(std::vector<ArchiveFile> files, std::string_view listing)
    : files_(std::move(files)) {
  std::erase_if(files_, [listing](const ArchiveFile& file) { return file.listing != listing; });
}

bool ZstdArchiveSource::OpenNext() {
  while (next_ < files_.size()) {
    const ArchiveFile& file = files_[next_++];
    is_whole_ = true;
    auto bodies = ArchiveBodies::Open(file);
    if (!bodies) {
      report_.problems.push_back(bodies.error().message);
      continue;
    }
    ++report_.files;
    bodies_ = std::make_shared<const ArchiveBodies>(std::move(*bodies));
    index_.emplace(file);
    return true;
  }
  return false;
}

void ZstdArchiveSource::CloseFile() {
  if (index_->IsTorn()) {
    report_.notes.push_back(files_[next_ - 1].index() +
                            " ends within a line, which is passed over.");
  }
  index_.reset();
  ForgetBefore(next_ < files_.size() ? next_ - std::min(next_, kFilesWaited) : files_.size() + 1);
}

/// Nobody asks for the answers of these files any more.
void ZstdArchiveSource::ForgetBefore(std::size_t file) {
  std::erase_if(waiting_, [&](const auto& entry) {
    const Waiting& waiting = entry.second;
    if (waiting.number >= file) return false;
    if (waiting.frame.status == kFound) ++report_.only_seen;
    return true;
  });
}

std::optional<ArchivedStep> ZstdArchiveSource::Next() {
  while (index_ || OpenNext()) {
    auto line = index_->Next();
    if (!line) {
      Damage(files_[next_ - 1].index() + ", line " + std::to_string(index_->line()) +
             ", cannot be read: " + line.error().message + ".");
      continue;
    }
    if (!*line) {
      CloseFile();
      continue;
    }
    if (auto* frame = std::get_if<ArchivedFrame>(&**line)) {
      Add(std::move(*frame));
      continue;
    }
    ArchivedStep step{.note = std::move(std::get<StoredNote>(**line)),
                      .url = {},
                      .body = {},
                      .file = files_[next_ - 1].name,
                      .line = index_->line()};
    if (step.note.version > 0 && !Complete(step)) continue;
    step.is_whole = is_whole_;
    return step;
  }
  return {};
}

void ZstdArchiveSource::Add(ArchivedFrame frame) {
  ++report_.answers;
  if (frame.status != kFound) ++report_.other_status;
  const ArchiveFile& file = files_[next_ - 1];
  const auto version = frame.version;
  waiting_.insert_or_assign({file.run, version},
                            Waiting{std::move(frame), bodies_, file.bodies(), next_});
}

/// Finds the answer that a note is about. False when it is not there, which is reported.
bool ZstdArchiveSource::Complete(ArchivedStep& step) {
  const ArchiveFile& file = files_[next_ - 1];
  const auto found = waiting_.find({file.run, step.note.version});
  if (found == waiting_.end()) {
    Damage(file.index() + ", line " + std::to_string(step.line) +
           ", is about an answer that is in no file here: were older files taken away?");
    return false;
  }
  const Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  const std::string where =
      waiting.file + ", the answer at byte " + std::to_string(waiting.frame.offset);
  if (waiting.bodies->IsCutOff(waiting.frame)) {
    is_whole_ = false;
    report_.notes.push_back(where + ", is cut off and passed over.");
    return false;
  }
  auto body = waiting.bodies->Read(waiting.frame);
  if (!body) {
    Damage(where + ", is damaged: " + body.error().message + ".");
    return false;
  }
  step.url = waiting.frame.url;
  step.body = std::move(*body);
  return true;
}

void ZstdArchiveSource::Damage(const std::string& sentence) {
  is_whole_ = false;
  report_.problems.push_back(sentence);
}

}  // namespace polyhouse
