#include "contract/stream_contract.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <thread>

#include "support/child_process.h"
#include "support/random_rows.h"

namespace polyhouse {

TEST_P(StreamContract, DeliversEntriesInTheOrderOfTheirAppends) {
  const auto reader = Reader();
  AppendNumbers(1, 3);
  AppendNumbers(4, 5);

  const auto entries = ReadNow(*reader);

  EXPECT_THAT(DataOf(entries), testing::ElementsAre("1", "2", "3", "4", "5"));
  for (std::size_t i = 1; i < entries.size(); ++i) EXPECT_LT(entries[i - 1].id, entries[i].id);
}

TEST_P(StreamContract, KeepsEveryByteOfAnEntry) {
  const std::string bytes("{\"a\":\"\0\n\r\xff é\"}", 16);
  Append({bytes, "", std::string(3U << 20U, 'x')});

  const auto entries = ReadNow(*Reader(), {.bytes = SIZE_MAX});

  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].data, bytes);
  EXPECT_EQ(entries[0].timestamp, "2026-01-01");
  EXPECT_EQ(entries[0].version, 1);
  EXPECT_EQ(entries[1].data, "");
  EXPECT_EQ(entries[2].data.size(), 3U << 20U);
}

TEST_P(StreamContract, ShowsEntriesToWhoeverLooksAndMarksNothing) {
  AppendNumbers(1, 5);
  const auto reader = Reader();
  ASSERT_THAT(ReadNow(*reader, {.entries = 2}), testing::SizeIs(2));
  const auto admin = store_->OpenAdmin();
  const StreamName stream(kStream);

  const auto first = ValueOf(admin->Range(stream, {}, 3));
  const auto rest = ValueOf(admin->Range(stream, first.back().id, 100));

  EXPECT_THAT(DataOf(first), testing::ElementsAre("1", "2", "3"));
  EXPECT_THAT(DataOf(rest), testing::ElementsAre("4", "5"));
  EXPECT_THAT(ValueOf(admin->Range(stream, rest.back().id, 100)), testing::IsEmpty());
  EXPECT_THAT(ValueOf(admin->Range(StreamName("stream:none"), {}, 1)), testing::IsEmpty());
  EXPECT_THAT(DataOf(ReadNow(*reader)), testing::ElementsAre("3", "4", "5"));
}

TEST_P(StreamContract, BeginsANewGroupAtTheFirstEntry) {
  AppendNumbers(1, 2);

  EXPECT_THAT(DataOf(ReadNow(*Reader())), testing::ElementsAre("1", "2"));
}

TEST_P(StreamContract, ReadsNothingWithoutAnErrorWhenNothingIsNew) {
  const auto reader = Reader();

  EXPECT_THAT(reader->Read({}, std::chrono::milliseconds(0), {}), IsOk());
  EXPECT_THAT(ReadNow(*reader), testing::IsEmpty());
}

TEST_P(StreamContract, WaitsForNewEntriesOnlyAsLongAsItIsTold) {
  const auto reader = Reader();
  const SteadyTime start = store_->Now();
  constexpr std::chrono::milliseconds kWait{300};

  ASSERT_THAT(reader->Read({}, kWait, {}), IsOk());

  EXPECT_GE(store_->Now() - start, kWait);
  EXPECT_LE(store_->Now() - start, kWait + store_->slack());
}

TEST_P(StreamContract, DeliversWhatIsAppendedWhileItWaits) {
  const auto reader = Reader();
  store_->OnceAReaderWaits([this] { AppendNumbers(1, 1); });

  const auto entries = reader->Read({}, std::chrono::seconds(30), {});

  ASSERT_THAT(entries, IsOk());
  EXPECT_THAT(DataOf(*entries), testing::ElementsAre("1"));
}

TEST_P(StreamContract, StopsWaitingWhenItIsStopped) {
  const auto reader = Reader();
  std::stop_source stop;
  store_->OnceAReaderWaits([stop]() mutable { stop.request_stop(); });
  const SteadyTime start = store_->Now();

  (void)reader->Read({}, std::chrono::hours(1), stop.get_token());

  EXPECT_LT(store_->Now() - start, std::chrono::minutes(1));
}

TEST_P(StreamContract, EndsAReadAtItsLimitOfEntries) {
  const auto reader = Reader();
  AppendNumbers(1, 5);

  EXPECT_THAT(DataOf(ReadNow(*reader, {.entries = 2})), testing::ElementsAre("1", "2"));
  EXPECT_THAT(DataOf(ReadNow(*reader, {.entries = 2})), testing::ElementsAre("3", "4"));
  EXPECT_THAT(DataOf(ReadNow(*reader, {.entries = 2})), testing::ElementsAre("5"));
}

TEST_P(StreamContract, EndsAReadAtItsLimitOfBytesAmongEntriesOfOneSize) {
  const auto reader = Reader();
  for (int i = 0; i < 9; ++i) Append({std::string(100, 'a')});
  std::size_t seen = 0;
  while (seen < 9) {
    const auto entries = ReadNow(*reader, {.bytes = 350});
    ASSERT_THAT(entries, testing::SizeIs(testing::AllOf(testing::Ge(1U), testing::Le(3U))));
    seen += entries.size();
  }
}

