#include "flow/listing/page_letters.h"

namespace polyhouse {
namespace {

DeadLetter LetterOf(std::string data, std::string_view kind, std::string reason, Timestamp when) {
  return {.form = DeadLetterForm::kApiRecord,
          .data = std::move(data),
          .kind = std::string(kind),
          .reason = std::move(reason),
          .first_seen = when};
}

}  // namespace

PageLetters AddPageLetters(const ListingPage& page,
                           const LetterPlace& place,
                           KnownBad& known,
                           const std::function<bool(std::size_t)>& is_new,
                           AppendTransaction& append) {
  PageLetters letters;
  for (const BadRecord& bad : page.bad) {
    if (!known.Insert(bad.raw)) continue;
    append.dead_letters.push_back(
        LetterOf(bad.raw, ToString(bad.error.kind), bad.error.message, place.fetched));
    letters.bad.push_back(bad.error);
  }
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    const ListedRow& row = page.rows[i];
    if (row.unreadable.empty() || !is_new(i)) continue;
    // Of a record that nobody watches any more only the last thousand are remembered.
    if (!known.Insert(row.id + " " + row.unreadable)) continue;
    append.dead_letters.push_back(LetterOf(row.raw, kFieldLetter, row.unreadable, place.fetched));
    letters.odd.push_back("record " + row.id + ": " + row.unreadable);
  }
  if (letters.size() > 0) append.set.emplace_back(place.names.Key(kBadState), known.Text());
  if (!letters.odd.empty()) {
    append.add.emplace_back(place.names.Key(kFieldLettersState),
                            static_cast<std::int64_t>(letters.odd.size()));
  }
  return letters;
}

}  // namespace polyhouse
