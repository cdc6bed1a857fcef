#pragma once

// Private to adapters/redis: hiredis' replies behind an owning type.

#include <hiredis/hiredis.h>

#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace polyhouse {

/// A reply or a part of one; borrowed from the RedisReply that owns it. What does not fit the
/// question is empty: no text in a number, no elements in a text.
class RedisValue {
 public:
  explicit RedisValue(const redisReply* reply) : reply_(reply) {}

  bool IsNil() const { return reply_ == nullptr || reply_->type == REDIS_REPLY_NIL; }
  bool IsError() const { return reply_ != nullptr && reply_->type == REDIS_REPLY_ERROR; }
  bool IsArray() const { return reply_ != nullptr && reply_->type == REDIS_REPLY_ARRAY; }
  bool IsInteger() const { return reply_ != nullptr && reply_->type == REDIS_REPLY_INTEGER; }
  std::string_view text() const {
    const bool has_text = reply_ != nullptr && reply_->str != nullptr;
    return has_text ? std::string_view(reply_->str, reply_->len) : std::string_view();
  }
  std::int64_t integer() const { return IsInteger() ? reply_->integer : 0; }
  /// A number that is written as text in some replies and as a number in others.
  std::uint64_t Count() const {
    std::uint64_t count = static_cast<std::uint64_t>(integer());
    std::from_chars(text().data(), text().data() + text().size(), count);
    return count;
  }
  std::size_t size() const { return IsArray() ? reply_->elements : 0; }
  /// Nil beyond the end.
  RedisValue operator[](std::size_t index) const {
    return RedisValue(index < size() ? reply_->element[index] : nullptr);
  }
  /// The value behind `name` in a flat list of names and values, as XINFO answers.
  RedisValue Field(std::string_view name) const {
    for (std::size_t i = 0; i + 1 < size(); i += 2) {
      if ((*this)[i].text() == name) return (*this)[i + 1];
    }
    return RedisValue(nullptr);
  }

 private:
  const redisReply* reply_;
};

/// A whole reply.
class RedisReply {
 public:
  explicit RedisReply(redisReply* reply) : reply_(reply) {}

  RedisValue value() const { return RedisValue(reply_.get()); }

 private:
  struct Free {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
  };

  std::unique_ptr<redisReply, Free> reply_;
};

}  // namespace polyhouse