TEST_P(StreamContract, GivesAtLeastOneEntryHoweverLargeItIs) {
  const auto reader = Reader();
  Append({std::string(5'000, 'c'), "d"});

  EXPECT_EQ(DataOf(ReadNow(*reader, {.bytes = 250})).at(0).size(), 5'000U);
  EXPECT_THAT(DataOf(ReadNow(*reader, {.bytes = 250})), testing::ElementsAre("d"));
}

TEST_P(StreamContract, MakesEntriesDeadLettersAndStateDurableTogether) {
  AppendTransaction append = Entries({"1"});
  append.dead_letters.push_back({.data = "bad", .kind = "malformed", .reason = "why"});
  append.set = {{"state:cursor", "abc"}, {"state:other", "x"}};
  append.add = {{"state:offset", 2}, {"state:offset", 3}};

  ASSERT_THAT(writer_->Append(append), IsOk());

  const auto later = store_->OpenWriter();
  EXPECT_EQ(later->State("state:cursor").value(), "abc");
  EXPECT_EQ(later->State("state:offset").value(), "5");
  EXPECT_EQ(DeadLetters().size(), 1U);
  EXPECT_THAT(DataOf(ReadNow(*Reader())), testing::ElementsAre("1"));
  EXPECT_EQ(admin_->States()->at("state:other"), "x");
}

TEST_P(StreamContract, AppendsToSeveralStreamsInOneTransaction) {
  AppendTransaction append = Entries({"1"});
  append.others = {{StreamName("stream:ledger"), {{"noted", "2026-01-01"}}}};

  ASSERT_THAT(writer_->Append(append), IsOk());

  EXPECT_THAT(DataOf(ReadNow(*Reader())), testing::ElementsAre("1"));
  EXPECT_THAT(DataOf(ReadNow(*Reader("one", "group", "stream:ledger"))),
              testing::ElementsAre("noted"));
}

TEST_P(StreamContract, SetsAndRemovesTheFieldsOfAStateMap) {
  AppendTransaction append = Entries({"1"});
  append.fields = {{"state:map", "a", "1"}, {"state:map", "b", "2"}, {"state:other", "a", "9"}};
  ASSERT_THAT(writer_->Append(append), IsOk());
  AppendTransaction change{.stream = StreamName(kStream)};
  change.fields = {{"state:map", "a", {}}, {"state:map", "c", "x y"}, {"state:map", "d", {}}};
  ASSERT_THAT(writer_->Append(change), IsOk());

  const StateFields expected{{"b", "2"}, {"c", "x y"}};
  EXPECT_EQ(ValueOf(store_->OpenWriter()->Fields("state:map")), expected);
  EXPECT_EQ(ValueOf(admin_->Fields("state:map")), expected);
  EXPECT_EQ(ValueOf(admin_->Fields("state:nothing")), StateFields());
  EXPECT_FALSE(ValueOf(admin_->States()).contains("state:map"));
}

TEST_P(StreamContract, AddsToANumberAndReplacesAText) {
  for (int i = 0; i < 3; ++i) {
    AppendTransaction append{.stream = StreamName(kStream)};
    append.set = {{"state:cursor", "c" + std::to_string(i)}};
    append.add = {{"state:offset", 10}};
    ASSERT_THAT(writer_->Append(append), IsOk());
  }

  EXPECT_EQ(StateOf("state:cursor"), "c2");
  EXPECT_EQ(StateOf("state:offset"), "30");
}

TEST_P(StreamContract, SaysThatAStateKeyWasNeverSet) {
  EXPECT_EQ(writer_->State("nothing").value(), std::nullopt);
}

TEST_P(StreamContract, KeepsEntriesPendingWhenTheirReaderDies) {
  AppendNumbers(1, 3);
  ASSERT_EQ(ReadNow(*Reader()).size(), 3U);

  const auto successor = Reader();

  EXPECT_THAT(PendingOf(*successor), testing::ElementsAre("1", "2", "3"));
  EXPECT_THAT(ReadNow(*successor), testing::IsEmpty());
}

TEST_P(StreamContract, WalksPendingEntriesByTheirLastId) {
  AppendNumbers(1, 5);
  const auto reader = Reader();
  ReadNow(*reader);

  EntryId after{};
  Texts seen;
  while (true) {
    const auto entries = reader->Pending(after, {.entries = 2}).value();
    if (entries.empty()) break;
    after = entries.back().id;
    for (const Entry& entry : entries) seen.push_back(entry.data);
  }

  EXPECT_THAT(seen, testing::ElementsAre("1", "2", "3", "4", "5"));
}

TEST_P(StreamContract, SharesEntriesAmongTheConsumersOfAGroupWithoutOverlap) {
  const auto one = Reader("one");
  const auto two = Reader("two");
  AppendNumbers(1, 4);

  EXPECT_THAT(DataOf(ReadNow(*one, {.entries = 1})), testing::ElementsAre("1"));
  EXPECT_THAT(DataOf(ReadNow(*two, {.entries = 2})), testing::ElementsAre("2", "3"));
  EXPECT_THAT(DataOf(ReadNow(*one)), testing::ElementsAre("4"));
  EXPECT_THAT(PendingOf(*two), testing::ElementsAre("2", "3"));
}

TEST_P(StreamContract, GivesEachGroupEverything) {
  const auto one = Reader("one", "first");
  const auto two = Reader("one", "second");
  AppendNumbers(1, 2);
  AckAll(*one, ReadNow(*one));

  EXPECT_THAT(DataOf(ReadNow(*two)), testing::ElementsAre("1", "2"));
  EXPECT_THAT(PendingOf(*one), testing::IsEmpty());
}

TEST_P(StreamContract, KeepsStreamsApart) {
  Append({"a"}, "stream:a");
  Append({"b"}, "stream:b");

  EXPECT_THAT(DataOf(ReadNow(*Reader("one", "group", "stream:b"))), testing::ElementsAre("b"));
}

TEST_P(StreamContract, AcknowledgesExactlyTheEntriesItIsGiven) {
  AppendNumbers(1, 5);
  const auto reader = Reader();
  const auto entries = ReadNow(*reader);
  const EntryId ids[] = {entries[4].id, entries[0].id, entries[2].id};

  ASSERT_THAT(reader->Ack(ids, {}), IsOk());

  EXPECT_THAT(PendingOf(*reader), testing::ElementsAre("2", "4"));
}

TEST_P(StreamContract, TakesAnAcknowledgementTwice) {
  AppendNumbers(1, 2);
  const auto reader = Reader();
  const auto entries = ReadNow(*reader);
  AckAll(*reader, entries);

  EXPECT_THAT(reader->Ack(IdsOf(entries), {}), IsOk());
  EXPECT_THAT(PendingOf(*reader), testing::IsEmpty());
}

TEST_P(StreamContract, AcknowledgesForTheWholeGroup) {
  AppendNumbers(1, 2);
  const auto one = Reader("one");
  const auto two = Reader("two");
  const auto entries = ReadNow(*one);

  AckAll(*two, entries);

  EXPECT_THAT(PendingOf(*one), testing::IsEmpty());
}

TEST_P(StreamContract, DoesNotTakeAnUnreadEntryForDoneWhenItsIdIsAcknowledged) {
  const auto reader = Reader();
  AppendNumbers(1, 1);
  auto next = ReadNow(*reader).at(0).id;
  ++next.high;
  ASSERT_THAT(reader->Ack(std::vector{next}, {}), IsOk());

  AppendNumbers(2, 2);

  EXPECT_THAT(DataOf(ReadNow(*reader)), testing::ElementsAre("2"));
}

TEST_P(StreamContract, TakesOverWhatAnotherConsumerLeftIdleLongEnough) {
  AppendNumbers(1, 3);
  const auto dead = Reader("dead");
  ReadNow(*dead);
  store_->LetPendingAge(std::chrono::seconds(60));
  const auto heir = Reader("heir");

  const auto claimed = heir->Claim(2, std::chrono::seconds(60));

  ASSERT_THAT(claimed, IsOk());
  EXPECT_THAT(DataOf(*claimed), testing::ElementsAre("1", "2"));
  EXPECT_THAT(PendingOf(*heir), testing::ElementsAre("1", "2"));
  EXPECT_THAT(PendingOf(*dead), testing::ElementsAre("3"));
}

TEST_P(StreamContract, LeavesWhatIsNotIdleLongEnough) {
  AppendNumbers(1, 1);
  const auto busy = Reader("busy");
  ReadNow(*busy);
  store_->LetPendingAge(std::chrono::seconds(59) - store_->slack());

  EXPECT_THAT(*Reader("heir")->Claim(10, std::chrono::seconds(60)), testing::IsEmpty());
}

TEST_P(StreamContract, DoesNotClaimFromItself) {
  AppendNumbers(1, 1);
  const auto reader = Reader();
  ReadNow(*reader);
  store_->LetPendingAge(std::chrono::hours(1));

  EXPECT_THAT(*reader->Claim(10, std::chrono::seconds(60)), testing::IsEmpty());
}

TEST_P(StreamContract, LetsAClaimBeginItsIdleTimeAnew) {
  AppendNumbers(1, 1);
  ReadNow(*Reader("dead"));
  store_->LetPendingAge(std::chrono::seconds(60));
  ASSERT_EQ(Reader("heir")->Claim(10, std::chrono::seconds(60))->size(), 1U);
  store_->LetPendingAge(std::chrono::seconds(59) - store_->slack());

  EXPECT_THAT(*Reader("third")->Claim(10, std::chrono::seconds(60)), testing::IsEmpty());
}

/// An entry that is taken over and not returned would wait for the next start of the program.
TEST_P(StreamContract, ReturnsEveryEntryItTakesOverHoweverLargeTheyAre) {
  for (int i = 0; i < 4; ++i) Append({std::string(3U << 20U, 'x')});
  ReadNow(*Reader("dead"), {.bytes = SIZE_MAX});
  store_->LetPendingAge(std::chrono::seconds(60));
  const auto heir = Reader("heir");

  EXPECT_EQ(heir->Claim(100, std::chrono::seconds(60))->size(), 4U);
}

TEST_P(StreamContract, ReturnsEveryEntryItTakesOverWhenItsOwnLieBetweenThem) {
  AppendNumbers(1, 3);
  const auto dead = Reader("dead");
  const auto heir = Reader("heir");
  ReadNow(*dead, {.entries = 1});
  ReadNow(*heir, {.entries = 1});
  ReadNow(*dead, {.entries = 1});
  store_->LetPendingAge(std::chrono::seconds(60));

  EXPECT_THAT(DataOf(*heir->Claim(10, std::chrono::seconds(60))),
              testing::IsSupersetOf({"1", "3"}));
}

TEST_P(StreamContract, PutsADeadLetterBesideTheAcknowledgement) {
  AppendNumbers(1, 2);
  const auto reader = Reader();
  const auto entries = ReadNow(*reader);
  const DeadLetter letter{.form = DeadLetterForm::kEntry,
                          .data = std::string("1\0\xff", 3),
                          .kind = "rejected",
                          .reason = "Code: 117",
                          .attempts = 3,
                          .first_seen = Timestamp(std::chrono::milliseconds(1'700'000'000'123)),
                          .timestamp = "2026-01-01",
                          .version = 3};

  ASSERT_THAT(reader->Ack(IdsOf(entries), std::vector{BuriedEntry{entries[1].id, letter}}), IsOk());

  const auto letters = DeadLetters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].stream.value(), kStream);
  EXPECT_EQ(letters[0].letter.form, letter.form);
  EXPECT_EQ(letters[0].letter.data, letter.data);
  EXPECT_EQ(letters[0].letter.kind, letter.kind);
  EXPECT_EQ(letters[0].letter.reason, letter.reason);
  EXPECT_EQ(letters[0].letter.attempts, letter.attempts);
  EXPECT_EQ(letters[0].letter.first_seen, letter.first_seen);
  EXPECT_EQ(letters[0].letter.timestamp, letter.timestamp);
  EXPECT_EQ(letters[0].letter.version, letter.version);
  EXPECT_THAT(PendingOf(*reader), testing::IsEmpty());
}

/// Two writers gave the same entry up, one after it had been taken from it: it had two letters.
TEST_P(StreamContract, AnEntryThatAnotherConsumerBuriedGetsNoSecondDeadLetter) {
  AppendNumbers(1, 2);
  const auto slow = Reader("slow");
  const auto entries = ReadNow(*slow);
  store_->LetPendingAge(std::chrono::seconds(60));
  const auto heir = Reader("heir");
  ASSERT_EQ(heir->Claim(10, std::chrono::seconds(60))->size(), 2U);
  const std::vector buried = {BuriedEntry{entries[0].id, {.data = "1", .kind = "rejected"}}};

  EXPECT_THAT(heir->Ack(IdsOf(entries), buried), IsOk());
  EXPECT_THAT(slow->Ack(IdsOf(entries), buried), IsOk());
  EXPECT_THAT(heir->Ack(IdsOf(entries), buried), IsOk());

  EXPECT_EQ(DeadLetters().size(), 1U);
}

TEST_P(StreamContract, KeepsANoteForEachConsumer) {
  ASSERT_EQ(Reader("one")->Note().value(), "");
  ASSERT_THAT(Reader("one")->SaveNote("1-0 5-0 5"), IsOk());
  ASSERT_THAT(Reader("two")->SaveNote("other"), IsOk());
  ASSERT_THAT(Reader("one")->SaveNote("6-0 9-0 4"), IsOk());

  EXPECT_EQ(Reader("one")->Note().value(), "6-0 9-0 4");
}

TEST_P(StreamContract, TrimsWhatEveryGroupHasAcknowledged) {
  AppendNumbers(1, 4);
  const auto one = Reader("one", "first");
  const auto two = Reader("one", "second");
  AckAll(*one, ReadNow(*one));
  AckAll(*two, ReadNow(*two, {.entries = 2}));

  EXPECT_EQ(Trim(), 2U);

  EXPECT_EQ(Overview().length, 2U);
  EXPECT_THAT(DataOf(ReadNow(*two)), testing::ElementsAre("3", "4"));
}

TEST_P(StreamContract, DoesNotTrimBehindAPendingEntry) {
  AppendNumbers(1, 3);
  const auto reader = Reader();
  const auto entries = ReadNow(*reader);
  ASSERT_THAT(reader->Ack(std::vector{entries[0].id, entries[2].id}, {}), IsOk());

  EXPECT_EQ(Trim(), 1U);
  EXPECT_THAT(PendingOf(*reader), testing::ElementsAre("2"));
}

TEST_P(StreamContract, KeepsNothingForAGroupThatWasEnded) {
  AppendNumbers(1, 3);
  const auto one = Reader("one", "first");
  AckAll(*one, ReadNow(*one));
  ReadNow(*Reader("one", "second"), {.entries = 2});
  ASSERT_EQ(Trim(), 0U);
  const StreamName stream = Overview().stream;

  ASSERT_THAT(admin_->EndGroup(stream, GroupName("second")), IsOk());

  EXPECT_EQ(Overview().behind, 0U);
  EXPECT_EQ(Trim(), 3U);
  EXPECT_THAT(PendingOf(*Reader("one", "second")), testing::IsEmpty());
  EXPECT_THAT(admin_->EndGroup(stream, GroupName("no such")), IsOk());
  EXPECT_THAT(admin_->EndGroup(StreamName("stream:none"), GroupName("first")), IsOk());
}

TEST_P(StreamContract, NeverTrimsAStreamWithoutGroups) {
  AppendNumbers(1, 3);

  EXPECT_EQ(Trim(), 0U);
  EXPECT_THAT(DataOf(ReadNow(*Reader())), testing::ElementsAre("1", "2", "3"));
}

TEST_P(StreamContract, NeverUsesAnIdAgainAfterATrim) {
  AppendNumbers(1, 3);
  const auto reader = Reader();
  const auto entries = ReadNow(*reader);
  AckAll(*reader, entries);
  ASSERT_EQ(Trim(), 3U);

  writer_ = store_->OpenWriter();
  AppendNumbers(4, 4);

  const auto later = ReadNow(*reader);
  ASSERT_EQ(later.size(), 1U);
  EXPECT_GT(later[0].id, entries.back().id);
}

/// N5 of the original: it trimmed entries that nobody had read. Random groups read, acknowledge,
/// die, come back and take over; whatever they do, each group gets every entry, in order, and
/// nothing that one still needs is trimmed.
TEST_P(StreamContract, TrimsNothingThatAnyGroupStillNeedsWhateverGroupsDo) {
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    MakeStore();
    RandomRows random(seed);
    struct Group {
      std::string name;
      std::set<int> done;
      std::map<EntryId, int> pending;
      std::map<std::string, std::unique_ptr<StreamReader>> consumers{};
    };
    std::vector<Group> groups;
    for (const char* name : {"a", "b", "c"}) groups.push_back({name, {}, {}});
    for (Group& group : groups) group.consumers["x"] = Reader("x", group.name);
    int appended = 0;
    for (int step = 0; step < 150; ++step) {
      Group& group = groups[random.Number(groups.size() - 1)];
      const std::string consumer = random.Number(1) == 0 ? "x" : "y";
      auto& reader = group.consumers[consumer];
      if (!reader || random.Number(9) == 0) reader = Reader(consumer, group.name);
      switch (random.Number(4)) {
        case 0: {
          const int more = static_cast<int>(random.Number(5));
          if (more > 0) AppendNumbers(appended + 1, appended + more);
          appended += more;
          break;
        }
        case 1:
          for (const Entry& entry : ReadNow(*reader, {.entries = 1 + random.Number(4)})) {
            const int number = std::stoi(entry.data);
            ASSERT_FALSE(group.done.contains(number)) << "seed " << seed;
            ASSERT_TRUE(group.pending.emplace(entry.id, number).second) << "seed " << seed;
          }
          break;
        case 2: {
          std::vector<EntryId> ids;
          for (const auto& [id, number] : group.pending) {
            if (random.Number(1) == 0) ids.push_back(id);
          }
          ASSERT_THAT(reader->Ack(ids, {}), IsOk());
          for (const EntryId& id : ids) {
            group.done.insert(group.pending.at(id));
            group.pending.erase(id);
          }
          break;
        }
        case 3:
          store_->LetPendingAge(std::chrono::seconds(random.Number(90)));
          for (const Entry& entry : ValueOf(reader->Claim(10, std::chrono::seconds(60)))) {
            ASSERT_TRUE(group.pending.contains(entry.id)) << "seed " << seed;
          }
          break;
        default:
          ASSERT_THAT(admin_->Trim(StreamName(kStream)), IsOk());
      }
    }
    Trim();
    for (Group& group : groups) {
      std::set<int> all = group.done;
      std::vector<Entry> found = ReadNow(*group.consumers["x"], {.entries = SIZE_MAX});
      for (const char* consumer : {"x", "y"}) {
        for (const Entry& entry : ValueOf(Reader(consumer, group.name)->Pending({}, {}))) {
          found.push_back(entry);
        }
      }
      for (const Entry& entry : found) all.insert(std::stoi(entry.data));
      ASSERT_EQ(all.size(), static_cast<std::size_t>(appended))
          << "group " << group.name << ", seed " << seed;
    }
  }
}

TEST_P(StreamContract, MarksWhereAGroupCouldBeginAgainWithoutMissingAnything) {
  const auto mark = [&](const std::string& group) {
    return admin_->LowWaterMark(StreamName(kStream), GroupName(group)).value();
  };
  AppendNumbers(1, 3);
  EXPECT_EQ(mark("group"), std::nullopt);
  const auto reader = Reader();
  EXPECT_EQ(mark("group"), EntryId{}) << "nothing read";
  const auto entries = ReadNow(*reader);
  EXPECT_LT(mark("group"), entries[0].id) << "read is not done";
  AckAll(*reader, {entries[0], entries[2]});
  EXPECT_GE(mark("group"), entries[0].id);
  EXPECT_LT(mark("group"), entries[1].id);
  AckAll(*reader, entries);
  EXPECT_EQ(mark("group"), entries[2].id);
  EXPECT_EQ(mark("other"), std::nullopt);
}

TEST_P(StreamContract, CountsTheBacklogOfTheSlowestGroup) {
  EXPECT_EQ(Backlog(), 0U);
  AppendNumbers(1, 4);
  EXPECT_EQ(Backlog(), 4U) << "no group has begun";
  const auto fast = Reader("one", "fast");
  EXPECT_EQ(Backlog(), 4U);
  const auto slow = Reader("one", "slow");
  AckAll(*fast, ReadNow(*fast));
  EXPECT_EQ(Backlog(), 4U);
  const auto entries = ReadNow(*slow);
  EXPECT_EQ(Backlog(), 4U) << "read is not done";
  AckAll(*slow, {entries[0], entries[1]});
  EXPECT_EQ(Backlog(), 2U);
  AckAll(*slow, entries);
  EXPECT_EQ(Backlog(), 0U);
  Trim();
  EXPECT_EQ(Backlog(), 0U) << "empty after a trim";
  AppendNumbers(5, 5);
  EXPECT_EQ(Backlog(), 1U);
}

TEST_P(StreamContract, ShowsHowEachStreamAndGroupStands) {
  AppendNumbers(1, 5);
  const auto reader = Reader();
  const auto entries = ReadNow(*reader, {.entries = 3});
  const DeadLetter letter{.data = "x", .kind = "rejected"};
  ASSERT_THAT(
      reader->Ack(std::vector{entries[0].id}, std::vector{BuriedEntry{entries[0].id, letter}}),
      IsOk());
  Trim();

  const auto overview = Overview();

  EXPECT_EQ(overview.length, 4U);
  EXPECT_EQ(overview.added, 5U);
  EXPECT_EQ(overview.dead_letters, 1U);
  ASSERT_EQ(overview.groups.size(), 1U);
  EXPECT_EQ(overview.groups[0].group.value(), "group");
  EXPECT_EQ(overview.groups[0].pending, 2U);
  EXPECT_EQ(overview.groups[0].undelivered, 2U);
}

TEST_P(StreamContract, FindsDeadLettersByStreamIdAndReason) {
  AppendTransaction a{.stream = StreamName("stream:a")};
  a.dead_letters = {{.data = "1", .reason = "field id: missing"}, {.data = "2", .reason = "100%"}};
  AppendTransaction b{.stream = StreamName("stream:b")};
  b.dead_letters = {{.data = "3", .reason = "field id: wrong"}};
  ASSERT_THAT(writer_->Append(a), IsOk());
  ASSERT_THAT(writer_->Append(b), IsOk());
  const auto found = [&](const DeadLetterFilter& filter) {
    Texts texts;
    for (const auto& stored : ValueOf(admin_->DeadLetters(filter)))
      texts.push_back(stored.letter.data);
    return texts;
  };

  EXPECT_THAT(found({}), testing::ElementsAre("1", "2", "3"));
  EXPECT_THAT(found({.stream = StreamName("stream:a")}), testing::ElementsAre("1", "2"));
  EXPECT_THAT(found({.reason = "field id"}), testing::ElementsAre("1", "3"));
  EXPECT_THAT(found({.reason = "%"}), testing::ElementsAre("2"));
  EXPECT_THAT(found({.limit = 1}), testing::ElementsAre("1"));
  EXPECT_THAT(found({.stream = StreamName("stream:a"), .id = DeadLetters()[1].id}),
              testing::ElementsAre("2"));
  EXPECT_THAT(found({.id = DeadLetterId("x")}), testing::IsEmpty());
}

TEST_P(StreamContract, ReplacesADeadLetterByItsEntries) {
  AppendTransaction append{.stream = StreamName(kStream)};
  append.dead_letters = {{.data = "bad"}};
  ASSERT_THAT(writer_->Append(append), IsOk());
  const StoredDeadLetter letter = DeadLetters().at(0);

  ASSERT_THAT(admin_->Resolve(letter, Entries({"good"})), IsOk());

  EXPECT_THAT(DeadLetters(), testing::IsEmpty());
  EXPECT_THAT(DataOf(ReadNow(*Reader())), testing::ElementsAre("good"));
}

TEST_P(StreamContract, ResolvesADeadLetterOnce) {
  AppendTransaction append{.stream = StreamName(kStream)};
  append.dead_letters = {{.data = "bad"}};
  ASSERT_THAT(writer_->Append(append), IsOk());
  const StoredDeadLetter letter = DeadLetters().at(0);
  ASSERT_THAT(admin_->Resolve(letter, Entries({"good"})), IsOk());

  ASSERT_THAT(store_->OpenAdmin()->Resolve(letter, Entries({"good"})), IsOk());

  EXPECT_EQ(ReadNow(*Reader()).size(), 1U);
}

TEST_P(StreamContract, DropsADeadLetterThatNothingReplaces) {
  AppendTransaction append{.stream = StreamName(kStream)};
  append.dead_letters = {{.data = "bad"}, {.data = "other"}};
  ASSERT_THAT(writer_->Append(append), IsOk());

  ASSERT_THAT(admin_->Resolve(DeadLetters().at(0), {.stream = StreamName(kStream)}), IsOk());

  ASSERT_EQ(DeadLetters().size(), 1U);
  EXPECT_EQ(DeadLetters()[0].letter.data, "other");
  EXPECT_THAT(ReadNow(*Reader()), testing::IsEmpty());
}

TEST_P(StreamContract, LosesAndDoublesNothingWhenManyThreadsAppendAndRead) {
  constexpr int kWriters = 3;
  constexpr int kReaders = 3;
  constexpr int kEach = 100;
  std::mutex mutex;
  std::multiset<std::string> seen;
  {
    std::vector<std::jthread> threads;
    for (int w = 0; w < kWriters; ++w) {
      threads.emplace_back([&, w] {
        const auto writer = store_->OpenWriter();
        for (int i = 0; i < kEach; ++i) {
          auto append = Entries({std::to_string(w * kEach + i)});
          append.add = {{"state:offset", 1}};
          EXPECT_THAT(writer->Append(append), IsOk());
        }
      });
    }
    for (int r = 0; r < kReaders; ++r) {
      threads.emplace_back([&, r] {
        const auto reader = Reader("reader-" + std::to_string(r));
        while (true) {
          const auto entries = ReadNow(*reader, {.entries = 7});
          AckAll(*reader, entries);
          const std::lock_guard lock(mutex);
          for (const Entry& entry : entries) seen.insert(entry.data);
          if (seen.size() >= kWriters * kEach) return;
        }
      });
    }
  }

  EXPECT_EQ(seen.size(), std::size_t{kWriters * kEach});
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), seen.size());
  EXPECT_EQ(StateOf("state:offset"), std::to_string(kWriters * kEach));
}

