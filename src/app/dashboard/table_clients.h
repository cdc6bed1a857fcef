#pragma once

#include <memory>

#include "app/environment.h"
#include "pages/page_tables.h"

namespace polyhouse {

/// Asks the tables as one who may only read, from any thread: each question has a connection of its
/// own, kept for the next one. Never starts an engine: where none runs the error is kTransient. The
/// environment must outlive what is returned.
AskTables AskAsReader(const Environment& environment);

}  // namespace polyhouse
