#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/child_process.h"

namespace polyhouse {

/// What curl saw of a response.
struct Reply {
  int curl_code = 0;  ///< A CURLcode; 0 is success.
  long status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
};

/// The real program on a port of its own, ended with the test.
class SimulatorProcess final {
 public:
  /// Starts it with these arguments and waits until it says that it listens.
  explicit SimulatorProcess(const std::vector<std::string>& arguments);

  Reply Get(const std::string& target, long timeout_ms = 20'000) const;
  /// As Get, from a client that takes compressed bodies and unpacks them.
  Reply GetCompressed(const std::string& target) const;
  Reply Post(const std::string& target, const std::string& body = "") const;
  /// The array of a listing walked to its end, as raw records; fails the test on anything but 200.
  std::vector<std::string> Walk(const std::string& target, const std::string& key) const;
  /// Sends SIGTERM and returns the exit code.
  int Stop();

 private:
  struct Ask {
    std::string method;
    std::string target;
    std::string body{};
    long timeout_ms = 20'000;
    bool compressed = false;
  };
  Reply Perform(const Ask& ask) const;

  ChildProcess process_;
  std::string url_;
};

/// A run of the program that does not serve.
RunResult RunSimulator(const std::vector<std::string>& arguments);

/// A value of a JSON object as compact text, such as `"text"` or `12`; empty when the key is
/// missing.
std::string FieldOf(const std::string& json, const std::string& key);

/// A JSON string without its quotes.
std::string Unquoted(const std::string& json);

/// The lines of a text, without their ends.
std::vector<std::string> LinesOf(const std::string& text);

std::set<std::string> AsSet(const std::vector<std::string>& values);

}  // namespace polyhouse
