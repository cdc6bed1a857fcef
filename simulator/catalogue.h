#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "listing_query.h"
#include "order_index.h"
#include "world.h"

namespace polyhouse {

/// Which rows a listing request gets, and where the next one goes on.
struct RowPage {
  std::vector<RowNumber> rows;
  std::optional<std::string> next_cursor;  ///< Empty on the last page.
};

/// Answers listing requests over one world with an index per order, made when first asked for.
/// `Select` and `SelectBefore` are safe from several threads; `Update` needs them kept out.
class Catalogue final {
 public:
  /// `world` outlives the catalogue.
  explicit Catalogue(const World& world) : world_(world) {}

  /// The page after the query's cursor, or at its offset. kRejected when the cursor does not fit.
  Result<RowPage> Select(const ListingQuery& query);
  /// The page that ended at the query's cursor, in order; the rows a client already has.
  Result<std::vector<RowNumber>> SelectBefore(const ListingQuery& query);
  void Update(const WorldChange& change);

 private:
  using IndexName = std::tuple<std::vector<OrderField>, int, Missing>;

  OrderIndex& IndexFor(const ListingQuery& query);
  Result<RowPage> SelectNamed(const ListingQuery& query, const OrderIndex& index);

  const World& world_;
  std::mutex mutex_;  ///< Guards the two maps, not the indexes.
  std::map<IndexName, std::unique_ptr<OrderIndex>> markets_;
  std::map<IndexName, std::unique_ptr<OrderIndex>> events_;
};

}  // namespace polyhouse
