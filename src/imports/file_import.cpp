#include "imports/file_import.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "base/random_token.h"
#include "base/split.h"
#include "checks/table_answer.h"
#include "imports/chunk_workers.h"
#include "imports/staged_rows.h"

namespace polyhouse {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kParquetMagic = "PAR1";
constexpr std::string_view kOurColumns = "import_";

bool IsAmong(std::string_view name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string ColumnList(const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) {
    list += (list.empty() ? "`" : ", `") + column + "`";
  }
  return list;
}

/// "timestamp, maker and taker"
std::string Listed(const std::vector<std::string_view>& names) {
  if (names.size() < 2) return Join(names, "");
  const std::vector<std::string_view> all_but_one(names.begin(), names.end() - 1);
  return Join(all_but_one, ", ") + " and " + std::string(names.back());
}

/// A kind whose columns these are; empty when it is none's.
std::string_view OtherKind(const std::vector<std::string>& columns) {
  for (const ImportKind* kind : {&ImportOfFills(), &ImportOfTrades(), &ImportOfMarkets()}) {
    if (kind->Missing(columns).empty()) return kind->name;
  }
  return {};
}

Error NotOfThisKind(const ImportKind& kind,
                    const std::string& path,
                    const std::vector<std::string>& columns) {
  const std::string_view other = OtherKind(columns);
  return ConfigError(path + " has no column " + Listed(kind.Missing(columns)) +
                     ", which a file of " + std::string(kind.name) + " has; its columns are " +
                     Join(columns, ", ") +
                     (other.empty() ? ". The first line must name the columns."
                                    : ". Is it one of " + std::string(other) +
                                          "? polyhouse import " + std::string(other) + " …"));
}

}  // namespace

/// A file, read up to where its import goes on.
struct FileImport::Opened {
  std::unique_ptr<RecordReader> records;
  std::unique_ptr<ChunkReader> chunks;
};

FileImport::FileImport(const ImportKind& kind,
                       ImportedFile file,
                       FileImportOptions options,
                       std::vector<BulkTables*> tables,
                       Clock& clock)
    : kind_(kind),
      file_(std::move(file)),
      options_(std::move(options)),
      tables_(std::move(tables)),
      clock_(clock),
      target_{.kind = kind, .file = file_.path, .layout = {}, .columns = {}},
      book_(kind, file_.path, clock) {
  target_.cluster = options_.cluster;
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    retriers_.emplace_back(options_.retry, options_.report, clock_, i);
  }
}

Result<FileImportReport> FileImport::Run(ImportGauge& gauge, std::stop_token stop) {
  const auto format = Probe();
  if (!format) return format.error();
  target_.layout.format = *format;
  return *format == FileFormat::kParquet ? RunParquet(gauge, std::move(stop))
                                         : RunText(gauge, std::move(stop));
}

Result<FileFormat> FileImport::Probe() {
  auto source = file_.open();
  if (!source) return std::move(source).error();
  RecordReader records(std::move(*source));
  const auto start = records.Peek(4096);
  if (!start) return start.error();
  if (start->starts_with(kParquetMagic)) return FileFormat::kParquet;
  const auto first = start->find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) {
    return ConfigError(file_.path + " is empty: there is nothing to import");
  }
  return (*start)[first] == '{' ? FileFormat::kJsonLines : FileFormat::kCsv;
}

/// The names that DESCRIBE TABLE says of something.
Result<std::vector<std::string>> FileImport::ColumnsOf(const std::string& what,
                                                       std::stop_token stop) {
  // An id of 256 bits is no integer that the database would look for.
  const std::string sql =
      "DESCRIBE TABLE " + what + " FORMAT TSV SETTINGS input_format_try_infer_integers = 0";
  const auto text = retriers_.front().Do([&] { return tables_.front()->Fetch(sql, stop); }, stop);
  if (!text) return text.error();
  std::vector<std::string> names;
  for (const std::string& line : Split(*text, '\n')) {
    if (!line.empty()) names.push_back(line.substr(0, line.find('\t')));
  }
  return names;
}

