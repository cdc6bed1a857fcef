#include <cstdio>

#include "answers/answer_keeper.h"
#include "answers/answer_table.h"
#include "answers/questions.h"
#include "app/commands/command.h"
#include "app/moment.h"
#include "app/table_access.h"
#include "base/lower_case.h"
#include "base/one_line.h"
#include "checks/table_answer.h"
#include "codec/timestamp.h"
#include "config/config_table.h"
#include "domain/address.h"

namespace polyhouse {
namespace {

struct AskOptions {
  std::string question;
  std::string about;
  std::string since;
  std::uint64_t limit = 20;
  bool sql = false;
  bool json = false;
  bool csv = false;
};

constexpr std::uint64_t kMostRows = 100'000;
/// What is longer is no name of anything, and is not repeated whole.
constexpr std::size_t kLongestName = 300;

void ListQuestions() {
  for (const Question& question : Questions()) {
    std::string typed(question.name);
    if (question.subject == QuestionSubject::kMarket) typed += " MARKET";
    if (question.subject == QuestionSubject::kWallet) typed += " 0xWALLET";
    if (!question.since.empty()) typed += " [--since " + std::string(question.since) + "]";
    std::printf("%-30s %s\n", typed.c_str(), std::string(question.help).c_str());
  }
  std::printf(
      "\nMARKET is a slug, an id or a condition id. Each takes --limit, --json, --csv, and --sql, "
      "which shows the statement.\n");
}

Result<const Question*> ReadQuestion(const AskOptions& options) {
  if (const Question* question = FindQuestion(options.question)) return question;
  std::vector<std::string_view> names;
  for (const Question& question : Questions()) names.push_back(question.name);
  const std::string near = DidYouMean(options.question, names);
  return ConfigError("there is no question " + OneLine(options.question, kLongestName) +
                     (near.empty() ? ";" : near) + " polyhouse ask lists them");
}

/// "2026-11-26 00:00:00" of a date, a time or how long ago.
Result<std::string> ReadSince(const Question& question, const AskOptions& options, Timestamp now) {
  if (!options.since.empty() && question.since.empty()) {
    return ConfigError("the question " + std::string(question.name) + " takes no --since");
  }
  const std::string text = options.since.empty() ? std::string(question.since) : options.since;
  if (text.empty()) return std::string();
  const auto time = ReadMoment("--since", text, now);
  if (!time) return time.error();
  // What a DateTime can hold begins in 1970.
  if (*time < Timestamp(std::chrono::milliseconds(0)) || *time > now) {
    return ConfigError("--since " + OneLine(text) + " is before 1970 or has not come yet");
  }
  std::string shown = FormatTime(*time).substr(0, 19);
  shown[10] = ' ';
  return shown;
}

Result<std::string> ReadWallet(const std::string& text) {
  const std::string wallet = LowerCase(text);
  if (IsWallet(wallet)) return wallet;
  return ConfigError(OneLine(text) + std::string(kIsNoWallet));
}

/// The id of a market by what a person knows of it. kConfig: there is none; names those like it.
Result<std::string> FindMarket(TableReader& tables, const std::string& text, std::stop_token stop) {
  if (text.size() > kLongestName) {
    return ConfigError("there is no market " + OneLine(text, 40) + "…");
  }
  const std::string known = Quoted(text);
  const auto by_id =
      Ask(tables, "SELECT id FROM markets_current WHERE id = " + known + " LIMIT 1", stop);
  if (!by_id) return by_id.error();
  if (!by_id->empty()) return by_id->front().front();
  // Every version is looked at: a slug that was edited still finds its market, and it is quicker.
  const auto by_name =
      Ask(tables,
          "SELECT id FROM markets WHERE market_slug = " + known + " OR condition_id = lower(" +
              known + ") ORDER BY version DESC LIMIT 1",
          stop);
  if (!by_name) return by_name.error();
  if (!by_name->empty()) return by_name->front().front();
  const auto near =
      Ask(tables,
          "SELECT market_slug, ngramDistance(lower(market_slug), lower(" + known +
              ")) AS distance FROM (SELECT DISTINCT market_slug FROM markets WHERE "
              "market_slug != '') WHERE distance < 0.9 ORDER BY distance, market_slug "
              "LIMIT 3",
          std::move(stop));
  if (!near) return near.error();
  std::string message = "there is no market " + OneLine(text);
  for (std::size_t i = 0; i < near->size(); ++i) {
    message += (i == 0 ? "; near it are " : ", ") + OneLine((*near)[i].front());
  }
  return ConfigError(message);
}

class AskRun {
 public:
  AskRun(const Question& question, const AskOptions& options, std::stop_token stop)
      : question_(question), options_(options), stop_(std::move(stop)) {}

