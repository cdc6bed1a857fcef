#include "checks/duplicate_check.h"

namespace polyhouse {
namespace {

std::string Limit() {
  return " LIMIT " + std::to_string(Findings::kKeptOfEach);
}

}  // namespace

Status CheckDuplicates(TableReader& tables,
                       const CheckedListing& listing,
                       StoredTwice twice,
                       Findings& findings,
                       RowsToFetch& wanted,
                       std::stop_token stop) {
  const std::string table = listing.Table();
  const auto shown = Ask(
      tables,
      "SELECT id, count() FROM " + listing.Current() + " GROUP BY id HAVING count() > 1" + Limit(),
      stop);
  if (!shown) return shown.error();
  for (const auto& row : *shown) {
    findings.AddWrong({"shown twice",
                       table + "/" + row[0],
                       listing.Current() + " shows it " + row[1] + " times",
                       "tables"});
  }
  // First the few that are there more than once at all; only their content is looked at.
  const auto stored =
      Ask(tables,
          "SELECT id, version, count(), uniqExact(toString(tuple(*))) FROM " + table +
              " WHERE (id, version) IN (SELECT id, version FROM " + table +
              " GROUP BY id, version HAVING count() > 1" + Limit() + ") GROUP BY id, version",
          stop);
  if (!stored) return stored.error();
  for (const auto& row : *stored) {
    const bool differs = row[3] != "1";
    Finding finding{differs ? "two contents" : "stored twice",
                    table + "/" + row[0],
                    "version " + row[1] + " is stored " + row[2] + " times" +
                        (differs ? ", with different content" : ", each the same"),
                    "tables"};
    if (differs || twice == StoredTwice::kWrong) {
      findings.AddWrong(std::move(finding));
      wanted.stored_twice = true;
      if (differs) wanted.ids.push_back(row[0]);
    } else {
      findings.AddNote(std::move(finding));
    }
  }
  const std::string key(listing.type.unique);
  const auto shared =
      Ask(tables,
          "SELECT " + key +
              ", arrayStringConcat(arraySort(groupArray(id)), ', ') "
              "FROM " +
              listing.Current() + " WHERE " + key + " != '' AND cityHash64(" + key +
              ") IN (SELECT cityHash64(" + key + ") AS hash FROM " + listing.Current() + " WHERE " +
              key + " != '' GROUP BY hash HAVING count() > 1) GROUP BY " + key +
              " HAVING count() > 1" + Limit(),
          stop);
  if (!shared) return shared.error();
  for (const auto& row : *shared) {
    findings.AddWrong({"same " + key,
                       row[0],
                       "the records " + row[1] + " of " + listing.Current() + " share it",
                       "tables"});
  }
  return Ok();
}

}  // namespace polyhouse
