#include "adapters/files/archive_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "adapters/files/zstd_frame.h"

namespace polyhouse {

Result<ArchiveBodies> ArchiveBodies::Open(const ArchiveFile& file) {
  const int opened = open(file.bodies().c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (opened < 0 || fstat(opened, &facts) != 0) {
    Error error = TransientError(file.bodies() + " cannot be read: " + std::strerror(errno) + ".");
    if (opened >= 0) close(opened);
    return error;
  }
  return ArchiveBodies(opened, static_cast<std::uint64_t>(facts.st_size));
}

ArchiveBodies::ArchiveBodies(ArchiveBodies&& other) noexcept
    : file_(std::exchange(other.file_, -1)), size_(other.size_) {}

ArchiveBodies& ArchiveBodies::operator=(ArchiveBodies&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(size_, other.size_);
  return *this;
}

ArchiveBodies::~ArchiveBodies() {
  if (file_ >= 0) close(file_);
}

bool ArchiveBodies::IsCutOff(const ArchivedFrame& frame) const {
  return frame.offset > size_ || frame.length > size_ - frame.offset;
}

Result<std::string> ArchiveBodies::Read(const ArchivedFrame& frame) const {
  if (IsCutOff(frame)) return MalformedError("the file ends before it does");
  std::string bytes(frame.length, '\0');
  std::size_t read = 0;
  while (read < bytes.size()) {
    const auto got = pread(
        file_, bytes.data() + read, bytes.size() - read, static_cast<off_t>(frame.offset + read));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return MalformedError(got < 0 ? std::strerror(errno) : "the file has shrunk");
    read += static_cast<std::size_t>(got);
  }
  auto body = DecompressFrame(bytes, frame.body_length);
  if (body && BodyHash(*body) != frame.hash) return MalformedError("its hash is another");
  return body;
}

Result<std::optional<ArchiveLine>> ArchiveIndex::Next() {
  std::string text;
  if (!std::getline(text_, text)) return std::optional<ArchiveLine>();
  if (text_.eof()) {
    is_torn_ = true;
    return std::optional<ArchiveLine>();
  }
  ++line_;
  auto line = ParseArchiveLine(text);
  if (!line) return std::move(line).error();
  return std::optional(std::move(*line));
}

}  // namespace polyhouse