TEST_P(StreamContract, KeepsWhatAnEntrySaysOfItself) {
  AppendTransaction append = Entries({"old"});
  append.entries.push_back({.data = "new", .timestamp = "2026-01-02", .version = 7, .rows = 250});
  ASSERT_THAT(writer_->Append(append), IsOk());

  const auto entries = ReadNow(*Reader());

  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].version, 1);
  EXPECT_EQ(entries[0].rows, 1U);
  EXPECT_EQ(entries[1].version, 7);
  EXPECT_EQ(entries[1].rows, 250U);
}

TEST_P(StreamContract, EndsAReadAtItsLimitOfRowsAmongEntriesOfOneSize) {
  const auto reader = Reader();
  for (int i = 0; i < 12; ++i) AppendRows({100});
  std::size_t seen = 0;
  while (seen < 12) {
    const auto entries = ReadNow(*reader, {.rows = 350});
    ASSERT_THAT(entries, testing::SizeIs(testing::AllOf(testing::Ge(1U), testing::Le(3U))));
    seen += entries.size();
  }
  AppendRows({1'000});
  EXPECT_EQ(ReadNow(*reader, {.rows = 10}).size(), 1U) << "at least one";
}

/// Rows are counted, not entries, whatever was acknowledged, trimmed or put back meanwhile.
TEST_P(StreamContract, CountsTheRowsThatAGroupHasNotDone) {
  AppendNumbers(1, 2);
  AppendRows({100, 1, 50});
  EXPECT_EQ(Backlog(), 153U) << "no group has begun";
  const auto fast = Reader("one", "fast");
  const auto slow = Reader("one", "slow");
  const auto entries = ReadNow(*slow);
  EXPECT_EQ(Backlog(), 153U) << "read is not done";
  AckAll(*slow, {entries[0], entries[1], entries[2]});
  EXPECT_EQ(RowsOf("slow"), 51U);
  EXPECT_EQ(RowsOf("fast"), 153U);
  EXPECT_EQ(Backlog(), 153U);
  AckAll(*fast, ReadNow(*fast));
  EXPECT_EQ(Backlog(), 51U);
  Trim();
  EXPECT_EQ(Backlog(), 51U) << "what was before is trimmed";
  EXPECT_EQ((Reader("one", "new"), RowsOf("new")), 51U) << "begins at what is left";
  AckAll(*Reader("one", "new"), ReadNow(*Reader("one", "new")));
  AckAll(*slow, entries);
  EXPECT_EQ(Backlog(), 0U);
  Trim();
  AppendRows({7, 20});
  EXPECT_EQ(Backlog(), 27U) << "after a time without entries";
  EXPECT_EQ(ReadNow(*slow).size(), 2U);
  EXPECT_EQ(Backlog(), 27U);
}

TEST_P(StreamContract, CountsTheRowsOfAnEntryThatCameOfADeadLetter) {
  AppendTransaction append{.stream = StreamName(kStream)};
  append.dead_letters = {{.data = "bad"}};
  ASSERT_THAT(writer_->Append(append), IsOk());
  AppendTransaction good{.stream = StreamName(kStream)};
  good.entries = {{.data = "good", .timestamp = "", .rows = 30}, {.data = "1", .timestamp = ""}};

  ASSERT_THAT(admin_->Resolve(DeadLetters().at(0), good), IsOk());

  EXPECT_EQ(Backlog(), 31U);
}

TEST_P(StreamContract, SaysWhichIdItGaveOutLast) {
  const StreamName stream(kStream);
  EXPECT_EQ(ValueOf(admin_->LastId(stream)), EntryId{});
  AppendNumbers(1, 3);
  const auto reader = Reader();
  const auto entries = ReadNow(*reader);

  EXPECT_EQ(ValueOf(admin_->LastId(stream)), entries.back().id);

  AckAll(*reader, entries);
  Trim();
  EXPECT_EQ(ValueOf(admin_->LastId(stream)), entries.back().id);
}

TEST_P(StreamContract, CachesARecordInTheTransactionOfItsEntry) {
  AppendTransaction append = Entries({"1"});
  append.cached = {Record("rain", "42", 7, {{"title", "Rain \"\u0142\";\n"}, {"tags", ""}}),
                   Record("sun", "43", 7, {{"title", "Sun"}})};
  ASSERT_THAT(writer_->Append(append), IsOk());
  EXPECT_THAT(DataOf(ReadNow(*Reader())), testing::ElementsAre("1"));

  const auto records = Cached({"sun", "none", "rain"});

  EXPECT_EQ(records.at(0), (CachedRecord{"43", 7, 7, {{"title", "Sun"}}}));
  EXPECT_EQ(records.at(1), std::nullopt);
  EXPECT_EQ(records.at(2),
            (CachedRecord{"42", 7, 7, {{"title", "Rain \"\u0142\";\n"}, {"tags", ""}}}));
  EXPECT_THAT(Cached({}), testing::IsEmpty());
}

TEST_P(StreamContract, CachesNothingOfATransactionThatWritesNothing) {
  AppendTransaction append = Entries({"1"});
  append.cached = {Record("rain", "42", 7, {{"title", "Rain"}})};
  append.expected = {"state:generation", "other"};
  EXPECT_THAT(writer_->Append(append), HasError(ErrorKind::kStopping));
  append.expected = {};
  append.acks = {Acks("one", {EntryId{1, 0}})};
  const auto reader = Reader();
  EXPECT_THAT(ReadNow(*reader), testing::IsEmpty());
  EXPECT_THAT(writer_->Append(append), HasError(ErrorKind::kRejected));

  EXPECT_EQ(Cached({"rain"}).at(0), std::nullopt);
}

/// By it a processor knows a change of the fields from a newer version of the same.
TEST_P(StreamContract, RemembersSinceWhichVersionARecordIsAsItIs) {
  Cache({Record("rain", "42", 7, {{"title", "Rain"}})});
  Cache({Record("rain", "42", 9, {{"title", "Rain"}})});
  EXPECT_EQ(Cached({"rain"}).at(0), (CachedRecord{"42", 9, 7, {{"title", "Rain"}}}));

  Cache({Record("rain", "42", 11, {{"title", "Rain!"}})});
  EXPECT_EQ(Cached({"rain"}).at(0), (CachedRecord{"42", 11, 11, {{"title", "Rain!"}}}));

  Cache({Record("rain", "42", 12, {{"title", "Rain!"}, {"tags", "x"}})});
  Cache({Record("rain", "42", 13, {{"title", "Rain!"}})});
  EXPECT_EQ(Cached({"rain"}).at(0), (CachedRecord{"42", 13, 13, {{"title", "Rain!"}}}));
}

TEST_P(StreamContract, KeepsTheNewerRecord) {
  Cache({Record("rain", "42", 9, {{"title", "new"}})});

  Cache({Record("rain", "42", 8, {{"title", "old"}}), Record("rain", "42", 9, {{"title", "x"}})});
  EXPECT_EQ(Cached({"rain"}).at(0), (CachedRecord{"42", 9, 9, {{"title", "new"}}}));

  // What is forgotten does not come back from an older version.
  Cache({Record("rain", "42", 10, {})});
  Cache({Record("rain", "42", 9, {{"title", "old"}})});
  EXPECT_EQ(Cached({"rain"}).at(0), (CachedRecord{"42", 10, 10, {}}));
}

TEST_P(StreamContract, KeepsOneRecordOfAThingUnderItsNewestName) {
  Cache({Record("rain", "42", 7, {{"title", "Rain"}})});

  Cache({Record("rain-again", "42", 8, {{"title", "Rain"}})});
  EXPECT_EQ(Cached({"rain"}).at(0), std::nullopt);
  EXPECT_EQ(Cached({"rain-again"}).at(0), (CachedRecord{"42", 8, 8, {{"title", "Rain"}}}));
  Cache({Record("rain", "42", 7, {{"title", "Rain"}})});
  EXPECT_EQ(Cached({"rain"}).at(0), std::nullopt);

  // Another thing takes the name over; an older one does not get it.
  Cache({Record("rain-again", "43", 9, {{"title", "Other"}})});
  EXPECT_EQ(Cached({"rain-again"}).at(0), (CachedRecord{"43", 9, 9, {{"title", "Other"}}}));
  Cache({Record("sun", "44", 5, {{"title", "Sun"}}),
         Record("rain-again", "44", 6, {{"title", "Sun"}})});
  EXPECT_EQ(Cached({"sun"}).at(0), std::nullopt);
  EXPECT_EQ(Cached({"rain-again"}).at(0), (CachedRecord{"43", 9, 9, {{"title", "Other"}}}));
}

TEST_P(StreamContract, ForgetsACachedRecordAfterItsTime) {
  CacheChange shortly = Record("rain", "42", 7, {{"title", "Rain"}});
  shortly.ttl = std::chrono::milliseconds(50);
  Cache({shortly, Record("sun", "43", 7, {{"title", "Sun"}})});

  EXPECT_TRUE(WaitUntil([&] { return !Cached({"rain"}).at(0); }));

  EXPECT_NE(Cached({"sun"}).at(0), std::nullopt);
  // Of what is forgotten any version is new.
  Cache({Record("rain", "42", 6, {{"title", "Rain"}})});
  EXPECT_EQ(Cached({"rain"}).at(0), (CachedRecord{"42", 6, 6, {{"title", "Rain"}}}));
}

TEST_P(StreamContract, AcknowledgesInTheTransactionOfWhatCameOfTheEntries) {
  AppendNumbers(1, 3);
  const auto reader = Reader();
  const auto entries = ReadNow(*reader);
  AppendTransaction append = Entries({"one and two"}, "stream:out");
  append.acks = {Acks("one", {entries[0].id, entries[1].id})};
  append.set = {{"state:processor", "2"}};

  ASSERT_THAT(writer_->Append(append), IsOk());

  EXPECT_THAT(PendingOf(*reader), testing::ElementsAre("3"));
  EXPECT_THAT(DataOf(ReadNow(*Reader("one", "group", "stream:out"))),
              testing::ElementsAre("one and two"));
  EXPECT_EQ(StateOf("state:processor"), "2");
}

TEST_P(StreamContract, AcknowledgesManyEntriesOfWhichNothingCame) {
  AppendNumbers(1, 2'500);
  const auto reader = Reader();
  std::vector<EntryId> ids;
  while (ids.size() < 2'500) {
    for (const EntryId& id : IdsOf(ReadNow(*reader))) ids.push_back(id);
  }
  AppendTransaction append{.stream = StreamName("stream:out")};
  append.acks = {Acks("one", ids)};

  ASSERT_THAT(writer_->Append(append), IsOk());

  EXPECT_THAT(PendingOf(*reader), testing::IsEmpty());
  EXPECT_EQ(Backlog(), 0U);
}

/// Else what two processors made of one entry would be there twice.
TEST_P(StreamContract, WritesNothingWhenAnEntryItAcknowledgesIsNotItsOwnAnyMore) {
  AppendNumbers(1, 2);
  const auto slow = Reader("slow");
  const auto entries = ReadNow(*slow);
  AppendTransaction append = Entries({"made of both"}, "stream:out");
  append.set = {{"state:processor", "2"}};
  append.add = {{"state:count", 2}};
  append.acks = {Acks("slow", IdsOf(entries))};
  store_->LetPendingAge(std::chrono::seconds(60));
  ASSERT_EQ(Reader("heir")->Claim(1, std::chrono::seconds(60))->size(), 1U);

  EXPECT_THAT(writer_->Append(append), HasError(ErrorKind::kRejected)) << "taken over";

  EXPECT_THAT(PendingOf(*Reader("heir")), testing::ElementsAre("1"));
  EXPECT_THAT(PendingOf(*slow), testing::ElementsAre("2")) << "not one of them is acknowledged";
  EXPECT_EQ(StateOf("state:processor"), "(none)");
  EXPECT_THAT(ReadNow(*Reader("one", "group", "stream:out")), testing::IsEmpty());
  append.acks = {Acks("slow", {entries[1].id})};
  ASSERT_THAT(writer_->Append(append), IsOk());
  EXPECT_THAT(writer_->Append(append), HasError(ErrorKind::kRejected)) << "done already";
  EXPECT_EQ(StateOf("state:count"), "2");
  append.entries.clear();
  EXPECT_THAT(writer_->Append(append), HasError(ErrorKind::kRejected)) << "without a page, too";
}

/// Reads one stream and puts each of its entries into another, until it is killed.
[[noreturn]] void ProcessForEver(StreamReader& reader, StreamWriter& writer, StreamAcks acks) {
  while (true) {
    auto entries = reader.Pending({}, {.entries = 3});
    if (entries && entries->empty()) {
      entries = reader.Read({.entries = 3}, std::chrono::milliseconds(0), {});
    }
    if (!entries || entries->empty()) continue;
    AppendTransaction append{.stream = StreamName("stream:out")};
    acks.ids.clear();
    for (const Entry& entry : *entries) {
      append.entries.push_back({.data = entry.data, .timestamp = "", .rows = 2});
      acks.ids.push_back(entry.id);
    }
    append.acks = {acks};
    (void)writer.Append(append).has_value();  // What was not written is pending still.
  }
}

TEST_P(StreamContract, AProcessorKilledAnywhereNeitherLosesNorDoublesARow) {
  constexpr int kEntries = 600;
  AppendNumbers(1, kEntries);
  Reader("processor");
  RandomRows random(1);
  int kills = 0;
  for (; Backlog() > 0; ++kills) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto reader = Reader("processor");
      const auto writer = store_->OpenWriter();
      ProcessForEver(*reader, *writer, Acks("processor", {}));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + random.Number(25)));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    ASSERT_LT(kills, 2'000) << "it does not get on";
  }

  EXPECT_GT(kills, 1);
  std::vector<int> numbers;
  const auto out = Reader("one", "group", "stream:out");
  EXPECT_EQ(writer_->Load(StreamName("stream:out"))->backlog, 2U * kEntries);
  while (true) {
    const auto entries = ReadNow(*out);
    if (entries.empty()) break;
    for (const Entry& entry : entries) numbers.push_back(std::stoi(entry.data));
  }
  std::vector<int> expected(kEntries);
  std::iota(expected.begin(), expected.end(), 1);
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(numbers, expected);
}

}  // namespace polyhouse
