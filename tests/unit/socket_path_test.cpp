#include "base/socket_path.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "support/result_matchers.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;

/// A path of exactly `size` characters below `root`; its directory exists.
std::string PathOfSize(const ScratchDir& root, std::size_t size) {
  std::string directory = root.path();
  while (size - directory.size() > 60) directory += "/" + std::string(50, 'd');
  std::filesystem::create_directories(directory);
  return directory + "/" + std::string(size - directory.size() - 1, 's');
}

bool CanBind(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, name.data(), name.size());
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound =
      bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(descriptor);
  return bound;
}

TEST(SocketPath, UsesAPathThatTheKernelTakesAsItIs) {
  const ScratchDir root;
  const std::string path = PathOfSize(root, kLongest);

  const auto socket = SocketPath::For(path);

  ASSERT_THAT(socket, IsOk());
  EXPECT_EQ(socket->name(), path);
}

TEST(SocketPath, ReachesALongerPathThroughItsDirectory) {
  const ScratchDir root;
  for (const std::size_t size : {kLongest + 1, kLongest + 200}) {
    const std::string path = PathOfSize(root, size);

    const auto socket = SocketPath::For(path);

    ASSERT_THAT(socket, IsOk());
    EXPECT_LE(socket->name().size(), kLongest);
    EXPECT_TRUE(CanBind(socket->name()));
    EXPECT_TRUE(std::filesystem::is_socket(path)) << path;
  }
}

TEST(SocketPath, StaysUsableWhenItIsMoved) {
  const ScratchDir root;
  const std::string path = PathOfSize(root, 200);
  auto first = SocketPath::For(path);
  ASSERT_THAT(first, IsOk());

  const SocketPath second = std::move(*first);
  first = SocketPath::For("/short");

  EXPECT_TRUE(CanBind(second.name()));
}

TEST(SocketPath, IsAnErrorForTheOperatorWhenTheDirectoryOfALongPathIsMissing) {
  const ScratchDir root;

  const auto socket = SocketPath::For(root / std::string(80, 'x') + "/" + std::string(80, 'y'));

  EXPECT_THAT(socket, HasError(ErrorKind::kConfig, "xxx"));
}

}  // namespace
}  // namespace polyhouse
