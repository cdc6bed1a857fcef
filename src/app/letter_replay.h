#pragma once

#include "base/clock.h"
#include "flow/replay/dead_letter_replay.h"

namespace polyhouse {

/// Replays dead letters of any stream (ReplayDeadLetters). Never asks the network.
Result<ReplayCounts> ReplayLetters(StreamAdmin& admin,
                                   const DeadLetterFilter& filter,
                                   Clock& clock);

}  // namespace polyhouse
