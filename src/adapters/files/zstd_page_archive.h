#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "ports/page_archive.h"

namespace polyhouse {

struct PageArchiveOptions {
  std::string directory;                    ///< Is made if need be; several processes may share it.
  std::string listing;                      ///< "markets"
  std::uint64_t file_bytes = 256UL << 20U;  ///< A new file after so much, compressed.
};

/// An archive in files (docs/archive.md), the first of which is made with the first answer. kConfig
/// when the directory cannot be made or written. The clock must outlive it.
Result<std::unique_ptr<PageArchive>> OpenZstdPageArchive(PageArchiveOptions options, Clock& clock);

}  // namespace polyhouse
