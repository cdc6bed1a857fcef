#pragma once

#include <microhttpd.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "doors/browser_guard.h"
#include "doors/slow_clients.h"
#include "serve/client_leaves.h"
#include "serve/web_message.h"

namespace polyhouse {

/// What conversations of one server share.
struct ConversationParts {
  WebHandler& handler;
  ListeningPlace place;
  SlowClients& slow_clients;
  ClientLeaves& leaves;
  std::function<void(WebWork::Kind, std::function<void(bool late)>)> do_work;
};

/// The start of a request.
struct RequestHead {
  std::string_view method;
  std::string_view path;
  std::string_view version;  ///< "HTTP/1.1"
};

/// One request and its answer. libmicrohttpd's thread calls it, and the thread that works for it
/// hands over the answer; the connection sleeps in between.
class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  /// Looks at the head. `parts` must outlive it.
  Conversation(const ConversationParts& parts, MHD_Connection* connection, const RequestHead& head);

  /// It is answered by its head alone; the body is not waited for.
  bool is_refused() const { return answer_.has_value(); }
  /// The next piece of the body.
  void Receive(std::string_view piece);
  /// The body is there, or the work is done.
  MHD_Result Go();
  /// The connection goes on without it.
  void Complete();
  /// The server ends: what is under way need not be finished.
  void Abandon();

 private:
  std::optional<WebAnswer> Refusal(const RequestHead& head) const;
  void ReadHead(const RequestHead& head);
  void StartWork(WebWork work);
  void HandOver(WebAnswer answer);
  MHD_Result Send(WebAnswer answer);

  const ConversationParts& parts_;
  MHD_Connection* const connection_;
  const int descriptor_;
  WebRequest request_;
  bool is_working_ = false;
  std::stop_source stop_;
  std::mutex mutex_;  ///< For what follows.
  std::optional<WebAnswer> answer_;
  std::shared_ptr<BodySource> source_;
};

}  // namespace polyhouse
