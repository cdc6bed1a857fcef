#pragma once

#include <memory>
#include <thread>

#include "adapters/clickhouse/clickhouse_client.h"
#include "answers/answer_keeper.h"
#include "app/environment.h"
#include "ports/http_client.h"

namespace polyhouse {

/// Beside writers: keeps the answers ready that the database has asked for, every few seconds, in a
/// thread of its own. What fails is told, and tried again: no reason to stop storing rows.
class AnswersThread {
 public:
  /// The environment must outlive it. kConfig when the tables' settings cannot be used.
  static Result<std::unique_ptr<AnswersThread>> Start(const Environment& environment);

  /// Ends the thread, and does once more what there is to do, for a run that is done. Errors as
  /// AnswerKeeper::Keep.
  Status Finish(const std::stop_token& stop);

 private:
  AnswersThread(const Environment& environment, ClickHouseOptions tables);
  void Run(const std::stop_token& ending);

  Environment environment_;
  std::unique_ptr<HttpClient> http_;
  ClickHouseClient tables_;
  AnswerKeeper keeper_;
  std::jthread thread_;
};

}  // namespace polyhouse
