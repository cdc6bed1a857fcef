#pragma once

#include <stop_token>

#include "app/status_facts.h"
#include "pages/page_tables.h"
#include "serve/web_message.h"

namespace polyhouse {

/// /api/quality: how complete each source is, by its proofs and by the ledger. Without the tables
/// the days are left out.
WebAnswer QualityPage(const StatusFacts& facts, const AskTables& ask, const std::stop_token& stop);

/// The message of the topic `quality`.
std::string QualityNews(const StatusFacts& facts);

}  // namespace polyhouse
