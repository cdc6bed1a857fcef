#include "engine/piped_result.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <thread>
#include <vector>

namespace polyhouse::engine {
namespace {

/// What the kernel lets every user have in a pipe.
constexpr int kPipeBytes = 1 << 20;
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

}  // namespace

/// The query, which a thread runs, and the pipe that it writes into.
class PipedResult::Run {
 public:
  ~Run() {
    // A query that writes on finds nobody reading, and fails; one that only thinks is ended by the
    // watch of its client.
    if (ends_[0] >= 0) close(ends_[0]);
    if (thread_.joinable()) thread_.join();
    if (!has_begun_ && ends_[1] >= 0) close(ends_[1]);
  }

  EngineResult<void> Open() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) {
      return FailWith(EngineCode::kUnknown,
                      "There is no pipe for the result: too many open files.");
    }
    fcntl(ends_[1], F_SETPIPE_SZ, kPipeBytes);
    return {};
  }

  /// Where INTO OUTFILE finds the pipe. The wall does not stand before pipes.
  std::string path() const { return "/proc/self/fd/" + std::to_string(ends_[1]); }

  void Begin(std::unique_ptr<ChdbConnection> connection,
             std::string sql,
             const QueryParameters& parameters) {
    connection_ = std::move(connection);
    thread_ = std::thread([this, sql = std::move(sql), parameters] {
      auto done = connection_->Query(sql, "Null", parameters);
      if (!done) error_ = std::move(done.error());
      close(ends_[1]);
    });
    has_begun_ = true;
  }

  /// Waits for a whole piece, or the end: documents begin with a few bytes that say nothing of how
  /// the query will go, and small ones are known to be right before anything of them is sent.
  EngineResult<std::string_view> Read() {
    std::size_t filled = 0;
    ssize_t size = 0;
    do {
      size = read(ends_[0], buffer_.data() + filled, buffer_.size() - filled);
      if (size > 0) filled += static_cast<std::size_t>(size);
    } while (filled < buffer_.size() && (size > 0 || (size < 0 && errno == EINTR)));
    if (filled == buffer_.size()) return std::string_view(buffer_.data(), filled);
    if (thread_.joinable()) thread_.join();
    if (filled > 0 && size == 0 && !error_) return std::string_view(buffer_.data(), filled);
    if (thread_.joinable()) thread_.join();
    if (error_) return tl::make_unexpected(*error_);
    if (size < 0) return FailWith(EngineCode::kUnknown, "The result cannot be read from its pipe.");
    return std::string_view();
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};  ///< The second is closed by the thread.
  bool has_begun_ = false;
  std::unique_ptr<ChdbConnection> connection_;
  std::optional<EngineError> error_;  ///< The thread's, until it is joined.
  std::vector<char> buffer_ = std::vector<char>(kPieceBytes);
  std::thread thread_;
};

PipedResult::PipedResult(std::unique_ptr<Run> run) : run_(std::move(run)) {}
PipedResult::PipedResult(PipedResult&&) noexcept = default;
PipedResult::~PipedResult() = default;

EngineResult<PipedResult> PipedResult::Start(std::unique_ptr<ChdbConnection> connection,
                                             std::string_view sql,
                                             const StatementWords& words,
                                             const OutputFormat& format,
                                             const QueryParameters& parameters) {
  auto run = std::make_unique<Run>();
  if (auto opened = run->Open(); !opened) return tl::make_unexpected(std::move(opened.error()));
  auto text = WithOutfile(sql, words, format.name, run->path());
  run->Begin(std::move(connection), std::move(text), parameters);
  PipedResult result(std::move(run));
  if (auto first = result.Advance(); !first) return tl::make_unexpected(std::move(first.error()));
  return result;
}

EngineResult<void> PipedResult::Advance() {
  piece_ = {};
  auto piece = run_->Read();
  if (!piece) return tl::make_unexpected(std::move(piece.error()));
  piece_ = *piece;
  return {};
}

std::string WithOutfile(std::string_view sql,
                        const StatementWords& words,
                        std::string_view format,
                        std::string_view path) {
  // Without APPEND a file that is there is refused. On a line of its own: a comment may stand
  // before it.
  const std::string into = "\nINTO OUTFILE '" + std::string(path) + "' APPEND ";
  if (words.format_at != std::string_view::npos) {
    return std::string(sql.substr(0, words.format_at)) + into +
           std::string(sql.substr(words.format_at));
  }
  return std::string(sql.substr(0, words.end)) + into + "FORMAT " + std::string(format);
}

}  // namespace polyhouse::engine
