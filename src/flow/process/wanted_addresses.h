#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ports/stream_writer.h"

namespace polyhouse {

/// An address to ask for, and a block in which it has traded: what a node that has not got there
/// says of it is of no use.
struct WantedAddress {
  std::string address;
  std::uint64_t block = 0;
};

/// The addresses that nodes are to be asked for, kept beside the streams until there is an answer:
/// a state map with a field for each address, whose value is the block. Of several processors each
/// asks for what it has noted; what one that died has left is taken over by whichever starts next.
/// Used from one thread.
class WantedAddresses {
 public:
  static constexpr std::string_view kKey = "state:addresses_wanted";

  Status Load(StreamWriter& writer);
  /// The change that notes an address; then Add.
  static FieldChange Keep(const WantedAddress& wanted) {
    return {std::string(kKey), wanted.address, std::to_string(wanted.block)};
  }
  /// The change that forgets it, to be stored with its answer; then Forget.
  static FieldChange Done(const std::string& address) {
    return {std::string(kKey), address, std::nullopt};
  }
  void Add(const WantedAddress& wanted) { blocks_.emplace(wanted.address, wanted.block); }
  void Forget(const std::string& address) { blocks_.erase(address); }
  bool Contains(const std::string& address) const { return blocks_.contains(address); }
  std::size_t size() const { return blocks_.size(); }
  /// At most `most`, the next in turn: one that is never answered keeps no other waiting.
  std::vector<WantedAddress> Next(std::size_t most);

 private:
  std::map<std::string, std::uint64_t> blocks_;
  std::string last_;  ///< Given by Next.
};

}  // namespace polyhouse
