#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "schema/migrations.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

struct Usage {
  std::string name;
  std::vector<std::string> arguments;
  std::string sentence;
};

class WrongUsage : public testing::TestWithParam<Usage> {};

TEST_P(WrongUsage, ExitsWith2AndASentenceThatHelps) {
  const ScratchDir dir;
  const RunResult result = Polyhouse(dir / "data").Run(GetParam().arguments);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr(GetParam().sentence));
  EXPECT_EQ(result.out, "");
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    WrongUsage,
    testing::Values(
        Usage{"UnknownFlag", {"up", "--onec"}, "\"--onec\" is not known; did you mean --once?"},
        Usage{"FlagWithoutValue", {"query", "SELECT 1", "--format"}, "--format needs a value"},
        Usage{"UnknownSetting", {"up", "--gamma-ulr=http://x"}, "did you mean --gamma-url?"},
        Usage{
            "UnknownCommand", {"qeury", "SELECT 1"}, "\"qeury\" is not known; did you mean query?"},
        Usage{"UnknownSubcommand", {"schema", "aply"}, "did you mean apply?"},
        Usage{"NoCommand", {}, "polyhouse up"},
        Usage{"WrongUrl",
              {"up", "--gamma-url", "gamma"},
              "--gamma-url: \"gamma\" is not a URL such as"},
        Usage{"PasswordInAPublicUrl",
              {"up", "--gamma-url", "http://user:secret@host"},
              "without user, password or query"},
        Usage{"WrongDuration",
              {"up", "--writer-batch-age", "5"},
              "\"5\" is not a duration such as 500ms"},
        Usage{"WrongSize",
              {"up", "--engine-memory", "1MB"},
              "is not a size such as 16MB or 4GB, from 512MB"},
        Usage{"WrongChoice", {"up", "--log-format", "xml"}, "\"xml\" is not one of text, json"},
        Usage{
            "MissingFile", {"up", "--config", "/nowhere/p.toml"}, "/nowhere/p.toml cannot be read"},
        Usage{"DirectoryForAFile", {"config", "check", "--config", "/tmp"}, "is a directory"},
        Usage{"DropWithoutChoice", {"dlq", "drop"}, "--all"},
        Usage{"UnknownKind", {"dlq", "list", "--kind", "nope"}, "there is no kind \"nope\""},
        Usage{"UnknownFlagBelow", {"dlq", "list", "--zzz"}, "polyhouse dlq list --help lists"},
        Usage{"InsertsOfNothing",
              {"import", "fills", "f.csv", "--chunk-bytes=0"},
              "--chunk-bytes: an insert holds something"},
        Usage{"InsertsOfLessThanNothing",
              {"import", "fills", "f.csv", "--chunk-bytes=-1"},
              "--chunk-bytes"},
        Usage{"NoSubcommand", {"dlq"}, "Usage: polyhouse dlq "}),
    [](const auto& test) { return test.param.name; });