  Status Run(TableAccess& tables, std::string since) {
    if (auto status = tables.Prepare(stop_); !status) return status;
    QuestionFacts facts{.since = std::move(since), .limit = static_cast<int>(options_.limit)};
    if (auto status = ReadSubject(tables.client(), facts); !status) return status;
    const std::string sql = SqlOf(question_, facts);
    if (options_.sql) {
      std::printf("%s\n", sql.c_str());
      return Ok();
    }
    if (auto status = TellWhatIsBehind(tables.client()); !status) return status;
    if (auto status = TellWhatIsNotRead(tables.client()); !status) return status;
    if (options_.json) return Print(tables.client(), sql, "JSONEachRow");
    if (options_.csv) return Print(tables.client(), sql, "CSVWithNames");
    return ShowTable(tables.client(), sql);
  }

  /// Whether something was printed, after which nothing may be tried again.
  bool has_begun() const { return has_begun_; }

 private:
  Status ReadSubject(TableReader& tables, QuestionFacts& facts) {
    if (question_.subject == QuestionSubject::kMarket) {
      auto market = FindMarket(tables, options_.about, stop_);
      if (!market) return std::move(market).error();
      facts.market = std::move(*market);
    }
    if (question_.subject == QuestionSubject::kWallet) {
      auto wallet = ReadWallet(options_.about);
      if (!wallet) return std::move(wallet).error();
      facts.wallet = std::move(*wallet);
    }
    return Ok();
  }

  Status TellWhatIsBehind(TableReader& tables) {
    const auto behind = AnswersBehind(tables, stop_);
    if (!behind) return behind.error();
    for (const KeptAnswer& answer : *behind) {
      std::fprintf(
          stderr,
          "polyhouse: %s are behind the trades, for no writer keeps them or it has much to "
          "do: polyhouse up or polyhouse write brings them up to date.\n",
          std::string(answer.name).c_str());
    }
    return Ok();
  }

  Status TellWhatIsNotRead(TableReader& tables) {
    if (!question_.of_actions) return Ok();
    const auto actions =
        AskNumber(tables, "SELECT count() FROM (SELECT 1 FROM token_actions LIMIT 1)", stop_);
    if (!actions) return actions.error();
    if (*actions > 0) return Ok();
    has_trades_alone_ = true;
    std::fputs(
        "polyhouse: no splits, merges, redemptions or resolutions were read here, and trades alone "
        "do not tell this: polyhouse up --actions-enabled=true reads them (docs/actions.md).\n",
        stderr);
    return Ok();
  }

  void TellWhatToKnow() const {
    if (question_.note.empty() || has_trades_alone_) return;
    std::fprintf(stderr, "polyhouse: %s\n", std::string(question_.note).c_str());
  }

  Status Print(ClickHouseClient& tables, const std::string& sql, std::string_view format) {
    const auto print = [&](std::string_view data) {
      has_begun_ = true;
      return std::fwrite(data.data(), 1, data.size(), stdout) == data.size();
    };
    return tables.Query(sql, {{"default_format", std::string(format)}}, print, stop_);
  }

