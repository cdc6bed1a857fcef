#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "app/environment.h"
#include "base/result.h"

namespace polyhouse {

/// Serves how things stand on Config::listen, and looks anew every few seconds in a thread of its
/// own. What is known stays when streams or tables cannot be reached; its age and the reason join
/// it.
class StatusPage {
 public:
  /// The environment must outlive it. kConfig when the address cannot be listened on.
  static Result<std::unique_ptr<StatusPage>> Start(const Environment& environment);
  ~StatusPage();
  StatusPage(const StatusPage&) = delete;
  StatusPage& operator=(const StatusPage&) = delete;

  /// "http://127.0.0.1:8000/".
  std::string url() const;

 private:
  struct Impl;
  explicit StatusPage(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace polyhouse
