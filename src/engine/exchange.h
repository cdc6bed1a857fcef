#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/body_encoder.h"
#include "engine/client_watch.h"
#include "engine/engine_parts.h"
#include "engine/insert_statement.h"
#include "engine/insert_stream.h"
#include "engine/piped_result.h"
#include "engine/request_params.h"
#include "engine/result_stream.h"
#include "engine/statement_words.h"
#include "engine/tables.h"
#include "engine/traffic.h"

namespace polyhouse::engine {

/// What goes back to the client.
struct Reply {
  using Body = std::variant<std::string, ChdbResult, ResultStream, PipedResult>;

  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  Traffic::Ticket ticket;        ///< Held until the body is sent.
  ClientWatch::Watched watched;  ///< Likewise.
  Body body = std::string();
  std::unique_ptr<BodyEncoder> rewriter;  ///< For the body, but not for an error in it.
  std::unique_ptr<BodyEncoder> encoder;   ///< For what comes out of that. Null: as it is.
};

/// Who asks.
struct Requester {
  Rights rights = Rights::kReader;
  ClientSocket socket;
};

/// The answer to an error; `version` is the engine's.
Reply ErrorReply(const EngineError& error, const std::string& version);

/// One request for the engine: its text and data come in pieces, then it is answered. One thread at
/// a time. Destroying it before Finish cancels an insert whose data did not all arrive.
class Exchange {
 public:
  /// Longest text of a statement; the data of an INSERT do not count.
  static constexpr std::size_t kLongestStatement = std::size_t{16} << 20;
  static constexpr std::size_t kLongestOfReaders = std::size_t{1} << 20;

  Exchange(EngineParts parts, EngineResult<RequestParams> params, Requester requester);

  /// Takes the next piece of the request's body. Errors are kept for Finish.
  void Receive(std::string_view piece);
  /// The rest of the body cannot be had: nothing is run, an insert is cancelled, and Finish answers
  /// with this error.
  void Fail(EngineError error);
  /// True when an error is waiting for Finish: the rest of the body does not matter any more.
  bool has_failed() const { return error_.has_value(); }
  /// Everything has arrived: runs what was asked.
  Reply Finish();

 private:
  using Done = EngineResult<Reply>;

  EngineResult<void> Take(std::string_view piece);
  EngineResult<void> LookForInsert(TextState state);
  EngineResult<void> StartInsert(const InsertStatement& statement);
  EngineResult<void> OpenSession();
  EngineResult<StatementClass> CheckStatement(const StatementWords& words);
  EngineResult<void> CheckNames();
  EngineResult<StatementClass> Classify(const StatementWords& words);
  EngineError WhyNotOneStatement();
  Done Run();
  Done RunInsert();
  Done RunStatement();
  EngineResult<void> FillBody(const StatementWords& words,
                              const OutputFormat& format,
                              OutputPieces pieces,
                              Reply& reply);
  /// How the result may be sent on: kWhole where its shape or the client forbids pieces.
  OutputPieces PiecesOf(const StatementWords& words, const OutputFormat& format) const;
  /// Whether the client wants Native blocks of a newer revision than the library's.
  bool IsRewritten(const OutputFormat& format) const;
  std::string Summary(const ChdbResult& result) const;
  void AddHeaders(Reply& reply) const;
  void AddEncoder(Reply& reply) const;
  EngineResult<void> AddRewriter(const OutputFormat& format, Reply& reply) const;

  EngineParts parts_;
  RequestParams params_;
  Requester requester_;
  std::chrono::steady_clock::time_point started_;
  std::optional<EngineError> error_;
  std::string text_;
  bool has_body_ = false;
  std::size_t look_again_at_ =
      1;  ///< Length of text_ at which it is worth looking again; 0: settled.
  Traffic::Ticket ticket_;
  ClientWatch::Watched watched_;
  std::unique_ptr<ChdbConnection> session_;
  std::unique_ptr<InsertStream> insert_;
};

}  // namespace polyhouse::engine
