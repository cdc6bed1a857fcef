#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/insert_statement.h"
#include "engine/insert_stream.h"
#include "engine/request_params.h"
#include "engine/result_stream.h"
#include "engine/statement_words.h"
#include "engine/tables.h"
#include "engine/traffic.h"

namespace polyhouse {

/// What goes back to the client.
struct Reply {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::variant<std::string, ChdbResult, ResultStream> body = std::string();
  Traffic::Ticket ticket;  ///< Held until the body is sent.
};

/// The answer to an error; `version` is the engine's.
Reply ErrorReply(const EngineError& error, const std::string& version);

/// One request for the engine: its text and data come in pieces, then it is answered. One thread at
/// a time. Destroying it before Finish cancels an insert whose data did not all arrive.
class Exchange {
 public:
  /// Longest text of a statement; the data of an INSERT do not count.
  static constexpr std::size_t kLongestStatement = std::size_t{16} << 20;

  Exchange(Tables& tables, Traffic& traffic, EngineResult<RequestParams> params, Rights rights);

  /// Takes the next piece of the request's body. Errors are kept for Finish.
  void Receive(std::string_view piece);
  /// Everything has arrived: runs what was asked.
  Reply Finish();

 private:
  using Done = EngineResult<Reply>;

  EngineResult<void> Take(std::string_view piece);
  EngineResult<void> LookForInsert(TextState state);
  EngineResult<void> StartInsert(const InsertStatement& statement);
  EngineResult<void> OpenSession();
  EngineResult<void> CheckStatement(const StatementWords& words);
  EngineError WhyNotOneStatement();
  Done Run();
  Done RunInsert();
  Done RunStatement();
  bool MayStream(const StatementWords& words, const OutputFormat& format) const;
  void AddHeaders(Reply& reply) const;

  Tables& tables_;
  Traffic& traffic_;
  RequestParams params_;
  Rights rights_;
  std::optional<EngineError> error_;
  std::string text_;
  bool has_body_ = false;
  std::size_t look_again_at_ =
      1;  ///< Length of text_ at which it is worth looking again; 0: settled.
  Traffic::Ticket ticket_;
  std::unique_ptr<ChdbConnection> session_;
  std::unique_ptr<InsertStream> insert_;
};

}  // namespace polyhouse
