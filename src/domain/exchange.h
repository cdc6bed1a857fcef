#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace polyhouse {

/// Polygon, on which all of them are.
inline constexpr std::uint64_t kChainId = 137;

/// How a contract's logs are laid out.
enum class ExchangeGeneration { kV1, kV2, kV3 };

/// "v1", "v2" or "v3".
std::string_view ToString(ExchangeGeneration generation);

/// A contract on which orders are matched.
struct ExchangeContract {
  std::string address;  ///< Lower-case.
  ExchangeGeneration generation = ExchangeGeneration::kV2;
  std::uint64_t first_block = 0;  ///< Before it there is no log of it.
};

/// Those that are documented (docs.polymarket.com/resources/contracts, Polymarket's subgraph
/// networks.yaml, Polymarket/polymarket-v2-external README; blocks as measured in 2026).
std::span<const ExchangeContract> KnownExchanges();

// keccak-256 of the events' signatures.
/// OrderFilled(bytes32,address,address,uint256,uint256,uint256,uint256,uint256) of V1.
inline constexpr std::string_view kFilledV1Topic =
    "0xd0a08e8c493f9c94f29311604c9de1b4e8c8d4c06bd0c789af57f2d65bfec0f6";
/// OrderFilled(bytes32,address,address,uint8,uint256,uint256,uint256,uint256,bytes32,bytes32) of V2
/// and V3.
inline constexpr std::string_view kFilledV2Topic =
    "0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee";
/// OrdersMatched(bytes32,address,uint256,uint256,uint256,uint256) of V1.
inline constexpr std::string_view kMatchedV1Topic =
    "0x63bf4d16b7fa898ef4c4b2b6d90fd201e9c56313b65638af6088d149d2ce956c";
/// OrdersMatched(bytes32,address,uint8,uint256,uint256,uint256) of V2 and V3.
inline constexpr std::string_view kMatchedV2Topic =
    "0x174b3811690657c217184f89418266767c87e4805d09680c39fc9c031c0cab7c";

/// All that the exchanges are known to emit day by day, of which fills and matches are read here:
/// besides them FeeCharged of V1 and of V2, and TokenRegistered.
std::span<const std::string_view> KnownTopics();

}  // namespace polyhouse
