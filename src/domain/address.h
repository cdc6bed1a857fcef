#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/uint256.h"

namespace polyhouse {

/// The number of an address, "0x" and 40 hexadecimal digits; empty for anything else.
std::optional<Uint256> ParseAddress(std::string_view text);

/// Whether a text is an address as tables have them: in lower case.
bool IsWallet(std::string_view text);
/// What is said of one that is none.
inline constexpr std::string_view kIsNoWallet =
    " is no wallet: 0x and 40 digits of 0 to 9 and a to f";

/// What a node says of an address.
struct AddressState {
  std::uint32_t code_size = 0;          ///< Bytes of its code; 0: it has none.
  std::uint64_t transaction_count = 0;  ///< Its nonce: of a contract, how many it has made.

  bool operator==(const AddressState&) const = default;
};

/// What a node says of several addresses, in their order; empty where it did not answer as it
/// should, which says nothing of the address.
struct AddressStates {
  std::uint64_t block = 0;  ///< As of which all of it is so.
  std::vector<std::optional<AddressState>> states;
};

/// An address that has traded, as it was when a node was asked for it.
struct Address {
  static constexpr std::string_view kStream = "stream:addresses";

  std::string address;  ///< "0x" and 40 lower-case hexadecimal digits.
  bool is_contract = false;
  std::uint32_t code_size = 0;
  std::uint64_t transaction_count = 0;
  std::uint64_t block_number = 0;  ///< As of which this is so.
  Timestamp checked_at{};
  std::uint64_t version = 0;  ///< `checked_at` in ms since 1970.

  bool operator==(const Address&) const = default;
};

}  // namespace polyhouse
