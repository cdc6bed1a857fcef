#include "adapters/redis/redis_fields.h"

namespace polyhouse {

Result<StateFields> ReadFields(RedisConnection& connection, const std::string& key) {
  const auto reply = connection.Run({"HGETALL", connection.Key(key)});
  if (!reply) return reply.error();
  StateFields fields;
  const RedisValue pairs = reply->value();
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    fields.emplace(pairs[i].text(), pairs[i + 1].text());
  }
  return fields;
}

}  // namespace polyhouse