TEST(CommandLine, FileKeysAreCheckedAndAllProblemsAreToldAtOnce) {
  const ScratchDir dir;
  WriteFile(dir / "p.toml",
            "gamma_url = \"http://127.0.0.1:9\"\n[writer]\nbatch_rowz = 5\nbatch_age = \"soon\"\n");
  const RunResult result =
      Polyhouse(dir / "data").Run({"config", "check", "--config", dir / "p.toml"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              HasSubstr("the key writer.batch_rowz is not known; did you mean writer.batch_rows?"));
  EXPECT_THAT(result.err, HasSubstr("writer.batch_age: \"soon\" is not a duration"));
}

TEST(CommandLine, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  const ScratchDir dir;
  WriteFile(dir / "p.toml",
            "[writer]\nbatch_rows = 1\nbatch_age = \"7s\"\n[ingest]\nmax_backlog = 3000\n");
  const RunResult result =
      RunToEnd({PolyhouseProgram(),
                "config",
                "show",
                "--config",
                dir / "p.toml",
                "--writer-batch-rows",
                "3"},
               {"POLYHOUSE_WRITER_BATCH_ROWS=2", "POLYHOUSE_WRITER_BATCH_AGE=8s"});
  EXPECT_THAT(result.out, testing::ContainsRegex("writer.batch_rows +3 +\\(flag\\)"));
  EXPECT_THAT(result.out, testing::ContainsRegex("writer.batch_age +8s +\\(environment\\)"));
  EXPECT_THAT(result.out, testing::ContainsRegex("ingest.max_backlog +3000 +\\(.*p.toml\\)"));
  EXPECT_THAT(result.out, testing::ContainsRegex("gamma.page_size +100 +\\(default\\)"));
}

/// It took the next word for its value, and that word was gone.
TEST(CommandLine, AFlagWithAnEmptyValueTakesNoOther) {
  const RunResult result =
      RunToEnd({PolyhouseProgram(), "config", "show", "--listen=", "--writer-batch-rows=3"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, testing::ContainsRegex("writer.batch_rows +3 +\\(flag\\)"));
  EXPECT_THAT(result.out, testing::ContainsRegex("\nlisten +\\(flag\\)"));
}

TEST(CommandLine, UnknownEnvironmentVariableIsNamed) {
  const RunResult result =
      RunToEnd({PolyhouseProgram(), "config", "show"}, {"POLYHOUSE_DATA_DRI=/x"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err,
              HasSubstr("POLYHOUSE_DATA_DRI is not known; did you mean POLYHOUSE_DATA_DIR?"));
}

TEST(CommandLine, SampleFileIsValidAndSaysTheDefaults) {
  const ScratchDir dir;
  std::string sample = RunToEnd({PolyhouseProgram(), "config", "sample"}).out;
  // With every line in force it must still be what the defaults are.
  for (auto at = sample.find("\n#"); at != std::string::npos; at = sample.find("\n#", at + 1)) {
    if (sample.at(at + 2) != ' ') sample.erase(at + 1, 1);
  }
  WriteFile(dir / "p.toml", sample);
  const RunResult shown =
      RunToEnd({PolyhouseProgram(), "config", "show", "--config", dir / "p.toml"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, testing::Not(HasSubstr("(default)")));
}

TEST(CommandLine, ReferencePageIsWhatTheProgramPrints) {
  const std::string page = RunToEnd({PolyhouseProgram(), "config", "sample", "--markdown"}).out;
  EXPECT_EQ(page, ReadFile(std::string(TESTS_DIR) + "/../docs/config.md"))
      << "Run: build/release/polyhouse config sample --markdown > docs/config.md";
}

TEST(CommandLine, QueryPrintsDataOnStdoutAndTheServersErrorOnStderr) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  const RunResult good = polyhouse.Run({"query", "SELECT 1, 'a'"});
  EXPECT_EQ(good.out, "1\ta\n");
  EXPECT_EQ(good.err, "");
  const RunResult bad = polyhouse.Run({"query", "SELECT nothing FROM nowhere"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_EQ(bad.out, "");
  EXPECT_THAT(bad.err, HasSubstr("Code: 60"));
}

TEST(CommandLine, QuerySaysWhatHelpsAgainstARefusal) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  EXPECT_THAT(polyhouse.Run({"query", "SET max_threads = 1"}).err, HasSubstr("SETTINGS"));
  const RunResult file =
      polyhouse.Run({"query", "--write", "SELECT * FROM file('/etc/passwd', LineAsString)"});
  EXPECT_EQ(file.exit_code, 1);
  EXPECT_THAT(file.err, HasSubstr("docs/security.md"));
}

/// A plain query made dropped tables again, and answered "0 rows" without a word.
TEST(CommandLine, QuerySaysThatItMadeDroppedTablesAgain) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  EXPECT_EQ(polyhouse.Run({"query", "SELECT count() FROM markets"}).err, "");
  ASSERT_EQ(polyhouse.Run({"query", "--write", "DROP VIEW markets_history SYNC"}).exit_code, 0);
  EXPECT_THAT(polyhouse.Run({"query", "SELECT 1"}).err, HasSubstr("made what the database lacked"));
}

/// A mistyped directory used to be made, and looked like an empty project.
TEST(CommandLine, WhatOnlyLooksMakesNoDataDirectory) {
  const ScratchDir dir;
  const std::string typo = dir / "typo";
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"query", "SELECT 1"}, {"status"}, {"dlq", "list"}, {"schema", "plan"}}) {
    std::vector<std::string> words = {PolyhouseProgram(), "--data-dir", typo};
    words.insert(words.end(), command.begin(), command.end());
    const RunResult result = RunToEnd(words);
    EXPECT_EQ(result.exit_code, 2) << command[0];
    EXPECT_THAT(result.err, HasSubstr("There is no data directory " + typo));
    EXPECT_FALSE(std::filesystem::exists(typo));
  }
}

