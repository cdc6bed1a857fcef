#include <set>

#include "config/config_table.h"
#include "config/load.h"
#include "support/result_matchers.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A polyhouse.toml with this text.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) { WriteFile(path(), text); }
  std::string path() const { return dir_ / "polyhouse.toml"; }

 private:
  ScratchDir dir_;
};

TEST(ConfigTable, GivesEverySettingHelpAndAValidDefault) {
  for (const Setting& setting : ConfigTable()) {
    Config config;
    EXPECT_FALSE(setting.help.empty()) << setting.key;
    EXPECT_TRUE(setting.help.ends_with('.')) << setting.key;
    EXPECT_THAT(SetValue(config, setting, ValueText(Config(), setting)), IsOk()) << setting.key;
    EXPECT_EQ(ValueText(config, setting), ValueText(Config(), setting)) << setting.key;
  }
}

TEST(ConfigTable, HasNoNameTwice) {
  std::set<std::string> keys;
  std::set<std::string> flags;
  std::set<std::string> variables;
  for (const Setting& setting : ConfigTable()) {
    EXPECT_TRUE(keys.emplace(setting.key).second) << setting.key;
    EXPECT_TRUE(flags.insert(FlagOf(setting)).second) << setting.key;
    EXPECT_TRUE(variables.insert(EnvironmentOf(setting)).second) << setting.key;
  }
}

TEST(LoadConfig, GivesTheDefaultsWhenNothingIsSet) {
  const auto loaded = LoadConfig({});

  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->config.page_size, 100U);
  EXPECT_EQ(loaded->origins.at("gamma.page_size"), "default");
}

TEST(LoadConfig, PrefersFlagsToTheEnvironmentToTheFile) {
  const ConfigFile file("[gamma]\npage_size = 10\nretry_base = \"1s\"\n[writer]\nbatch_rows = 7\n");

  const auto loaded = LoadConfig({.flags = {{"gamma.page_size", "30"}},
                                  .environment = {{"POLYHOUSE_GAMMA_PAGE_SIZE", "20"},
                                                  {"POLYHOUSE_WRITER_BATCH_ROWS", "8"},
                                                  {"HOME", "/root"}},
                                  .file = file.path()});

  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->config.page_size, 30U);
  EXPECT_EQ(loaded->origins.at("gamma.page_size"), "flag");
  EXPECT_EQ(loaded->config.batch_rows, 8U);
  EXPECT_EQ(loaded->origins.at("writer.batch_rows"), "environment");
  EXPECT_EQ(loaded->config.retry_base, std::chrono::seconds(1));
  EXPECT_EQ(loaded->origins.at("gamma.retry_base"), file.path());
}

TEST(LoadConfig, TellsAllProblemsAtOnce) {
  const ConfigFile file("data_dirr = \"x\"\n[gamma]\npage_size = 0\nretry_base = 500\n");

  const auto loaded = LoadConfig(
      {.flags = {{"log_format", "xml"}},
       .environment = {{"POLYHOUSE_WRITER_BATCH_ROW", "1"}, {"POLYHOUSE_WRITER_BATCH_AGE", "fast"}},
       .file = file.path()});

  ASSERT_THAT(loaded, HasError(ErrorKind::kConfig));
  EXPECT_THAT(loaded.error().message,
              AllOf(HasSubstr("the key data_dirr is not known; did you mean data_dir?"),
                    HasSubstr("gamma.page_size: \"0\" is not a whole number, from 1, up to 1000"),
                    HasSubstr("gamma.retry_base: \"500\" is not a duration"),
                    HasSubstr("POLYHOUSE_WRITER_BATCH_ROW is not known; did you mean "
                              "POLYHOUSE_WRITER_BATCH_ROWS?"),
                    HasSubstr("POLYHOUSE_WRITER_BATCH_AGE: \"fast\" is not"),
                    HasSubstr("--log-format: \"xml\" is not one of text, json")));
}

TEST(LoadConfig, SaysWhereAFileIsNotToml) {
  const ConfigFile file("data_dir = \"x\"\n[gamma\n");

  EXPECT_THAT(LoadConfig({.file = file.path()}), HasError(ErrorKind::kConfig, "line 2"));
}

