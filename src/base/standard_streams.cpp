#include "base/standard_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/line_queue.h"

namespace polyhouse {
namespace {

constexpr std::size_t kMostWaiting = 1UL << 20U;
/// At the end, a reader who has taken nothing for this long is not waited for.
constexpr std::chrono::milliseconds kPatience{500};
constexpr std::chrono::milliseconds kLookAround{100};

void OpenWhatIsClosed() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one. Standard output is opened so that a command whose result
    // cannot be printed fails.
    const int opened = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR);
    if (opened >= 0 && opened != descriptor) {
      dup2(opened, descriptor);
      close(opened);
    }
  }
}

bool IsKind(int descriptor, mode_t kind) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

}  // namespace

/// Stands between descriptor 2 and what it was before.
class StandardStreams::Carrier {
 public:
  /// Null when there is nothing to stand before, or the system gives no descriptors.
  static std::unique_ptr<Carrier> Install();
  ~Carrier();
  static Carrier* installed;  ///< Null: none.
  /// Carries what is left and gives descriptor 2 back; nothing the second time.
  void Leave();

 private:
  Carrier(int reader, int out) : reader_(reader), out_(out) {}

  void Run();
  void Receive();
  void End();
  void Send();

  int reader_;  ///< The end of the pipe that descriptor 2 writes into.
  int out_;     ///< What descriptor 2 was.
  std::atomic<bool> is_leaving_ = false;
  bool ended_ = false;
  bool is_broken_ = false;  ///< There is nobody to write to.
  SteadyTime moved_ = SteadyNow();
  LineQueue queue_{kMostWaiting};
  std::thread thread_;
};

std::unique_ptr<StandardStreams::Carrier> StandardStreams::Carrier::Install() {
  const bool is_pipe = IsKind(STDERR_FILENO, S_IFIFO);
  if (!is_pipe && !IsKind(STDERR_FILENO, S_IFSOCK)) return nullptr;
  // A description of our own: others who write there are not to become impatient with us.
  int out = is_pipe ? open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1;
  if (out < 0) out = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  std::array<int, 2> ends{};
  if (out < 0 || pipe2(ends.data(), O_CLOEXEC) != 0) {
    if (out >= 0) close(out);
    return nullptr;
  }
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  std::unique_ptr<Carrier> carrier(new Carrier(ends[0], out));
  // Signals are for the threads of the program.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  carrier->thread_ = std::thread([raw = carrier.get()] { raw->Run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return carrier;
}

StandardStreams::Carrier::~Carrier() {
  Leave();
  close(reader_);
  close(out_);
}

void StandardStreams::Carrier::Leave() {
  if (is_leaving_) return;
  std::fflush(stderr);
  // Ends the pipe, unless a child has it, too; for that there is the other sign.
  dup2(out_, STDERR_FILENO);
  is_leaving_ = true;
  thread_.join();
}

void StandardStreams::Carrier::Run() {
  while (!ended_ || !queue_.waiting().empty()) {
    const bool sends = !is_broken_ && !queue_.waiting().empty();
    std::array<pollfd, 2> polled = {pollfd{ended_ ? -1 : reader_, POLLIN, 0},
                                    pollfd{sends ? out_ : -1, POLLOUT, 0}};
    const int ready = poll(polled.data(), polled.size(), static_cast<int>(kLookAround.count()));
    if (polled[0].revents != 0) Receive();
    if (ready == 0 && is_leaving_) End();
    if (polled[1].revents != 0) Send();
    // A gap behind which nothing comes is said, too.
    if (queue_.waiting().empty() && queue_.dropped() > 0) queue_.Add("");
    if (ended_ && (is_broken_ || SteadyNow() - moved_ > kPatience)) return;
  }
}

void StandardStreams::Carrier::Receive() {
  std::array<char, 65'536> bytes;
  const ssize_t size = read(reader_, bytes.data(), bytes.size());
  if (size < 0 && errno == EINTR) return;
  if (size > 0) return queue_.Add({bytes.data(), static_cast<std::size_t>(size)});
  if (size == 0 || errno != EAGAIN) End();
}

void StandardStreams::Carrier::End() {
  if (ended_) return;
  ended_ = true;
  moved_ = SteadyNow();
}

void StandardStreams::Carrier::Send() {
  // Where the description is shared and blocks: a pipe that can be written takes so much at once.
  const auto bytes = queue_.waiting().substr(0, PIPE_BUF);
  ssize_t size = send(out_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (size < 0 && errno == ENOTSOCK) size = write(out_, bytes.data(), bytes.size());
  if (size > 0) {
    queue_.Take(static_cast<std::size_t>(size));
    moved_ = SteadyNow();
  } else if (errno != EAGAIN && errno != EINTR) {
    is_broken_ = true;
    queue_.Take(queue_.waiting().size());
  }
}

/// There is one descriptor 2, so there is one.
StandardStreams::Carrier* StandardStreams::Carrier::installed = nullptr;

StandardStreams::StandardStreams() {
  OpenWhatIsClosed();
  carrier_ = Carrier::Install();
  Carrier::installed = carrier_.get();
}

StandardStreams::~StandardStreams() {
  Carrier::installed = nullptr;
}

void StandardStreams::GiveBack() {
  if (Carrier::installed != nullptr) Carrier::installed->Leave();
}

}  // namespace polyhouse
