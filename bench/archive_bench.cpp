#include <array>
#include <cstdio>
#include <filesystem>

#include "adapters/files/zstd_frame.h"
#include "adapters/files/zstd_page_archive.h"
#include "benches.h"
#include "codec/api_page.h"
#include "codec/entry_codec.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

/// As in the bench of decoding.
constexpr std::size_t kRoundBytes = 60'000'000;

std::string Percent(std::size_t part, std::size_t whole) {
  std::array<char, 16> text{};
  (void)std::snprintf(text.data(),
                      text.size(),
                      "%.1f %%",
                      100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text.data();
}

void Decode(ApiPageParser<Market>& parser, const std::string& body) {
  auto page = parser.ParsePage(std::string(body), 1);
  if (!page) return;
  for (const Market& market : page->rows) (void)EncodeEntry(market).size();
}

void BenchLevel(const std::string& body, int level, Report& report) {
  ApiPageParser<Market> parser(body.front() == '[' ? PageShape::kArray : PageShape::kEnvelope);
  const std::size_t repeats = kRoundBytes / body.size() + 1;
  std::size_t size = 0;
  const Pair seconds = MedianPair(
      5,
      [] {},
      [&] {
        for (std::size_t i = 0; i < repeats; ++i) {
          size = CompressFrame(body, level).size() + (BodyHash(body) == 0 ? 1 : 0);
        }
      },
      [&] {
        for (std::size_t i = 0; i < repeats; ++i) Decode(parser, body);
      });
  const double megabytes = static_cast<double>(body.size() * repeats) / 1e6;
  report.AddRatio(
      "archive a page, zstd " + std::to_string(level) + ", to " + Percent(size, body.size()),
      PerSecond(megabytes / seconds.ours, "MB"),
      "decode it " + PerSecond(megabytes / seconds.reference, "MB"),
      seconds.reference / seconds.ours,
      "");
}

/// With the files.
void BenchKeep(const std::string& body, Report& report) {
  const ScratchDir dir;
  SystemClock clock;
  const auto archive = OpenZstdPageArchive({dir.path(), "markets"}, clock);
  if (!archive) return;
  const std::size_t repeats = kRoundBytes / body.size() + 1;
  const double seconds = MedianSeconds(5, [&] {
    for (std::size_t i = 0; i < repeats; ++i) {
      if (!(*archive)->Keep({i + 1, "http://api/markets/keyset", 200, body})) return;
    }
  });
  const double megabytes = static_cast<double>(body.size() * repeats) / 1e6;
  report.AddFigure("archive a page, with its files", PerSecond(megabytes / seconds, "MB"), "");
}

}  // namespace

void BenchArchive(const BenchInput& input, Report& report) {
  const std::string path = input.recordings + "/gamma_markets/2026-05-02_open_100.json";
  if (!std::filesystem::exists(path)) return;
  const std::string body = ReadFile(path);
  for (const int level : {1, 3, 6}) BenchLevel(body, level, report);
  BenchKeep(body, report);
}

}  // namespace polyhouse
