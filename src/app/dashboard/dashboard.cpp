#include "app/dashboard/dashboard.h"

#include "app/dashboard/routes.h"
#include "app/dashboard/table_clients.h"
#include "doors/listener.h"
#include "serve/web_server.h"

namespace polyhouse {
namespace {

constexpr std::size_t kShortestToken = 16;

}  // namespace

struct Dashboard::Impl {
  explicit Impl(const Environment& of) : environment(of) {}

  // In this order: each uses those above.
  const Environment environment;
  AskTables ask = AskWithRights(environment, ClickHouseOptions::Rights::kReader);
  AskTables ask_for_strangers = AskWithRights(environment, ClickHouseOptions::Rights::kStranger);
  Watch watch{environment};
  PageAnswers answers{ask, environment.clock};
  LiveFeed feed;
  LiveTicker ticker{watch, answers, feed, environment.clock};
  DeadLetterPages letters{environment};
  QualityPage quality{ask};
  Sessions sessions{environment.config.listen_token};
  Routes routes{{watch,
                 answers,
                 ask_for_strangers,
                 feed,
                 ticker,
                 letters,
                 quality,
                 sessions,
                 environment.clock}};
  std::unique_ptr<WebServer> server;
};

Dashboard::Dashboard(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Dashboard::~Dashboard() {
  impl_->ticker.Stop();
}

Result<std::unique_ptr<Dashboard>> Dashboard::Start(const Environment& environment) {
  const Secret& token = environment.config.listen_token;
  if (!token.empty() && token.Reveal().size() < kShortestToken) {
    return ConfigError("listen_token has fewer than 16 characters: it could be guessed.");
  }
  auto impl = std::make_unique<Impl>(environment);
  const auto clients =
      token.empty() ? WebServer::Clients::kThisMachine : WebServer::Clients::kAnybody;
  auto server = WebServer::Start(environment.config.listen, clients, impl->routes);
  if (!server) return std::move(server).error();
  impl->server = std::move(*server);
  return std::unique_ptr<Dashboard>(new Dashboard(std::move(impl)));
}

std::string Dashboard::url() const {
  const auto place = ParseHostPort(impl_->environment.config.listen);
  const std::string host = place ? place->host : "127.0.0.1";
  return HttpUrl(host, impl_->server->port()) + "/";
}

}  // namespace polyhouse
