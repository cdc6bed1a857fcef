#pragma once

#include <memory>
#include <string>

#include "app/environment.h"
#include "base/result.h"

namespace polyhouse {

/// Serves the page, its data and how things stand on Config::listen, beside a pipeline or alone.
class Dashboard {
 public:
  /// The environment must outlive it. kConfig when the address cannot be listened on, or others
  /// than this machine could connect and no token is set.
  static Result<std::unique_ptr<Dashboard>> Start(const Environment& environment);
  ~Dashboard();
  Dashboard(const Dashboard&) = delete;
  Dashboard& operator=(const Dashboard&) = delete;

  /// "http://127.0.0.1:8000/".
  std::string url() const;

 private:
  struct Impl;
  explicit Dashboard(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace polyhouse
