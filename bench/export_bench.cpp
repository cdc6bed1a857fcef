#include <filesystem>
#include <stdexcept>

#include "benches.h"
#include "engine_tables.h"
#include "generated_trades.h"

namespace polyhouse {
namespace {

class ExportBench {
 public:
  /// The tables must outlive it.
  ExportBench(EngineTables& tables, const std::string& ending, std::string format)
      : tables_(tables),
        format_(std::move(format)),
        ours_(tables.PathOf("trades." + ending)),
        reference_(tables.tables_dir() + "/trades." + ending) {}

  void Clear() const {
    for (const std::string& path : {ours_, ours_ + ".manifest.json", reference_}) {
      std::filesystem::remove(path);
    }
  }

  void Export() const { tables_.Run({"export", "trades", ours_}); }

  /// What the engine does when nobody but it has to do with the file. INTO OUTFILE goes through the
  /// call that returns a whole result, which is nothing here.
  void ExportAlone() {
    const auto done = tables_.client().Query(
        "SELECT * FROM trades INTO OUTFILE '" + reference_ + "' FORMAT " + format_,
        {{"wait_end_of_query", "1"}},
        [](std::string_view) { return true; },
        {});
    if (!done) throw std::runtime_error(done.error().message);
  }

 private:
  EngineTables& tables_;
  std::string format_;
  std::string ours_;
  std::string reference_;
};

}  // namespace

void BenchExport(const BenchInput& input, Report& report) {
  const auto trades = static_cast<double>(input.lines);
  EngineTables tables;
  FillTrades(tables, input.lines);
  for (const auto& [ending, format] : {std::pair("parquet", "Parquet"), {"csv", "CSVWithNames"}}) {
    ExportBench bench(tables, ending, format);
    const auto pair = MedianPair(
        3, [&] { bench.Clear(); }, [&] { bench.Export(); }, [&] { bench.ExportAlone(); });
    report.AddRatio("export " + std::to_string(input.lines) + " trades as " + ending,
                    PerSecond(trades / pair.ours, "rows"),
                    "the engine's INTO OUTFILE " + PerSecond(trades / pair.reference, "rows"),
                    pair.reference / pair.ours,
                    "0.8");
  }
}

}  // namespace polyhouse
