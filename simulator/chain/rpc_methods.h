#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chain/endpoint_spec.h"
#include "chain/log_query.h"
#include "chain/rpc_error.h"
#include "chain/simulated_chain.h"

namespace polyhouse {

/// What one request to one endpoint sees of the chain.
struct EndpointView {
  EndpointSpec spec;
  std::uint64_t endpoint = 0;
  std::uint64_t turn = 0;   ///< The number of the request.
  BlockNumber head = 0;     ///< The last block that it has.
  bool hides_logs = false;  ///< Every eth_getLogs is `[]`.
};

/// Answers the methods of JSON-RPC as one endpoint. Lives as long as one request.
class RpcMethods final {
 public:
  RpcMethods(const SimulatedChain& chain, const EndpointView& view) : chain_(chain), view_(view) {}

  /// The result as JSON. `params` is an array, or whatever the client sent.
  RpcResult<std::string> Call(std::string_view method, simdjson::dom::element params) const;

 private:
  RpcResult<std::string> GetLogs(simdjson::dom::element params) const;
  RpcResult<std::string> GetBlock(simdjson::dom::element params) const;
  RpcResult<std::string> GetCode(simdjson::dom::element params) const;
  RpcResult<std::string> GetTransactionCount(simdjson::dom::element params) const;

  /// Why this endpoint has no state of the block in the second parameter; empty when it has.
  std::optional<RpcError> StateRefusal(simdjson::dom::element params) const;

  struct Range {
    BlockNumber from = 0;
    BlockNumber to = 0;
  };
  RpcResult<Range> RangeOf(const LogQuery& query) const;
  RpcResult<BlockNumber> BlockAt(std::string_view text) const;
  RpcResult<std::string> CollectLogs(const LogQuery& query, const Range& range) const;
  bool Drops(const PlacedLog& placed) const;
  void AppendLog(std::string& out, const PlacedLog& placed) const;

  /// Which of several wordings this request gets.
  std::uint64_t Wording() const { return view_.spec.wording.value_or(view_.turn); }
  RpcError RangeRefusal() const;
  RpcError ResultsRefusal() const;
  RpcError PrunedRefusal() const;

  const SimulatedChain& chain_;
  const EndpointView& view_;
};

}  // namespace polyhouse
