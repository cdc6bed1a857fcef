#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/byte_source.h"

namespace polyhouse {

/// What a file holds, as it is or compressed by gzip, zstd or xz: its first bytes tell, not its
/// name. Several compressed streams one after the other are one file, as their own tools have it.
/// kConfig when it cannot be opened or is no file.
Result<std::unique_ptr<ByteSource>> OpenInputFile(const std::string& path);

/// A file in memory, of which the system keeps as much there as it likes.
class MappedFile {
 public:
  /// kConfig when it cannot be opened.
  static Result<MappedFile> Open(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::string_view bytes() const { return {data_, size_}; }

 private:
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}

  const char* data_;
  std::size_t size_;
};

}  // namespace polyhouse
