#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/chdb_connection.h"
#include "engine/content_coding.h"
#include "engine/engine_error.h"

namespace polyhouse::engine {

/// A fresh random id in the form of a UUID.
std::string NewQueryId();

/// What a request asks for in its URL and headers.
struct RequestParams {
  std::string query;
  std::string database;
  std::string default_format;
  std::string query_id;
  std::string readonly;  ///< The setting of that name; apart, because it bears on our own.
  std::string tag = NewQueryId();  ///< Names the request's session among running queries.
  bool wait_end_of_query = false;  ///< Fetch the whole result before answering.
  std::uint64_t client_protocol_version = 0;  ///< For blocks of the Native format.
  bool compress = false;                      ///< Answer in ClickHouse's own compressed blocks.
  bool decompress = false;               ///< The body comes in ClickHouse's own compressed blocks.
  bool enable_http_compression = false;  ///< Heed Accept-Encoding.
  ContentCoding body_coding = ContentCoding::kIdentity;       ///< Of the request.
  ContentCoding answer_coding = ContentCoding::kIdentity;     ///< For the answer.
  std::vector<std::pair<std::string, std::string>> settings;  ///< For this request only.
  QueryParameters parameters;  ///< param_name=value, without "param_".
};

/// Takes one parameter of the URL. Names of our own interface have their meaning; `param_…` binds a
/// placeholder; any other name is a setting, whose existence the engine checks later. What the
/// interface has in ClickHouse but not here (sessions, roles) is refused, not ignored: the client
/// would get something else than it asked for. Credentials are looked at elsewhere.
EngineResult<void> AddParam(RequestParams& params, std::string_view name, std::string_view value);

/// "SET a = '1', b = '2'" with values quoted; empty when there are no settings. A name that is no
/// identifier is refused as unknown.
EngineResult<std::string> SetStatement(
    const std::vector<std::pair<std::string, std::string>>& settings);

/// A text as a literal of SQL, whatever it contains.
std::string QuotedText(std::string_view text);

/// A name between backquotes, whatever it contains.
std::string QuotedName(std::string_view name);

}  // namespace polyhouse::engine
