#include "flow/request_pacer.h"

#include <algorithm>
#include <cmath>

namespace polyhouse {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Answers that were sent before a change of pace say nothing about it.
constexpr milliseconds kSettling{1'000};
/// How fast the usual latency follows a lasting growth: it doubles in about 700 answers.
constexpr double kUsualRise = 1.001;
constexpr double kRecentWeight = 0.2;
/// Growth by less is no trouble, whatever it is to the usual.
constexpr double kNoTroubleMs = 250;
constexpr double kSlowerByLatency = 0.8;
/// A refusal without Retry-After.
constexpr milliseconds kRefusedPause{1'000};

constexpr int kNoAnswer = 0;

bool IsRefusal(int status) {
  return status == 429 || status == 403 || status == 503;
}

class PacedHttpClient final : public HttpClient {
 public:
  PacedHttpClient(HttpClient& http, RequestPacer& pacer) : http_(http), pacer_(pacer) {}

  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override {
    pacer_.Wait(stop);
    if (stop.stop_requested()) return StoppingError();
    const auto started = SteadyNow();
    auto response = http_.Send(request, stop);
    const auto took = std::chrono::duration_cast<milliseconds>(SteadyNow() - started);
    if (response) {
      pacer_.Note(response->status, took, response->retry_after);
    } else if (response.error().kind == ErrorKind::kTransient) {
      pacer_.Note(kNoAnswer, took, {});  // One that is queued for too long never comes.
    }
    return response;
  }

 private:
  HttpClient& http_;
  RequestPacer& pacer_;
};

}  // namespace

RequestPacer::RequestPacer(PaceOptions options,
                           RateStore& store,
                           telemetry::PipelineEvents& events,
                           Clock& clock)
    : options_(std::move(options)), store_(store), events_(events), clock_(clock) {}

void RequestPacer::Wait(std::stop_token stop) {
  if (options_.requests == 0) return;
  const SlotRate rate{IntervalAt(pace()), options_.burst};
  const auto wait = store_.TakeSlot(options_.bucket, rate);
  const auto pause = wait ? *wait : OwnSlot(rate);
  if (!wait) events_.PaceNotShared(options_.bucket, wait.error());
  const auto whole = std::chrono::ceil<milliseconds>(pause);
  if (whole > milliseconds(0)) events_.PaceWaited(options_.bucket, whole);
  clock_.SleepFor(whole, std::move(stop));
}

/// Without the store this process keeps the limit by itself.
microseconds RequestPacer::OwnSlot(const SlotRate& rate) {
  const std::lock_guard lock(mutex_);
  const SteadyTime now = clock_.Steady();
  const SteadyTime slot = std::max(own_taken_, now);
  own_taken_ = slot + rate.interval;
  return std::chrono::ceil<microseconds>(slot - now);
}

microseconds RequestPacer::IntervalAt(double pace) const {
  const double full = static_cast<double>(options_.requests) * options_.share;
  return microseconds(
      std::llround(static_cast<double>(microseconds(options_.window).count()) / (full * pace)));
}

void RequestPacer::Note(int status, milliseconds latency, std::optional<milliseconds> retry_after) {
  const std::lock_guard lock(mutex_);
  const SteadyTime now = clock_.Steady();
  const bool is_slow = (status == 200 || status == kNoAnswer) && IsSlow(latency);
  if (IsRefusal(status)) {
    if (options_.requests > 0) {
      const auto pause = retry_after.value_or(kRefusedPause) + IntervalAt(pace_) * options_.burst;
      (void)store_.HoldBack(options_.bucket, pause).has_value();
    }
    SlowDown(options_.slow_down, "HTTP " + std::to_string(status));
  } else if (is_slow) {
    SlowDown(kSlowerByLatency,
             "answers take " + std::to_string(std::llround(recent_ms_)) + " ms, usual are " +
                 std::to_string(std::llround(usual_ms_)));
  } else if (now - slowed_ > kSettling) {
    const double seconds =
        std::chrono::duration<double>(std::min<SteadyTime::duration>(now - changed_, kSettling))
            .count();
    pace_ = std::min(1.0, pace_ + options_.recover * seconds);
    events_.PaceNoted(options_.bucket, pace_);
  }
  changed_ = now;
}

bool RequestPacer::IsSlow(milliseconds latency) {
  const auto ms = static_cast<double>(latency.count());
  if (usual_ms_ == 0) usual_ms_ = recent_ms_ = std::max(1.0, ms);
  recent_ms_ += kRecentWeight * (ms - recent_ms_);
  usual_ms_ = std::max(1.0, std::min(recent_ms_, usual_ms_ * kUsualRise));
  return recent_ms_ > std::max(usual_ms_ * options_.latency_growth, usual_ms_ + kNoTroubleMs);
}

void RequestPacer::SlowDown(double factor, const std::string& why) {
  const SteadyTime now = clock_.Steady();
  const auto settling = std::max(kSettling, milliseconds(static_cast<std::int64_t>(recent_ms_)));
  if (now - slowed_ < settling) return;
  slowed_ = now;
  pace_ = std::max(options_.least, pace_ * factor);
  events_.PaceReduced(options_.bucket, pace_, why);
}

double RequestPacer::pace() const {
  const std::lock_guard lock(mutex_);
  return pace_;
}

std::unique_ptr<HttpClient> MakePacedHttpClient(HttpClient& http, RequestPacer& pacer) {
  return std::make_unique<PacedHttpClient>(http, pacer);
}

}  // namespace polyhouse
