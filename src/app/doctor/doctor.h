#pragma once

#include <stop_token>

#include "app/commands/command.h"
#include "app/doctor/checkup.h"

namespace polyhouse {

/// Looks at everything that these settings need, and changes nothing. What has to be asked is asked
/// side by side and not for long, so that it ends within half a minute whatever hangs; a part that
/// fails hides no other. No secret is in the answer.
Checkups Examine(CommandContext& context);

}  // namespace polyhouse
