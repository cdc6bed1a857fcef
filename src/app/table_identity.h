#pragma once

#include <stop_token>

#include "app/environment.h"
#include "app/streams.h"
#include "app/table_access.h"

namespace polyhouse {

/// Listings that were read into other tables than these must be read again: the data directory of
/// `up` may have been given another --database, its tables may have been deleted. The streams'
/// state remembers the tables (key state:tables); when they are others, the positions of the
/// ingesters are forgotten. To be called before the ingesters start. Only for streams in the data
/// directory; on servers every role stands for itself.
Status ForgetPositionsOfOtherTables(const Environment& environment,
                                    Streams& streams,
                                    TableAccess& tables,
                                    std::stop_token stop);

}  // namespace polyhouse
