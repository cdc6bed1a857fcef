#pragma once

#include <string>
#include <vector>

#include "app/data_dir.h"
#include "base/result.h"
#include "base/secret.h"
#include "config/config.h"

namespace polyhouse {

// The engine's process is started with an empty environment, and with a command line that holds no
// secret: both stay readable in /proc for as long as the process lives, and to whatever a statement
// could make the engine read.

/// What is not in the settings.
struct EngineLaunch {
  std::string listen;       ///< "host:port" for SQL clients; empty: none.
  bool read_write = false;  ///< Let them write, too.
  int parent = 0;           ///< The process to end with; 0: none.
};

/// The command line of `polyhouse engine`, complete: neither environment nor file is looked at.
std::vector<std::string> EngineArguments(const Config& config,
                                         const DataDir& dir,
                                         const EngineLaunch& launch);

/// The texts as C wants them, with a null at the end; valid as long as the texts.
std::vector<char*> Pointers(std::vector<std::string>& texts);

/// Where the started process finds its password.
inline constexpr int kSecretDescriptor = 3;

/// A file in memory that holds the secret, to be passed on; the caller closes it.
Result<int> OpenSecret(const Secret& secret);
/// Reads the secret from the descriptor and closes it, so that nothing of it stays in /proc.
Result<Secret> TakeSecret(int descriptor);

/// Goes on as an engine that is started like this, in the place of this process. Returns only when
/// that failed.
Error BecomeEngine(const Config& config, const DataDir& dir, const EngineLaunch& launch);

}  // namespace polyhouse
