#pragma once

#include <optional>

#include "base/result.h"
#include "ports/entry.h"

namespace polyhouse {

/// Keeps, beside the tables, how far each group has got: the last id up to which everything is
/// stored and acknowledged. When the streams' store loses a group, it begins again from here. Used
/// from one thread at a time. Errors: kTransient, kConfig.
class PositionStore {
 public:
  virtual ~PositionStore() = default;
  /// Empty when none was saved.
  virtual Result<std::optional<EntryId>> Load(const StreamName& stream, const GroupName& group) = 0;
  virtual Status Save(const StreamName& stream,
                      const GroupName& group,
                      const EntryId& position) = 0;
};

}  // namespace polyhouse