  Status ShowTable(ClickHouseClient& tables, const std::string& sql) {
    const auto text = tables.Fetch(sql + "\nSETTINGS format_tsv_null_representation = '" +
                                       std::string(kNothing) + "'\nFORMAT TabSeparatedWithNames",
                                   stop_);
    if (!text) return text.error();
    const auto rows = std::count(text->begin(), text->end(), '\n') - 1;  // One is of names.
    const std::string table = TableForPeople(ReadAnswer(*text));
    std::fputs(table.c_str(), stdout);
    if (std::cmp_equal(rows, options_.limit)) {
      std::fprintf(stderr,
                   "polyhouse: these are the first %lld; there may be more: --limit.\n",
                   static_cast<long long>(rows));
    }
    if (!table.empty()) {
      TellWhatToKnow();
      return Ok();
    }
    const auto trades =
        AskNumber(tables, "SELECT count() FROM (SELECT 1 FROM trades_current LIMIT 1)", stop_);
    if (!trades) return trades.error();
    std::fputs(*trades == 0 ? "polyhouse: there are no trades here yet: polyhouse up --rpc-url URL "
                              "reads them from the chain (docs/trades.md).\n"
               : question_.since.empty()
                   ? "polyhouse: nothing of that is here.\n"
                   : "polyhouse: nothing of that is here since then: --since goes farther back.\n",
               stderr);
    return Ok();
  }

  const Question& question_;
  const AskOptions& options_;
  std::stop_token stop_;
  bool has_begun_ = false;
  bool has_trades_alone_ = false;  ///< Actions are asked for, and none were read.
};

Status Ask(const AskOptions& options, CommandContext& context) {
  const auto question = ReadQuestion(options);
  if (!question) return question.error();
  const auto since = ReadSince(**question, options, context.clock.Now());
  if (!since) return since.error();
  if ((*question)->subject == QuestionSubject::kWallet) {
    if (const auto wallet = ReadWallet(options.about); !wallet) return wallet.error();
  }
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  AskRun run(**question, options, stop);
  return WithTables(
      environment,
      [&](TableAccess& tables) { return run.Run(tables, *since); },
      [&] { return !run.has_begun(); },
      stop);
}

std::string Complaint(const AskOptions& options) {
  if (options.json && options.csv) return "--json and --csv are two formats: choose one";
  if (options.limit == 0 || options.limit > kMostRows) {
    return "--limit is from 1 to " + std::to_string(kMostRows);
  }
  if (options.question.empty()) return {};
  const Question* question = FindQuestion(options.question);
  if (question == nullptr) return {};
  const bool wants_subject = question->subject != QuestionSubject::kAll;
  if (wants_subject && options.about.empty()) {
    return "the question " + options.question +
           (question->subject == QuestionSubject::kMarket
                ? " is about a market: give its slug, id or condition id"
                : " is about a wallet: give its address, 0x…");
  }
  if (!wants_subject && !options.about.empty()) {
    return "the question " + options.question + " is about everything: it takes no " +
           OneLine(options.about);
  }
  return {};
}

ExitCode RunAsk(const AskOptions& options, CommandContext& context) {
  context.KeepQuiet();
  if (options.question.empty()) {
    ListQuestions();
    return ExitCode::kDone;
  }
  const Status status = Ask(options, context);
  if (status) return ExitCode::kDone;
  if (context.signals.interrupted()) return ExitCode::kInterrupted;
  std::fflush(stdout);
  return Fail(status.error());
}

}  // namespace

Command AskCommand() {
  const auto options = std::make_shared<AskOptions>();
  return {
      .name = "ask",
      .help = "Ask what people ask of markets, trades and wallets.",
      .group = kDaily,
      .example = "polyhouse ask leaderboard --since 7d",
      .settings = {"data_dir", "clickhouse_url", "database"},
      .options = {{"question", &options->question, "One of those that polyhouse ask lists."},
                  {"about", &options->about, "A market's slug, id or condition id; or a wallet."},
                  {"--since", &options->since, "How long ago, such as 7d; a date; a time."},
                  {"--limit", &options->limit, "At most so many rows.", false, false, true},
                  {"--sql", &options->sql, "Show the statement instead of its answer."},
                  {"--json", &options->json, "Exact values, one JSON object a line."},
                  {"--csv", &options->csv, "Exact values, with a line of names."}},
      .run = [options](CommandContext& context) { return RunAsk(*options, context); },
      .complaint = [options] { return Complaint(*options); },
  };
}

}  // namespace polyhouse
