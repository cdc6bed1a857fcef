#pragma once

namespace polyhouse::engine {

class ClientWatch;
class Tables;
class Traffic;

/// What every request works with. All of it outlives the requests.
struct EngineParts {
  Tables& tables;
  Traffic& traffic;
  ClientWatch& clients;
};

}  // namespace polyhouse::engine
