#include "support/fake_sink.h"

namespace polyhouse {

Status FakeSink::Insert(const TableBatch& batch, std::stop_token stop) {
  if (stop.stop_requested()) return StoppingError();
  if (on_insert) on_insert();
  const std::lock_guard lock(mutex_);
  Call call{std::string(batch.table),
            std::string(batch.columns),
            std::string(batch.token),
            {},
            batch.rows};
  for (const std::string_view piece : batch.native) call.bytes += piece;
  calls.push_back(call);
  if (batch.rows > most_rows) return too_many;
  if (poison && call.bytes.find(*poison) != std::string::npos) {
    return RejectedError("Code: 117. A row is poisonous.");
  }
  if (tokens_.insert(call.token).second) stored.push_back(std::move(call));
  return Ok();
}

std::size_t FakeSink::stored_rows() const {
  std::size_t rows = 0;
  for (const Call& call : stored) rows += call.rows;
  return rows;
}

Status FlakySink::Insert(const TableBatch& batch, std::stop_token stop) {
  std::optional<Fault> fault;
  if (!plan_.empty()) {
    fault = std::move(plan_.front());
    plan_.pop_front();
  }
  if (!fault) return inner_.Insert(batch, std::move(stop));
  if (fault->when == When::kAfter) {
    if (auto status = inner_.Insert(batch, std::move(stop)); !status) return status;
  }
  return std::move(fault->error);
}

}  // namespace polyhouse
