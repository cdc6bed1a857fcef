#pragma once

// Private to adapters/redis.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace polyhouse {

/// Commands in the form in which they go over the wire (RESP 2), one after the other, so that a
/// whole transaction is one send. Arguments are binary.
class RedisCommands {
 public:
  enum class Form {
    kWire,
    kScript,  ///< Arguments of a script: for each command the number of its arguments, and these.
  };
  explicit RedisCommands(Form form = Form::kWire) : form_(form) {}

  /// A whole command, in the call.
  void Add(std::initializer_list<std::string_view> arguments) {
    Begin(arguments.size());
    for (const auto argument : arguments) Argument(argument);
  }

  /// A command whose arguments follow one by one, exactly `arguments` of them.
  RedisCommands& Begin(std::size_t arguments);
  RedisCommands& Argument(std::string_view bytes);
  RedisCommands& Argument(const char* text) { return Argument(std::string_view(text)); }
  template <std::integral Number>
  RedisCommands& Argument(Number number) {
    return Argument(std::string_view(std::to_string(number)));
  }

  /// All arguments of commands in the form kScript.
  RedisCommands& Arguments(const RedisCommands& script);

  std::size_t count() const { return count_; }
  std::size_t arguments() const { return arguments_; }
  const std::string& bytes() const { return bytes_; }
  /// Room for so many bytes in all, for one allocation in place of many.
  void Reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  void Clear() {
    bytes_.clear();
    count_ = 0;
    arguments_ = 0;
  }

 private:
  void Head(char type, std::size_t number);

  Form form_;
  std::string bytes_;
  std::size_t count_ = 0;
  std::size_t arguments_ = 0;
};

}  // namespace polyhouse
