#pragma once

#include "base/result.h"

namespace polyhouse::engine {

/// Takes from the calling thread, and every thread it makes, the system calls that lead out of the
/// process: new sockets and connections of any kind (TCP, UDP and so DNS, Unix sockets), running
/// programs, looking into or signalling other processes, other name spaces. They fail with EPERM;
/// sockets that are open go on working. It cannot be undone. kConfig with the reason where the
/// kernel takes no filter; nothing is taken then.
Status ForbidSystemCalls();

}  // namespace polyhouse::engine
