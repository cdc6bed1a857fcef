#include "role_crew.h"

#include <gtest/gtest.h>

#include <csignal>
#include <utility>

namespace polyhouse {

RoleCrew::RoleCrew(const Polyhouse& polyhouse,
                   const std::vector<std::string>& settings,
                   std::vector<std::string> environment)
    : environment_(std::move(environment)) {
  for (std::vector<std::string> role :
       std::vector<std::vector<std::string>>{{"ingest", "markets"},
                                             {"ingest", "events"},
                                             {"write", "--writer-consumer=one"},
                                             {"write", "--writer-consumer=two"},
                                             {"serve", "--listen=127.0.0.1:0"}}) {
    // Everything quick, so that many things happen between two kills.
    for (const char* setting : {"--gamma-retry-base=5ms",
                                "--gamma-page-size=20",
                                "--redis-lease=1s",
                                "--writer-batch-rows=200",
                                "--writer-batch-age=20ms",
                                "--writer-claim-idle=1s"}) {
      role.emplace_back(setting);
    }
    role.insert(role.end(), settings.begin(), settings.end());
    roles_.push_back({polyhouse.Command(role), nullptr});
  }
  for (Role& role : roles_)
    role.process = std::make_unique<ChildProcess>(role.command, environment_);
}

void RoleCrew::Tend() {
  for (Role& role : roles_) {
    if (!role.process->HasEnded()) continue;
    EXPECT_TRUE(std::exchange(role.killed, false)) << role.process->Stderr();
    role.process = std::make_unique<ChildProcess>(role.command, environment_);
  }
}

void RoleCrew::KillOne(std::minstd_rand& random, Victims victims) {
  constexpr std::size_t kIngesters = 2;  // They come first.
  // All but the ingesters, or all.
  const std::size_t first = victims == Victims::kWriters ? kIngesters : 0;
  Role& role = roles_[first + random() % (roles_.size() - first)];
  if (role.killed || role.process->HasEnded()) return;
  role.killed = true;
  ++kills_;
  role.process->Signal(SIGKILL);
  role.process->Wait();
}

void RoleCrew::Stop() {
  Tend();
  for (Role& role : roles_) role.process->Signal(SIGTERM);
  for (Role& role : roles_) {
    EXPECT_EQ(role.process->Wait().exit_code, 0) << role.process->Stderr();
  }
}

}  // namespace polyhouse
