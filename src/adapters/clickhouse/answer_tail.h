#pragma once

// Private to adapters/clickhouse: an answer with status 200 may still end in an exception.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// Passes an answer on as it comes, but for its end, which may turn out to be no part of it.
class AnswerTail {
 public:
  using OnData = std::function<bool(std::string_view)>;
  /// `on_data` must outlive it.
  explicit AnswerTail(const OnData& on_data) : on_data_(on_data) {}

  /// False when the receiver wants no more.
  bool Take(std::string_view piece);
  /// Passes so many of the held bytes on, and no others.
  bool Release(std::size_t size);

  std::string_view held() const { return held_; }
  /// Whether `held` is the whole answer so far.
  bool holds_all() const { return holds_all_; }

 private:
  const OnData& on_data_;
  std::string held_;
  bool holds_all_ = true;
};

/// An exception in an answer's body.
struct AnswerException {
  std::size_t at = 0;  ///< Where it begins; what stands before it is the result.
  std::string text;    ///< "Code: 241. DB::Exception: …", without the marks around it.
};

enum class AnswerEnd { kWhole, kBroken };

/// Looks for an exception at the end of an answer (ClickHouse: WriteBufferFromHTTPServerResponse).
/// `tag` is the header X-ClickHouse-Exception-Tag, empty when it was not sent: then, behind a
/// result that came whole, only a line with the name of the error or the server's version at its
/// end is taken for one, because a result may tell of exceptions.
std::optional<AnswerException> FindException(std::string_view body,
                                             std::string_view tag,
                                             AnswerEnd end);

/// Whether this is a page for people: no answer of a ClickHouse, but of what stands before it.
bool IsHtmlPage(std::string_view body);

}  // namespace polyhouse