/// `first` is what tells the columns: the header twice, as header and as a row, or a line of JSON;
/// empty for Parquet, of which all are taken.
Status FileImport::LearnColumns(const std::string& first, std::stop_token stop) {
  const auto known = ColumnsOf(std::string(kind_.entry), stop);
  if (!known) return known.error();
  std::vector<std::string> there;
  if (!first.empty()) {
    auto columns = ColumnsOf(
        "format(" + std::string(target_.layout.format_name()) + ", " + Quoted(first) + ")", stop);
    if (!columns) {
      return std::move(columns).error().WithContext(file_.path +
                                                    ": its first line names no columns");
    }
    there = std::move(*columns);
    if (!kind_.Missing(there).empty()) return NotOfThisKind(kind_, file_.path, there);
  }
  target_.layout.counts_repeats = target_.layout.format == FileFormat::kCsv &&
                                  !kind_.content.empty() && kind_.SaysNothingElse(there);
  std::vector<std::string> taken;
  for (const std::string& name : *known) {
    const bool ours = name.starts_with(kOurColumns);
    // A later line of JSON may have what the first lacks.
    const bool any = target_.layout.format != FileFormat::kCsv;
    if (!ours && (any || IsAmong(name, there))) taken.push_back(name);
  }
  for (const std::string& name : there) {
    if (!IsAmong(name, *known)) report_.unused.push_back(name);
  }
  if (target_.layout.format != FileFormat::kParquet) {
    taken.insert(taken.begin(), {"import_line", "import_surplus"});
    if (target_.layout.counts_repeats) taken.insert(taken.begin(), "import_occurrence");
  }
  target_.columns = ColumnList(taken);
  if (!counts_in_database()) return Ok();
  auto staged = ColumnsOf(kind_.staged(), std::move(stop));
  if (!staged) return std::move(staged).error();
  std::erase(*staged, "path");
  target_.staged_columns = ColumnList(*staged);
  return Ok();
}

/// Empty `records` when the file is another one than that of the checkpoint.
Result<FileImport::Opened> FileImport::OpenAt(const std::optional<Checkpoint>& checkpoint) {
  auto source = file_.open();
  if (!source) return std::move(source).error();
  Opened opened{.records = std::make_unique<RecordReader>(std::move(*source)), .chunks = {}};
  if (kind_.content.empty() && target_.layout.format == FileFormat::kCsv) {
    opened.records->SetEnds(RecordEnds::kOutsideQuotes);
  }
  if (target_.layout.format == FileFormat::kCsv) {
    const auto header = opened.records->Next();
    if (!header) return header.error();
  }
  opened.chunks =
      std::make_unique<ChunkReader>(*opened.records, options_.chunk_bytes, target_.layout);
  if (!checkpoint) return opened;
  const auto is_same = opened.chunks->SkipTo(*checkpoint);
  if (!is_same) return is_same.error();
  if (!*is_same) opened.records.reset();
  return opened;
}

Result<FileImportReport> FileImport::RunText(ImportGauge& gauge, std::stop_token stop) {
  auto source = file_.open();
  if (!source) return std::move(source).error();
  RecordReader probe(std::move(*source));
  const auto first = probe.Next();
  if (!first) return first.error();
  std::string line((*first)->text);
  if (line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  if (target_.layout.format == FileFormat::kCsv) {
    target_.layout.header = line;
    line += "\n" + line + "\n";
  }
  if (auto status = LearnColumns(line, stop); !status) return status.error();
  auto checkpoint = book_.Load(*tables_.front(), stop);
  if (!checkpoint) return std::move(checkpoint).error();
  if (options_.again) checkpoint->reset();
  auto opened = OpenAt(*checkpoint);
  if (opened && !opened->records) {
    report_.has_changed = true;
    checkpoint->reset();
    opened = OpenAt({});
  }
  if (!opened) return std::move(opened).error();
  if (*checkpoint) report_.from_line = (*checkpoint)->line;
  const auto now = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count());
  report_.begun = *checkpoint ? (*checkpoint)->begun : now;
  target_.begun = report_.begun;
  if (auto status = StoreAll(*opened, gauge, stop); !status) return status.error();
  report_.rows = gauge.rows;
  report_.was_done = *checkpoint && (*checkpoint)->is_done && report_.rows == 0;
  return report_;
}

