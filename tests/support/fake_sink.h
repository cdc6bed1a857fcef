#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/table_sink.h"

namespace polyhouse {

/// A table in memory that takes a batch once per token and content, as ClickHouse does, and refuses
/// batches that hold a poisonous text.
class FakeSink final : public TableSink {
 public:
  struct Call {
    std::string table;
    std::string columns;
    std::string token;
    std::string bytes;
    std::size_t rows = 0;

    bool operator==(const Call&) const = default;
  };

  Status Insert(const TableBatch& batch, std::stop_token stop) override;

  /// A batch with this text in it is refused.
  std::optional<std::string> poison;
  /// A batch of more rows is refused with this error.
  std::size_t most_rows = SIZE_MAX;
  Error too_many{};
  /// Called with each batch that comes.
  std::function<void()> on_insert;
  /// Every batch that came, whatever became of it.
  std::vector<Call> calls;
  /// The batches that were stored, each once.
  std::vector<Call> stored;

  std::size_t stored_rows() const;
  /// The size of `calls`, while a writer runs: it inserts on a thread of its own.
  std::size_t call_count() const {
    const std::lock_guard lock(mutex_);
    return calls.size();
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> tokens_;
};

/// Fails the calls its plan names, before or after the inner call took effect.
class FlakySink final : public TableSink {
 public:
  enum class When { kBefore, kAfter };
  struct Fault {
    When when = When::kBefore;
    Error error;
  };

  /// Entry n of the plan is for call n; empty means that the call goes through, as do all calls
  /// after the plan's end.
  FlakySink(TableSink& inner, std::deque<std::optional<Fault>> plan)
      : inner_(inner), plan_(std::move(plan)) {}

  Status Insert(const TableBatch& batch, std::stop_token stop) override;

 private:
  TableSink& inner_;
  std::deque<std::optional<Fault>> plan_;
};

}  // namespace polyhouse
