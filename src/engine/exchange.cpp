#include "engine/exchange.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/clock.h"
#include "engine/block_frames.h"
#include "engine/native_revision.h"

namespace polyhouse::engine {
namespace {

/// How long a query waits for a place before the client is told to come back.
constexpr std::chrono::milliseconds kPatience{10'000};

/// Settings under which pieces of a result do not join (see OutputPieces).
constexpr std::array<std::string_view, 2> kShapeSettings = {"extremes",
                                                            "output_format_json_array_of_rows"};

/// The setting alone lets SYSTEM pass.
bool AsksToOnlyRead(const RequestParams& params) {
  return params.readonly == "1" || params.readonly == "2";
}

/// Whether the client wants its rows written by several threads, which only INTO OUTFILE has: twice
/// as fast where there are many. It is the default of a server, and here for those who say it.
bool AsksForThreads(const RequestParams& params) {
  return std::any_of(params.settings.begin(), params.settings.end(), [](const auto& setting) {
    return setting.first == "output_format_parallel_formatting" && setting.second == "1";
  });
}

}  // namespace

Reply ErrorReply(const EngineError& error, const std::string& version) {
  Reply reply;
  reply.status = HttpStatusOf(error.code);
  reply.headers = {{"Content-Type", "text/plain; charset=UTF-8"},
                   {"X-ClickHouse-Exception-Code", std::to_string(error.code)}};
  reply.body = error.text + " (version " + version + ")\n";
  return reply;
}

Exchange::Exchange(EngineParts parts, EngineResult<RequestParams> params, Requester requester)
    : parts_(parts), requester_(requester), started_(SteadyNow()) {
  if (params) {
    params_ = std::move(*params);
    text_ = params_.query;
  } else {
    error_ = std::move(params.error());
  }
}

void Exchange::Receive(std::string_view piece) {
  if (error_) return;  // The rest of the body is read and dropped, so that the answer arrives.
  if (auto taken = Take(piece); !taken) Fail(std::move(taken.error()));
}

void Exchange::Fail(EngineError error) {
  error_ = std::move(error);
  insert_.reset();
}

EngineResult<void> Exchange::Take(std::string_view piece) {
  if (!has_body_) {
    has_body_ = true;
    if (!text_.empty()) text_ += '\n';
    if (auto looked = LookForInsert(TextState::kPartial); !looked) return looked;
  }
  if (insert_) {
    insert_->Append(piece);
    return {};
  }
  text_ += piece;
  if (look_again_at_ != 0 && text_.size() >= look_again_at_) {
    if (auto looked = LookForInsert(TextState::kPartial); !looked || insert_) return looked;
  }
  const std::size_t longest =
      requester_.rights == Rights::kReader ? kLongestOfReaders : kLongestStatement;
  if (text_.size() <= longest) return {};
  text_ = std::string();
  return FailWith(EngineCode::kQueryIsTooLarge,
                  "The query is longer than " + std::to_string(longest >> 20U) +
                      " MiB. Data belong behind INSERT … FORMAT, where their length does not "
                      "matter.");
}

EngineResult<void> Exchange::LookForInsert(TextState state) {
  std::optional<InsertStatement> found;
  switch (FindInsert(text_, state, found)) {
    case InsertSearch::kFound:
      look_again_at_ = 0;
      return StartInsert(*found);
    case InsertSearch::kOther:
      look_again_at_ = 0;
      return {};
    // Twice the length before the next look: the work stays linear however small the pieces are.
    case InsertSearch::kNeedMore:
      look_again_at_ = std::max<std::size_t>(1, text_.size() * 2);
      return {};
  }
  return {};
}

EngineResult<void> Exchange::OpenSession() {
  ticket_ =
      parts_.traffic.AdmitQuery(kPatience, parts_.tables.MemoryFor(params_, requester_.rights));
  if (!ticket_) {
    return FailWith(EngineCode::kTooManyQueries,
                    "Too many queries are running at once: try again in a moment.");
  }
  auto session = parts_.tables.OpenSession(params_, requester_.rights);
  if (!session) return tl::make_unexpected(std::move(session.error()));
  session_ = std::move(*session);
  return {};
}

EngineResult<void> Exchange::StartInsert(const InsertStatement& statement) {
  if (requester_.rights != Rights::kOwner) {
    return FailWith(EngineCode::kReadonly, "Cannot execute query in readonly mode.");
  }
  if (auto opened = OpenSession(); !opened) return opened;
  auto insert = InsertStream::Start(std::move(session_), statement, params_.parameters);
  if (!insert) return tl::make_unexpected(std::move(insert.error()));
  insert_ = std::move(*insert);
  insert_->Append(std::string_view(text_).substr(statement.data_begin));
  text_ = std::string();
  return {};
}

Reply Exchange::Finish() {
  Done done = Run();
  Reply reply = done ? std::move(*done) : ErrorReply(done.error(), parts_.tables.version());
  AddHeaders(reply);
  AddEncoder(reply);
  return reply;
}

Exchange::Done Exchange::Run() {
  if (!error_ && !insert_ && look_again_at_ != 0) {
    if (auto looked = LookForInsert(TextState::kWhole); !looked) error_ = looked.error();
  }
  if (error_) return tl::make_unexpected(std::move(*error_));
  Done done = insert_ ? RunInsert() : RunStatement();
  if (done) {
    done->ticket = std::move(ticket_);
    done->watched = std::move(watched_);
  }
  return done;
}

Exchange::Done Exchange::RunInsert() {
  auto result = insert_->Finish();
  if (!result) return tl::make_unexpected(std::move(result.error()));
  Reply reply;
  reply.headers = {{"Content-Type", "text/plain; charset=UTF-8"},
                   {"X-ClickHouse-Summary", Summary(*result)}};
  return reply;
}

Exchange::Done Exchange::RunStatement() {
  const StatementWords words = ReadStatementWords(text_);
  if (auto opened = OpenSession(); !opened) return tl::make_unexpected(std::move(opened.error()));
  const auto statement_class = CheckStatement(words);
  if (!statement_class) return tl::make_unexpected(statement_class.error());
  const OutputFormat format =
      OutputFormatNamed(!words.format.empty()             ? words.format
                        : !params_.default_format.empty() ? params_.default_format
                                                          : "TabSeparated");
  Reply reply;
  reply.headers = {{"Content-Type", format.content_type}, {"X-ClickHouse-Format", format.name}};
  OutputPieces pieces = PiecesOf(words, format);
  // Only what reads can have its result in a file.
  if (pieces == OutputPieces::kPipe && *statement_class != StatementClass::kReadOnly) {
    pieces = OutputPieces::kWhole;
  }
  if (auto filled = FillBody(words, format, pieces, reply); !filled) {
    return tl::make_unexpected(std::move(filled.error()));
  }
  if (auto added = AddRewriter(format, reply); !added) {
    return tl::make_unexpected(std::move(added.error()));
  }
  return reply;
}

EngineResult<void> Exchange::FillBody(const StatementWords& words,
                                      const OutputFormat& format,
                                      OutputPieces pieces,
                                      Reply& reply) {
  if (pieces == OutputPieces::kPipe) {
    auto piped = PipedResult::Start(std::move(session_), text_, words, format, params_.parameters);
    if (!piped) return tl::make_unexpected(std::move(piped.error()));
    reply.body.emplace<PipedResult>(std::move(*piped));
    return {};
  }
  if (pieces != OutputPieces::kWhole) {
    auto stream = ResultStream::Start(session_, text_, format, params_.parameters);
    if (!stream) return tl::make_unexpected(std::move(stream.error()));
    if (*stream) {
      // What is known so far; ClickHouse sends this header before the result, too.
      reply.headers.emplace_back("X-ClickHouse-Summary", Summary((*stream)->latest()));
      reply.body.emplace<ResultStream>(std::move(**stream));
      return {};
    }
  }
  auto whole = session_->Query(text_, format.name, params_.parameters);
  if (!whole) return tl::make_unexpected(std::move(whole.error()));
  reply.headers.emplace_back("X-ClickHouse-Summary", Summary(*whole));
  reply.body.emplace<ChdbResult>(std::move(*whole));
  return {};
}

EngineResult<StatementClass> Exchange::Classify(const StatementWords& words) {
  const StatementAnalysis analysis = session_->Classify(text_);
  if (words.is_insert && !words.format.empty()) {
    return FailWith(EngineCode::kNotImplemented,
                    "INSERT … SELECT … FROM input() with data is not supported: insert the data as "
                    "they are, or into a table of their own first.");
  }
  if (analysis.statement_count != 1) {
    EngineError why = WhyNotOneStatement();
    if (why.code == static_cast<int>(EngineCode::kSyntaxError) ||
        requester_.rights != Rights::kOwner) {
      return tl::make_unexpected(std::move(why));
    }
  }
  return analysis.statement_class;
}

EngineResult<StatementClass> Exchange::CheckStatement(const StatementWords& words) {
  const auto statement_class = Classify(words);
  if (!statement_class) return statement_class;
  const bool only_reads = requester_.rights != Rights::kOwner || AsksToOnlyRead(params_);
  if (*statement_class == StatementClass::kReadOnly) {
    watched_ = parts_.clients.Watch(params_.tag, requester_.socket);
  } else if (only_reads) {
    return FailWith(
        EngineCode::kReadonly,
        "Cannot execute query in readonly mode: here only what changes nothing is run.");
  }
  if (only_reads) {
    if (auto checked = CheckNames(); !checked) {
      return tl::make_unexpected(std::move(checked.error()));
    }
  }
  return statement_class;
}

EngineResult<void> Exchange::CheckNames() {
  const auto name = parts_.tables.RefusedName(text_, params_.parameters);
  if (!name) return tl::make_unexpected(name.error());
  if (name->empty()) return {};
  return FailWith(EngineCode::kAccessDenied,
                  "default: Not enough privileges: the name `" + *name +
                      "` is not available to those who only read.");
}

EngineError Exchange::WhyNotOneStatement() {
  // Opening an insert stream parses the text and runs nothing, unless it is an INSERT; an INSERT
  // that can be parsed is never asked about here.
  auto session = parts_.tables.OpenSession(params_, requester_.rights);
  if (!session) return std::move(session.error());
  auto parsed = InsertStream::Start(std::move(*session), {text_, "", 0}, params_.parameters);
  if (!parsed) return std::move(parsed.error());
  return FailWith(EngineCode::kUnknown, "The statement cannot be classified.").value();
}

OutputPieces Exchange::PiecesOf(const StatementWords& words, const OutputFormat& format) const {
  const bool has_shape =
      words.changes_shape || words.has_outfile ||
      std::any_of(params_.settings.begin(), params_.settings.end(), [](const auto& setting) {
        return std::find(kShapeSettings.begin(), kShapeSettings.end(), setting.first) !=
               kShapeSettings.end();
      });
  if (has_shape || params_.wait_end_of_query) return OutputPieces::kWhole;
  // Blocks of another revision are rewritten one by one.
  if (IsRewritten(format)) return format.pieces;
  return format.pieces != OutputPieces::kWhole && AsksForThreads(params_) ? OutputPieces::kPipe
                                                                          : format.pieces;
}

std::string Exchange::Summary(const ChdbResult& result) const {
  const auto field = [](const char* name, std::uint64_t value) {
    return "\"" + std::string(name) + "\":\"" + std::to_string(value) + "\"";
  };
  const auto elapsed = std::chrono::nanoseconds(SteadyNow() - started_).count();
  return "{" + field("read_rows", result.rows_read()) + "," +
         field("read_bytes", result.bytes_read()) + "," +
         field("written_rows", result.rows_written()) + "," +
         field("written_bytes", result.bytes_written()) + "," +
         field("elapsed_ns", static_cast<std::uint64_t>(elapsed)) + "}";
}

void Exchange::AddHeaders(Reply& reply) const {
  reply.headers.emplace_back("X-ClickHouse-Server-Display-Name", "polyhouse");
  reply.headers.emplace_back("X-ClickHouse-Timezone", "UTC");
  reply.headers.emplace_back("X-ClickHouse-Query-Id",
                             params_.query_id.empty() ? NewQueryId() : params_.query_id);
}

bool Exchange::IsRewritten(const OutputFormat& format) const {
  return strcasecmp(format.name.c_str(), "Native") == 0 && params_.client_protocol_version != 0;
}

EngineResult<void> Exchange::AddRewriter(const OutputFormat& format, Reply& reply) const {
  if (!IsRewritten(format)) return {};
  reply.rewriter = MakeNativeRevisionEncoder(params_.client_protocol_version);
  const auto* const stream = std::get_if<ResultStream>(&reply.body);
  return CheckNativeRevision(stream != nullptr ? stream->piece()
                                               : std::get<ChdbResult>(reply.body).bytes());
}

/// Errors are compressed like results, as in ClickHouse: the client has said what it can read.
void Exchange::AddEncoder(Reply& reply) const {
  reply.encoder = ChainEncoders(params_.compress ? MakeBlockEncoder() : nullptr,
                                MakeBodyEncoder(params_.answer_coding));
  if (const auto name = NameOf(params_.answer_coding); !name.empty()) {
    reply.headers.emplace_back("Content-Encoding", name);
  }
}

}  // namespace polyhouse::engine
