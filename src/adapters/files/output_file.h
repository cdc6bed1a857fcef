#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/byte_sink.h"

namespace polyhouse {

/// A file that is there when it is whole: until Commit its name ends in ".partial", and without
/// Commit it is removed. A process that is killed leaves the partial one, which the next takes
/// over.
class OutputFile final : public ByteSink {
 public:
  enum class Existing { kRefuse, kReplace };

  /// kConfig when the folder is missing or forbids it, when the file is there already, or when
  /// another process is writing it.
  static Result<std::unique_ptr<OutputFile>> Create(const std::string& path, Existing existing);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() override;

  Status Write(std::string_view bytes) override;
  Status Finish() override { return Ok(); }
  /// Its bytes are on the disk, then it has its name.
  Status Commit();

  std::uint64_t bytes() const { return bytes_; }
  /// XXH3 of the bytes, 128 bits, as xxh128sum prints it.
  std::string hash() const;

 private:
  struct Hash;

  OutputFile(std::string path, Existing existing, int file);

  std::string path_;
  std::string partial_;
  Existing existing_;
  int file_;
  std::uint64_t bytes_ = 0;
  std::uint64_t sent_ = 0;  ///< Of them, those that are on their way to the disk.
  std::unique_ptr<Hash> hash_;
};

/// Writes a short file at once, in the place of one that is there.
Status WriteWholeFile(const std::string& path, std::string_view text);

/// Passes bytes on compressed. `next` must outlive it. Null for kNone.
std::unique_ptr<ByteSink> MakeCompressor(FileCoding coding, ByteSink& next);

}  // namespace polyhouse
