#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "ports/rate_store.h"

namespace polyhouse {

/// The buckets of embedded mode: one small file for each in `directory`, which is made when it is
/// missing, locked while it is read and written (flock), so that commands beside `polyhouse up`
/// share its limits. A file holds the time up to which slots are taken, in microseconds since 1970.
/// The clock must outlive it.
Result<std::unique_ptr<RateStore>> OpenSharedRateFiles(const std::string& directory, Clock& clock);

}  // namespace polyhouse
