#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "codec/entry_codec.h"
#include "flow/listing/ingester.h"
#include "flow/listing/page_store.h"
#include "support/fake_listing.h"
#include "support/result_matchers.h"
#include "support/scratch_streams.h"

namespace polyhouse {

/// Fails the appends it is told to, and hands all else on.
class FlakyStreamWriter final : public StreamWriter {
 public:
  explicit FlakyStreamWriter(StreamWriter& inner) : inner_(inner) {}

  Status Append(const AppendTransaction& transaction) override {
    if (failures > 0) {
      --failures;
      return error;
    }
    return inner_.Append(transaction);
  }
  Result<std::optional<std::string>> State(const std::string& key) override {
    if (state_failures > 0) {
      --state_failures;
      return error;
    }
    return inner_.State(key);
  }
  Result<StateFields> Fields(const std::string& key) override { return inner_.Fields(key); }
  Result<std::vector<std::optional<CachedRecord>>> Cached(
      std::string_view kind, std::span<const std::string> names) override {
    return inner_.Cached(kind, names);
  }
  Result<StreamLoad> Load(const StreamName& stream) override {
    auto load = inner_.Load(stream);
    if (load) load->memory_share = memory_share;
    return load;
  }

  int failures = 0;
  int state_failures = 0;
  double memory_share = 0;
  Error error = TransientError("the disk is full");

 private:
  StreamWriter& inner_;
};

/// A listing of markets, streams in a file, and a clock, and what an ingester or lane needs to work
/// with them. `Restart` is what a new process would find.
class IngesterTest : public testing::Test {
 protected:
  IngesterTest() { Restart(); }

  void Restart() {
    tools_.reset();
    pages_.reset();
    writer_ = streams_.OpenWriter();
    pages_.emplace(kMarketListing, *writer_, clock_);
    tools_.emplace(LaneTools{listing_, *pages_, events_, halves_});
    EXPECT_THAT(pages_->Load(), IsOk());
  }

  /// Ingesters take a listing for each lane; here all have the same.
  ListingFactory Listings() {
    return [this] { return std::shared_ptr<Listing>(std::shared_ptr<void>(), &listing_); };
  }

  /// How a backfill is begun.
  static RangeBook::SaveAnew SaveAnewIn(PageStore& pages) {
    return [&pages](AppendTransaction append) { return pages.SaveAnew(std::move(append)); };
  }

  /// Stores a page without a walk.
  Status StorePage(const ListingPage& page, std::uint64_t version) {
    const auto changed =
        pages_->Store(page, {.lane = "test", .version = version, .asked = clock_.Steady()});
    return changed ? Ok() : Status(changed.error());
  }

  /// The ids of all entries in the stream, in order.
  std::vector<std::uint64_t> StoredIds() const {
    std::vector<std::uint64_t> ids;
    EntryDecoder<Market> decoder;
    for (const Entry& entry : streams_.EntriesOf("stream:markets")) {
      ids.push_back(IdNumber(ValueOf(decoder.Decode(entry.data)).id.value()));
    }
    return ids;
  }

  std::string State(const std::string& suffix) const {
    const auto states = streams_.States();
    const auto found = states.find("state:polymarket_markets" + suffix);
    return found == states.end() ? "" : found->second;
  }

  /// An answer that repeats the page but says something else about how it goes on.
  static std::function<FakeListing::Answer(ListingPage)> WithCursor(std::string cursor) {
    return [cursor](ListingPage page) -> FakeListing::Answer {
      page.next_cursor = cursor;
      return page;
    };
  }
  static FakeListing::Answer EmptyPage(const ListingPage&) { return ListingPage(); }

  FakeClock clock_;
  ScratchStreams streams_{clock_};
  FakeListing listing_;
  telemetry::Log log_{telemetry::Level::kError, telemetry::LogFormat::kText};
  telemetry::PipelineEvents events_{log_};
  std::unique_ptr<StreamWriter> writer_;
  std::optional<PageStore> pages_;
  HalfTrust halves_;
  std::optional<LaneTools> tools_;
};

}  // namespace polyhouse
