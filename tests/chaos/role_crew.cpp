#include "role_crew.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <thread>
#include <utility>

namespace polyhouse {

std::vector<std::vector<std::string>> ListingRoles() {
  return {{"ingest", "markets"},
          {"ingest", "events"},
          {"write", "--writer-consumer=one"},
          {"write", "--writer-consumer=two"},
          {"serve", "--listen=127.0.0.1:0"}};
}

RoleCrew::RoleCrew(const Polyhouse& polyhouse, Options options)
    : environment_(std::move(options.environment)), pause_(options.pause) {
  for (std::vector<std::string>& role : options.roles) {
    const bool ingests = role.front() == "ingest";
    // Everything quick, so that many things happen between two kills.
    for (const char* setting : {"--gamma-retry-base=5ms",
                                "--gamma-page-size=20",
                                "--redis-lease=1s",
                                "--writer-batch-rows=200",
                                "--writer-batch-age=20ms",
                                "--writer-claim-idle=1s"}) {
      role.emplace_back(setting);
    }
    role.insert(role.end(), options.settings.begin(), options.settings.end());
    roles_.push_back({ingests, polyhouse.Command(role), nullptr});
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

void RoleCrew::KillMany(std::minstd_rand& random,
                        std::size_t kills,
                        const std::function<void()>& then,
                        Victims victims) {
  constexpr std::chrono::milliseconds kShortest{40};
  while (kills_ < kills) {
    // When is what is tested.
    std::this_thread::sleep_for(kShortest +
                                random() % static_cast<unsigned>((pause_ - kShortest).count()) *
                                    std::chrono::milliseconds(1));
    KillOne(random, victims);
    then();
    Tend();
  }
}

void RoleCrew::End(std::vector<Role>& roles) {
  for (const Role& role : roles) role.process->Signal(SIGTERM);
  for (const Role& role : roles) {
    EXPECT_EQ(role.process->Wait().exit_code, 0) << role.process->Stderr();
  }
  roles.clear();
}

void RoleCrew::StopIngesters() {
  Tend();
  const auto rest = std::stable_partition(
      roles_.begin(), roles_.end(), [](const Role& role) { return !role.ingests; });
  std::vector<Role> ingesters(std::make_move_iterator(rest), std::make_move_iterator(roles_.end()));
  roles_.erase(rest, roles_.end());
  End(ingesters);
}

void RoleCrew::Stop() {
  Tend();
  End(roles_);
}

}  // namespace polyhouse