TEST(CommandLine, ShortCommandsAtOnceDoNotTakeTheEngineFromEachOther) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  for (int i = 0; i < 5; ++i) {
    ChildProcess status(polyhouse.Command({"status"}));
    ChildProcess query(polyhouse.Command({"query", "SELECT 1"}));
    EXPECT_EQ(status.Wait().exit_code, 0) << status.Stderr();
    EXPECT_EQ(query.Wait().exit_code, 0) << query.Stderr();
  }
}

TEST(CommandLine, DroppingOrReplayingNothingIsAFailure) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  EXPECT_EQ(polyhouse.Run({"dlq", "drop", "--stream", "stream:nope"}).exit_code, 1);
  EXPECT_EQ(polyhouse.Run({"dlq", "replay", "999"}).exit_code, 1);
}

TEST(CommandLine, VersionSaysWhatThisIs) {
  const RunResult version = RunToEnd({PolyhouseProgram(), "version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, testing::ContainsRegex("^polyhouse [0-9]+\\.[0-9]+\\.[0-9]+ "));
  EXPECT_EQ(RunToEnd({PolyhouseProgram(), "--version"}).out, version.out);
}

TEST(CommandLine, QuerySaysWhenItsResultCannotBeWritten) {
  const ScratchDir dir;
  std::string command;
  for (const std::string& word : Polyhouse(dir / "data").Command({"query", "SELECT 1"})) {
    command += "'" + word + "' ";
  }
  const RunResult full = RunToEnd({"sh", "-c", command + ">/dev/full"});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("cannot be written"));
  EXPECT_EQ(RunToEnd({"sh", "-c", command + "| true"}).err, "");
}

TEST(CommandLine, SchemaIsPlannedAppliedAndListed) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  EXPECT_THAT(polyhouse.Run({"schema", "plan"}).out,
              HasSubstr("CREATE TABLE IF NOT EXISTS markets"));
  EXPECT_THAT(polyhouse.Run({"schema", "status"}).out,
              HasSubstr("0001_markets                 missing"));
  EXPECT_EQ(polyhouse.Run({"schema", "apply"}).exit_code, 0);
  EXPECT_THAT(polyhouse.Run({"schema", "plan"}).err, HasSubstr("up to date"));
  EXPECT_THAT(polyhouse.Run({"schema", "status"}).out, testing::Not(HasSubstr("missing")));
  EXPECT_THAT(polyhouse.Run({"schema", "ddl"}).out,
              HasSubstr("CREATE VIEW IF NOT EXISTS markets_with_events"));
}

TEST(CommandLine, SchemaForAClusterIsUnderstoodByTheEngine) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  const std::string ddl = polyhouse.Run({"schema", "ddl", "--cluster", "main"}).out;
  const auto statements = SplitStatements(ddl);
  ASSERT_GE(statements.size(), 8U);
  ChildProcess engine(polyhouse.Command({"engine"}));
  ASSERT_TRUE(WaitUntil([&] { return engine.Stderr().find("answers") != std::string::npos; }));
  for (const std::string& statement : statements) {
    const RunResult parsed = polyhouse.Run({"query", "EXPLAIN AST " + statement});
    EXPECT_EQ(parsed.exit_code, 0) << statement << parsed.err;
    // What is copied goes through the tables that are spread already.
    if (statement.starts_with("INSERT ")) continue;
    EXPECT_THAT(statement, HasSubstr(" ON CLUSTER 'main'"));
  }
}

