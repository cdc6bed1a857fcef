#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/event.h"
#include "domain/market.h"

namespace polyhouse {

/// A record of a page that could not be read, byte for byte as the API sent it.
struct BadRecord {
  std::string raw;
  Error error;
};

/// A record that is a row, but for fields that could not be read.
struct OddRecord {
  std::string raw;         ///< Byte for byte.
  std::string unreadable;  ///< "field volume: expected …; field …".
};

/// One response of a Gamma listing. Every record of the response is in `rows` or in `bad`.
template <class Row>
struct ApiPage {
  std::vector<Row> rows;
  std::map<std::size_t, OddRecord> odd;  ///< By index into `rows`.
  std::vector<BadRecord> bad;
  /// Where the listing continues; empty on the last page. Always empty for the legacy bare arrays.
  std::string next_cursor;

  std::size_t records() const { return rows.size() + bad.size(); }
};

/// The two shapes of a listing's responses.
enum class PageShape {
  kEnvelope,  ///< Keyset: `{"markets":[…],"next_cursor":…}`.
  kArray,     ///< The legacy listing: `[…]`.
};

/// Reads response bodies of the Gamma listings. A body of the other shape is no page: a bare array
/// in the place of an envelope would read as a listing that ends here. Tolerant in what it does not
/// need, exact in what it does. Used from one thread; keeps its buffers between pages.
template <class Row>
class ApiPageParser {
 public:
  explicit ApiPageParser(PageShape shape);
  ~ApiPageParser();
  ApiPageParser(const ApiPageParser&) = delete;
  ApiPageParser& operator=(const ApiPageParser&) = delete;

  /// `version` (ms since 1970) becomes the version of every row. Errors: kTransient when the body
  /// is no page at all, be it truncated, HTML or an error object inside a 200; asking again is then
  /// the right answer.
  Result<ApiPage<Row>> ParsePage(std::string body, std::uint64_t version);

  /// One record on its own, such as a dead letter, as a page of one row. kMalformed when it cannot
  /// be read.
  Result<ApiPage<Row>> ParseRecord(std::string_view raw, std::uint64_t version);

  /// The answer to a question for one record, as a page of one row or one bad record. Errors:
  /// kTransient when the body is no record at all: cut off, HTML, or an error object inside a 200.
  Result<ApiPage<Row>> ParseLookup(std::string_view body, std::uint64_t version);

  /// Names of fields that were seen but are not known here, with how often, since the parser was
  /// made.
  const std::map<std::string, std::uint64_t, std::less<>>& unknown_fields() const;
  /// How many times of stored fields were numbers (since 1970) and not texts, since the parser was
  /// made.
  std::uint64_t epoch_times() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polyhouse
