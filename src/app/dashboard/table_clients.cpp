#include "app/dashboard/table_clients.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "app/table_access.h"

namespace polyhouse {
namespace {

/// No statement may take longer, whatever it says itself: of the console, and of a page. A database
/// that hangs heeds no limit of its own.
constexpr std::chrono::seconds kLongest{620};
constexpr std::chrono::seconds kLongestOfPage{7};

struct TableClient {
  std::unique_ptr<HttpClient> http;
  std::unique_ptr<ClickHouseClient> client;
};

/// Those that are not in use.
class Clients {
 public:
  Clients(const Environment& environment, ClickHouseOptions::Rights rights)
      : environment_(environment), rights_(rights) {}

  Result<TableClient> Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        TableClient client = std::move(free_.back());
        free_.pop_back();
        return client;
      }
    }
    auto options = TableOptions(environment_);
    if (!options) return std::move(options).error();
    options->rights = rights_;
    options->query_timeout =
        rights_ == ClickHouseOptions::Rights::kStranger ? kLongest : kLongestOfPage;
    TableClient client{MakeTableHttp(environment_), nullptr};
    client.client = std::make_unique<ClickHouseClient>(std::move(*options), *client.http);
    return client;
  }
  void GiveBack(TableClient client) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(client));
  }

 private:
  const Environment environment_;
  const ClickHouseOptions::Rights rights_;
  std::mutex mutex_;
  std::vector<TableClient> free_;
};

}  // namespace

AskTables AskWithRights(const Environment& environment, ClickHouseOptions::Rights rights) {
  const auto clients = std::make_shared<Clients>(environment, rights);
  return [clients](const TableQuestion& question, std::stop_token stop) -> Status {
    auto client = clients->Take();
    if (!client) return std::move(client).error();
    auto status =
        client->client->Query(question.sql, question.settings, question.on_data, std::move(stop));
    clients->GiveBack(std::move(*client));
    return status;
  };
}

}  // namespace polyhouse
