#include "engine/chdb_connection.h"

namespace polyhouse::engine {

std::string_view ChdbResult::bytes() const {
  const std::size_t length = api_->result_length(raw_.get());
  return length == 0 ? std::string_view()
                     : std::string_view(api_->result_buffer(raw_.get()), length);
}

std::unique_ptr<ChdbConnection> ChdbConnection::Open(const ChdbApi& api,
                                                     const std::vector<std::string>& arguments) {
  std::vector<std::string> owned = {"clickhouse"};
  owned.insert(owned.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(owned.size());
  for (auto& argument : owned) argv.push_back(argument.data());
  ChdbHandle** const connection = api.connect(static_cast<int>(argv.size()), argv.data());
  if (connection == nullptr) return nullptr;
  return std::unique_ptr<ChdbConnection>(new ChdbConnection(api, connection));
}

StatementAnalysis ChdbConnection::Classify(std::string_view sql) const {
  ChdbAnalysis analysis;
  const int failed = api_->classify(handle(), sql.data(), sql.size(), nullptr, 0, &analysis);
  if (failed != 0 || analysis.query_class > static_cast<std::uint32_t>(StatementClass::kUnknown)) {
    return {};
  }
  return {static_cast<StatementClass>(analysis.query_class), analysis.statement_count};
}

EngineResult<ChdbResult> ChdbConnection::Query(std::string_view sql,
                                               std::string_view format,
                                               const QueryParameters& parameters) {
  const ParameterArrays arrays(parameters);
  const ChdbParameters p = arrays.view();
  ChdbResult result(*api_,
                    api_->query(handle(),
                                sql.data(),
                                sql.size(),
                                format.data(),
                                format.size(),
                                p.names,
                                p.name_lengths,
                                p.values,
                                p.value_lengths,
                                p.count));
  if (const char* const error = result.error()) {
    return tl::make_unexpected(ParseEngineError(error));
  }
  return result;
}

ParameterArrays::ParameterArrays(const QueryParameters& parameters) {
  for (const auto& [name, value] : parameters) {
    names_.push_back(name.data());
    name_lengths_.push_back(name.size());
    values_.push_back(value.data());
    value_lengths_.push_back(value.size());
  }
}

ChdbParameters ParameterArrays::view() const {
  return {
      names_.data(), name_lengths_.data(), values_.data(), value_lengths_.data(), names_.size()};
}

}  // namespace polyhouse::engine
