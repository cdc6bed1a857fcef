#pragma once

#include <string>

#include "answer_cache.h"
#include "request.h"
#include "response.h"
#include "simulation.h"

namespace polyhouse {

/// The simulator's own interface under /simulator/: never faulted, never counted.
class ControlRoutes final {
 public:
  /// `seed` is that of fault plans set while running.
  ControlRoutes(Simulation& simulation, AnswerCache& cache, std::uint64_t seed)
      : simulation_(simulation), cache_(cache), seed_(seed) {}

  static bool IsControl(const Request& request);
  /// True when the answer does not depend on what was served.
  static bool IsAboutTheWorld(const Request& request);
  Response Handle(const Request& request);

 private:
  Response Stats();
  Response ResetStats();
  Response Truth();
  Response Now(const Request& request);
  Response World();
  Response Tick(const Request& request);
  Response Vanish(const Request& request);
  Response Edit(const Request& request);
  Response Drift(const Request& request);
  Response Fault(const Request& request);

  Simulation& simulation_;
  AnswerCache& cache_;
  std::uint64_t seed_;
};

}  // namespace polyhouse