TEST(LoadConfig, RepeatsNoPieceOfAPassword) {
  for (const std::string line : {"password = tr0ub4dor", "password = \"tr0ub4dor", "tr0ub4dor"}) {
    const ConfigFile file("[engine]\n" + line + "\n");
    const auto loaded = LoadConfig({.file = file.path()});
    ASSERT_THAT(loaded, HasError(ErrorKind::kConfig, "line 2"));
    EXPECT_THAT(loaded.error().message, testing::Not(HasSubstr("tr0"))) << line;
  }
  const auto url = LoadConfig({.flags = {{"gamma_url", "http://user:tr0ub4dor@host"}}});
  ASSERT_THAT(url, HasError(ErrorKind::kConfig, "without user"));
  EXPECT_THAT(url.error().message, testing::Not(HasSubstr("tr0")));
}

TEST(LoadConfig, NamesAFileThatCannotBeRead) {
  EXPECT_THAT(LoadConfig({.file = "/nowhere/polyhouse.toml"}),
              HasError(ErrorKind::kConfig, "/nowhere/polyhouse.toml"));
}

TEST(SampleConfig, IsTheDefaultsWhenEveryLineIsUncommented) {
  std::string text = SampleConfig();
  for (std::size_t at = text.find("\n#"); at != std::string::npos; at = text.find("\n#", at + 1)) {
    if (text[at + 2] != ' ') text.erase(at + 1, 1);
  }
  const ConfigFile file(text);

  const auto loaded = LoadConfig({.file = file.path()});

  ASSERT_THAT(loaded, IsOk());
  for (const Setting& setting : ConfigTable()) {
    EXPECT_EQ(ValueText(loaded->config, setting), ValueText(Config(), setting)) << setting.key;
    EXPECT_EQ(loaded->origins.at(std::string(setting.key)), file.path()) << setting.key;
  }
}

TEST(ConfigReference, IsWhatTheDocumentationShows) {
  EXPECT_EQ(ReadFile(std::string(DOCS_DIR) + "/config.md"), ConfigReference());
}

TEST(SetValue, KeepsAUrlWithoutTheSlashAtItsEnd) {
  Config config;
  const auto url = std::find_if(ConfigTable().begin(),
                                ConfigTable().end(),
                                [](const auto& setting) { return setting.key == "gamma_url"; });

  ASSERT_THAT(SetValue(config, *url, "https://example.org/api//"), IsOk());

  EXPECT_EQ(config.gamma_url, "https://example.org/api");
  for (const char* wrong :
       {"", "example.org", "ftp://x", "https://", "http://x?y=1", "http://x y"}) {
    EXPECT_THAT(SetValue(config, *url, wrong), HasError(ErrorKind::kConfig)) << wrong;
  }
}

TEST(Nearest, FindsTheNameWithTheFewestEdits) {
  const std::string_view known[] = {"markets.backfill", "markets.discover", "events.backfill"};

  EXPECT_EQ(Nearest("market.backfil", known), "markets.backfill");
  EXPECT_EQ(Nearest("event.backfill", known), "events.backfill");
  EXPECT_EQ(Nearest("x", {}), "");
}

TEST(Nearest, IsNothingWhenNoNameIsNear) {
  const std::string_view known[] = {"write", "markets", "events", "up"};

  EXPECT_EQ(Nearest("trades", known), "");
  EXPECT_EQ(DidYouMean("trades", known), "");
  EXPECT_EQ(DidYouMean("wirte", known), "; did you mean write?");
  EXPECT_EQ(DidYouMean("pu", known), "");
}

TEST(ReadConfig, GivesWhatCanBeReadBesideWhatIsWrong) {
  const ConfigFile file("data_dirr = \"x\"\nlisten = \"127.0.0.1:1\"\n");
  const auto read = ReadConfig({.flags = {{"gamma.page_size", "many"}}, .file = file.path()});

  EXPECT_EQ(read.loaded.config.listen, "127.0.0.1:1");
  EXPECT_EQ(read.loaded.config.page_size, Config().page_size);
  EXPECT_EQ(read.loaded.file, file.path());
  EXPECT_THAT(read.problems,
              testing::ElementsAre(HasSubstr("data_dirr"), HasSubstr("--gamma-page-size")));
}

}  // namespace
}  // namespace polyhouse
