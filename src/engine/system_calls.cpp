#include "engine/system_calls.h"

#include <seccomp.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

namespace polyhouse::engine {
namespace {

constexpr std::array kForbidden = {
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(io_uring_setup),  // It can open sockets past this filter.
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
};

Error Refusal(int code) {
  return ConfigError("the kernel takes no filter of system calls: " +
                     std::generic_category().message(-code));
}

}  // namespace

Status ForbidSystemCalls() {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                seccomp_release);
  if (!filter) return Refusal(-ENOMEM);
  for (const int call : kForbidden) {
    const int code = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0);
    if (code != 0) return Refusal(code);
  }
  if (const int code = seccomp_load(filter.get()); code != 0) return Refusal(code);
  return Ok();
}

}  // namespace polyhouse::engine
