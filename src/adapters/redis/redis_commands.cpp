#include "adapters/redis/redis_commands.h"

#include <array>
#include <charconv>

namespace polyhouse {

void RedisCommands::Head(char type, std::size_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  bytes_ += type;
  bytes_.append(digits.data(), end);
  bytes_ += "\r\n";
}

RedisCommands& RedisCommands::Begin(std::size_t arguments) {
  ++count_;
  if (form_ == Form::kScript) return Argument(arguments);
  Head('*', arguments);
  return *this;
}

RedisCommands& RedisCommands::Argument(std::string_view bytes) {
  ++arguments_;
  Head('$', bytes.size());
  bytes_.append(bytes);
  bytes_ += "\r\n";
  return *this;
}

RedisCommands& RedisCommands::Arguments(const RedisCommands& script) {
  bytes_ += script.bytes_;
  arguments_ += script.arguments_;
  return *this;
}

}  // namespace polyhouse
