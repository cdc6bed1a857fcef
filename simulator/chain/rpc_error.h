#pragma once

#include <string>
#include <tl/expected.hpp>

namespace polyhouse {

/// An error as JSON-RPC has it.
struct RpcError {
  int code = 0;
  std::string message;
};

template <class T>
using RpcResult = tl::expected<T, RpcError>;

inline tl::unexpected<RpcError> Refuse(int code, std::string message) {
  return tl::unexpected<RpcError>(RpcError{code, std::move(message)});
}

}  // namespace polyhouse
