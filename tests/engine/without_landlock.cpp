// Runs a program as on a kernel without Landlock: without_landlock PROGRAM ARGUMENTS…
#include <seccomp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

int main(int count, char** arguments) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (count < 2 || filter == nullptr ||
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0) != 0 ||
      seccomp_load(filter) != 0) {
    return 125;
  }
  execv(arguments[1], arguments + 1);
  std::perror(arguments[1]);
  return 126;
}
