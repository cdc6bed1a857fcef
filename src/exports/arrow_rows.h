#pragma once

#include <string>

#include "exports/row_counter.h"

namespace polyhouse {

/// The rows of an Arrow file: those of its record batches (apache/arrow: format/Message.fbs,
/// docs/source/format/Columnar.rst, "IPC File Format").
class ArrowRows final : public RowCounter {
 public:
  void Add(std::string_view bytes) override;
  std::uint64_t seen() const override { return rows_; }
  Result<std::uint64_t> Finish() override;

 private:
  /// What is read now.
  enum class Part { kMagic, kPrefix, kMetadata, kBody, kFooter, kWrong };

  void TakeGathered();
  void TakeMetadata();
  void Expect(Part part, std::uint64_t size);

  Part part_ = Part::kMagic;
  std::uint64_t missing_ = 8;  ///< Bytes of this part that are still to come.
  std::string gathered_;       ///< Of this part, but of a body; of the footer the last ones.
  std::uint64_t rows_ = 0;
};

}  // namespace polyhouse
