#pragma once

namespace polyhouse::engine {

class ClientWatch;
class Tables;
class Traffic;

/// What every request works with. All of it outlives the requests.
struct EngineParts {
  Tables& tables;
  Traffic& traffic;
  Traffic& readers;  ///< Of those who may only read, by whichever door.
  ClientWatch& clients;
};

}  // namespace polyhouse::engine
