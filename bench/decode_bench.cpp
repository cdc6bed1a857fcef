#include <simdjson.h>

#include <filesystem>

#include "benches.h"
#include "codec/api_page.h"
#include "codec/entry_codec.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

/// Bytes over which one round repeats a page, so that a round takes long enough to be measured.
constexpr std::size_t kRoundBytes = 60'000'000;

template <class Row>
void BenchPage(const std::string& path, Report& report) {
  const std::string body = ReadFile(path);
  const std::size_t repeats = kRoundBytes / body.size() + 1;
  ApiPageParser<Row> parser(body.front() == '[' ? PageShape::kArray : PageShape::kEnvelope);
  simdjson::dom::parser reference;
  const simdjson::padded_string padded(body);
  std::size_t rows = 0;
  // As libcurl leaves them: the parser takes a body over, it does not copy it.
  std::vector<std::string> bodies;
  const auto prepare = [&] {
    bodies.assign(repeats, body);
    for (std::string& copy : bodies) copy.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  };
  const Pair seconds = MedianPair(
      7,
      prepare,
      [&] {
        for (std::string& copy : bodies) {
          auto page = parser.ParsePage(std::move(copy), 1);
          if (!page) return;
          rows = page->rows.size();
          for (const Row& row : page->rows) rows += EncodeEntry(row).size() == 0 ? 1U : 0U;
        }
      },
      [&] {
        for (std::size_t i = 0; i < repeats; ++i) (void)reference.parse(padded).error();
      });
  const double megabytes = static_cast<double>(body.size() * repeats) / 1e6;
  report.AddRatio("decode to entries: " + std::filesystem::path(path).filename().string(),
                  PerSecond(megabytes / seconds.ours, "MB"),
                  "simdjson DOM parse " + PerSecond(megabytes / seconds.reference, "MB"),
                  seconds.reference / seconds.ours,
                  "0.3");
}

}  // namespace

void BenchDecode(const BenchInput& input, Report& report) {
  const std::string markets = input.recordings + "/gamma_markets/";
  const std::string events = input.recordings + "/gamma_events/";
  for (const char* name : {"2020-2021_closed_100_pretty.json",
                           "2021-2026_mixed_300closed_600_pretty.json",
                           "2026-02_open_500_b.json",
                           "2026-05-02_open_100.json"}) {
    if (std::filesystem::exists(markets + name)) BenchPage<Market>(markets + name, report);
  }
  for (const char* name :
       {"2024_open_20_recorded_2025-03.json", "2026-04-27_top_20_1061markets.json"}) {
    if (std::filesystem::exists(events + name)) BenchPage<Event>(events + name, report);
  }
}

}  // namespace polyhouse