TEST(CommandLine, AnEditedMigrationIsRefused) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  polyhouse.Query(
      "ALTER TABLE polyhouse_migrations UPDATE checksum = 'x' WHERE name = '0001_markets' SETTINGS "
      "mutations_sync = 1");
  const RunResult result = polyhouse.Run({"schema", "status"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("0001_markets was edited"));
}

TEST(CommandLine, ProgressIsShownOnATerminalAndNowhereElse) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "500"});
  std::string command;
  for (const std::string& word :
       Polyhouse(dir / "terminal", simulator.url()).Command({"up", "--once"})) {
    command += "'" + word + "' ";
  }
  const RunResult terminal = RunToEnd({"script", "-qec", command, "/dev/null"});
  EXPECT_EQ(terminal.exit_code, 0) << terminal.out;
  EXPECT_THAT(terminal.out, HasSubstr("rows stored"));

  const RunResult piped = Polyhouse(dir / "piped", simulator.url()).Run({"up", "--once"});
  EXPECT_THAT(piped.err, testing::Not(HasSubstr("rows stored")));
  EXPECT_THAT(piped.err, testing::Not(HasSubstr("\r")));
  EXPECT_THAT(piped.err, testing::ContainsRegex("[0-9]+ rows in [0-9.]+ s\n"));
}

TEST(CommandLine, DeadLettersAreListedShownReplayedAndDropped) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "1000", "--fault", "bad_record=0.6"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  ASSERT_EQ(polyhouse.Run({"up", "--once"}).exit_code, 0);
  const std::string list = polyhouse.Run({"dlq", "list"}).out;
  ASSERT_THAT(list, HasSubstr("stream:markets"));
  EXPECT_NE(polyhouse.Run({"dlq", "show", list.substr(0, list.find(' '))}).out, "");
  EXPECT_THAT(polyhouse.Run({"dlq", "replay", "--all"}).out, HasSubstr("0 back in their streams"));
  EXPECT_THAT(polyhouse.Run({"dlq", "drop", "--all"}).out, HasSubstr("dropped."));
  EXPECT_EQ(polyhouse.Run({"dlq", "list"}).out, "");
}

/// It runs itself anew inside the wall, and must not lose its voice by that.
TEST(CommandLine, EngineIsHeardThroughAPipe) {
  const ScratchDir dir;
  const RunResult result = RunToEnd(
      {"bash",
       "-c",
       PolyhouseProgram() + " --data-dir " + dir.path() + " engine --listen nonsense 2>&1 | cat"});
  EXPECT_THAT(result.out, HasSubstr("nonsense"));
}

TEST(CommandLine, HelpBeginsWithTheCommandsAndSuggestsOnlyWhatIsNear) {
  const std::string help = RunToEnd({PolyhouseProgram(), "--help"}).out;
  EXPECT_LT(help.find("polyhouse up --once"), help.find("--data-dir"));
  EXPECT_THAT(help, testing::Not(HasSubstr("--rate-window")));
  EXPECT_THAT(RunToEnd({PolyhouseProgram(), "--help-all"}).out, HasSubstr("--rate-window"));
  EXPECT_THAT(RunToEnd({PolyhouseProgram(), "write", "--help"}).out,
              HasSubstr("--writer-batch-rows"));
  const std::string unknown = RunToEnd({PolyhouseProgram(), "ingest", "trades"}).err;
  EXPECT_THAT(unknown, HasSubstr("polyhouse ingest --help"));
  EXPECT_THAT(unknown, testing::Not(HasSubstr("did you mean")));
}

}  // namespace
}  // namespace polyhouse
