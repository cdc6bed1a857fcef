#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "base/clock.h"
#include "benches.h"
#include "support/child_process.h"
#include "support/free_port.h"
#include "support/polyhouse_program.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

constexpr std::size_t kClients = 500;
constexpr int kRounds = 3;

/// Browsers that have the page open: each listens, and reads what comes.
class Listeners {
 public:
  Listeners(int port, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) Connect(port);
    reader_ = std::jthread([this](const std::stop_token& stop) { Read(stop); });
  }
  ~Listeners() {
    reader_.request_stop();
    reader_.join();
    for (const pollfd& each : sockets_) close(each.fd);
  }
  Listeners(const Listeners&) = delete;
  Listeners& operator=(const Listeners&) = delete;

  double megabytes() const { return static_cast<double>(bytes_) / 1e6; }

 private:
  void Connect(int port) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const std::string request =
        "GET /api/live?topics=now,trades,quality HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        send(descriptor, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
      throw std::runtime_error("cannot listen to the page");
    }
    sockets_.push_back({descriptor, POLLIN, 0});
  }
  void Read(const std::stop_token& stop) {
    std::array<char, 65'536> piece{};
    while (!stop.stop_requested()) {
      poll(sockets_.data(), sockets_.size(), 100);
      for (const pollfd& each : sockets_) {
        if ((each.revents & POLLIN) == 0) continue;
        const auto size = recv(each.fd, piece.data(), piece.size(), MSG_DONTWAIT);
        if (size == 0) throw std::runtime_error("the page has cut a listener");
        if (size > 0) bytes_ += static_cast<std::uint64_t>(size);
      }
    }
  }

  std::vector<pollfd> sockets_;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::jthread reader_;
};

double ResidentMegabytes(int process) {
  const std::string status = ReadFile("/proc/" + std::to_string(process) + "/status");
  return std::stod(status.substr(status.find("VmRSS:") + 6)) / 1024;
}

/// What one reading of the whole listing took, and the memory of `up` at its beginning and end.
struct Reading {
  double seconds = 0;
  double megabytes_before = 0;
  double megabytes_after = 0;
  double heard = 0;
};

Reading ReadAll(const Simulator& simulator, std::size_t clients) {
  const ScratchDir dir;
  const int port = FreePort();
  const std::string address = "127.0.0.1:" + std::to_string(port);
  const Polyhouse polyhouse(dir / "data", simulator.url());
  const auto begun = SteadyNow();
  const ChildProcess up(polyhouse.Command({"up", "--listen", address}));
  WaitUntil([&] {
    return RunToEnd({"curl", "-sS", "http://" + address + "/healthz"}).out == "ok\n";
  });
  const Listeners listeners(port, clients);
  Reading reading{.megabytes_before = ResidentMegabytes(up.pid())};
  const std::string wanted = "polyhouse_backfill_done{ingester=\"markets\"} 1\n";
  WaitUntil(
      [&] {
        const std::string metrics = RunToEnd({"curl", "-sS", "http://" + address + "/metrics"}).out;
        return metrics.find(wanted) != std::string::npos;
      },
      std::chrono::minutes(20));
  reading.seconds = std::chrono::duration<double>(SteadyNow() - begun).count();
  reading.megabytes_after = ResidentMegabytes(up.pid());
  reading.heard = listeners.megabytes();
  return reading;
}

std::string Whole(double amount, const char* unit) {
  return std::to_string(static_cast<long>(amount + 0.5)) + " " + unit;
}

}  // namespace

void BenchPageClients(const BenchInput& input, Report& report) {
  const Simulator simulator({"--markets", std::to_string(input.markets), "--seed", "2"});
  Reading with;
  Reading without;
  const Pair seconds = MedianPair(
      kRounds,
      [] {},
      [&] { with = ReadAll(simulator, kClients); },
      [&] { without = ReadAll(simulator, 0); });
  report.AddRatio("reading " + std::to_string(input.markets) + " markets with 500 pages open",
                  Whole(seconds.ours, "s"),
                  "with none " + Whole(seconds.reference, "s"),
                  seconds.reference / seconds.ours,
                  "0.95");
  const auto grown = [](const Reading& reading) {
    return Whole(reading.megabytes_before, "MB") + " to " + Whole(reading.megabytes_after, "MB");
  };
  report.AddRatio("memory of `up` meanwhile",
                  grown(with),
                  "with none " + grown(without),
                  without.megabytes_after / with.megabytes_after,
                  "");
  report.AddFigure("what the 500 pages were told", Whole(with.heard, "MB"), "");
}

}  // namespace polyhouse
