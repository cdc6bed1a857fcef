#include "app/read_only.h"

namespace polyhouse {

Result<ClickHouseClient::Settings> ReadOnlySettings(const Environment& environment,
                                                    ClickHouseClient& client,
                                                    std::stop_token stop) {
  const ClickHouseClient::Settings read_only = {{"readonly", "2"}};
  if (!HasClickHouse(environment.config)) return read_only;
  const auto level =
      client.Fetch("SELECT getSetting('readonly') FORMAT TabSeparated", std::move(stop));
  if (!level) return level.error();
  return level->starts_with('0') ? read_only : ClickHouseClient::Settings();
}

Result<std::string> ReadOnlyTables::Fetch(std::string_view sql, std::stop_token stop) {
  std::string answer;
  auto status = client_.Query(
      sql,
      read_only_,
      [&](std::string_view piece) {
        answer.append(piece);
        return true;
      },
      std::move(stop));
  if (!status) return std::move(status).error();
  return answer;
}

Status ReadOnlyTables::Stream(std::string_view sql,
                              const Settings& settings,
                              const std::function<bool(std::string_view)>& on_bytes,
                              std::stop_token stop) {
  auto all = read_only_;
  all.insert(all.end(), settings.begin(), settings.end());
  return client_.Query(sql, all, on_bytes, std::move(stop));
}

}  // namespace polyhouse