Status FileImport::StoreAll(Opened& opened, ImportGauge& gauge, std::stop_token stop) {
  StagedRows staged(target_, *tables_.front(), retriers_.front());
  if (counts_in_database() && report_.from_line == 0) {
    if (auto status = staged.Clear(stop); !status) return status;
  }
  std::mutex mutex;
  Checkpoint last{.line = report_.from_line, .begun = report_.begun};
  const auto store = [&](const Chunk& chunk, std::size_t worker, std::stop_token end) -> Status {
    BulkTables& tables = *tables_[worker];
    ChunkStore chunk_store(target_, tables, retriers_[worker]);
    if (auto status = chunk_store.Store(chunk, end); !status) return status;
    if (counts_in_database() && !chunk.rows.empty()) {
      const auto status = staged.Release(chunk.rows.front().line, chunk.rows.back().line, end);
      if (!status) return status;
    }
    gauge.rows += chunk.count();
    const std::lock_guard lock(mutex);
    return book_.Stored(
        chunk.number, {chunk.end, chunk.end_line, chunk.hash, report_.begun, false}, tables, end);
  };
  // Equal rows are looked for in what stands before, so that must be there.
  ChunkWorkers workers(counts_in_database() ? 1 : tables_.size(), store, stop);
  gauge.size = opened.records->source().size();
  bool any = false;
  for (;;) {
    auto chunk = opened.chunks->Next();
    if (!chunk) return std::move(chunk).error();
    gauge.position = opened.records->source().position();
    if (!*chunk) break;
    any = true;
    last = {(*chunk)->end, (*chunk)->end_line, (*chunk)->hash, report_.begun, false};
    if (!workers.Give(std::move(**chunk))) break;
  }
  if (auto status = workers.Finish(); !status) return status;
  if (counts_in_database()) {
    if (auto status = staged.Clear(stop); !status) return status;
  }
  if (!any) return Ok();
  last.is_done = true;
  return book_.Save(last, *tables_.front(), std::move(stop));
}

Result<std::uint64_t> FileImport::StageParquet(std::string_view bytes, std::stop_token stop) {
  const std::array<std::string_view, 1> body = {bytes};
  BulkTables& tables = *tables_.front();
  return retriers_.front().Do(
      [&]() -> Result<std::uint64_t> {
        const std::string attempt = RandomToken();
        const auto status = tables.InsertText({.table = std::string(kind_.entry),
                                               .columns = target_.columns,
                                               .format = "Parquet",
                                               .tag = ImportTag(attempt, target_.file),
                                               .body = body},
                                              stop);
        if (!status) return status.error();
        return LinesRead(attempt, tables, stop);
      },
      stop);
}

/// The database reads it as a whole, into rows that wait there; these go on in pieces.
Result<FileImportReport> FileImport::RunParquet(ImportGauge& gauge, std::stop_token stop) {
  const auto bytes = file_.map();
  if (!bytes) return bytes.error();
  if (!bytes->starts_with(kParquetMagic)) {
    return ConfigError(
        file_.path + " is a compressed Parquet file, whose end must be read first: decompress it");
  }
  gauge.size = bytes->size();
  if (auto status = LearnColumns({}, stop); !status) return status.error();
  const std::uint64_t hash = XXH3_64bits(bytes->data(), bytes->size());
  const auto before = book_.Load(*tables_.front(), stop);
  if (!before) return before.error();
  const bool is_same = *before && (*before)->hash == hash && (*before)->offset == bytes->size();
  if (is_same && (*before)->is_done && !options_.again) {
    report_.was_done = true;
    report_.begun = (*before)->begun;
    return report_;
  }
  report_.has_changed = *before && !is_same;
  report_.begun = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count());
  StagedRows staged(target_, *tables_.front(), retriers_.front());
  if (counts_in_database()) {
    if (auto status = staged.Clear(stop); !status) return status.error();
  }
  const auto rows = StageParquet(*bytes, stop);
  if (!rows) return rows.error();
  if (counts_in_database()) {
    if (auto status = staged.Release(1, *rows, stop); !status) return status.error();
    if (auto status = staged.Clear(stop); !status) return status.error();
  }
  report_.rows = *rows;
  gauge.rows = report_.rows;
  gauge.position = bytes->size();
  const Checkpoint done{bytes->size(), report_.rows, hash, report_.begun, true};
  if (auto status = book_.Save(done, *tables_.front(), stop); !status) return status.error();
  return report_;
}

}  // namespace polyhouse
