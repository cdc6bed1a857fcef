#pragma once

#include <optional>
#include <span>
#include <string>

#include "fault_plan.h"
#include "truth_log.h"
#include "world.h"

namespace polyhouse {

/// Writes rows as a JSON array and notes what they will have told the client.
class PageWriter final {
 public:
  /// `fault` applies to the rows; `bad_number` chooses the form of a bad record;
  /// `drift` may be null and outlives what is noted.
  PageWriter(const Rows& rows,
             const RenderOptions& options,
             const std::optional<Fault>& fault,
             std::uint64_t bad_number,
             const RecordDrift* drift)
      : rows_(rows), options_(options), fault_(fault), bad_number_(bad_number), drift_(drift) {}

  void Write(std::span<const RowNumber> page, std::string& out, ServedPage& served);

 private:
  bool Has(FaultKind kind) const { return fault_ && fault_->kind == kind; }
  RecordVariant VariantOf(bool is_victim) const;

  const Rows& rows_;
  RenderOptions options_;
  std::optional<Fault> fault_;
  std::uint64_t bad_number_;
  const RecordDrift* drift_;
};

}  // namespace polyhouse
