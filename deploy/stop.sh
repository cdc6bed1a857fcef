#!/usr/bin/env bash
# Stops every role: deploy/stop.sh [compose|supervisor|manual]. What was read stays in Redis and is written by the next start.
. "$(dirname "$0")/common.sh"
choose_way "${1:-}"

case "$way" in
  compose) compose down ;;
  supervisor) supervisor shutdown ;;
  manual) for role in "${roles[@]}"; do stop_role "$role" stopped; done ;;
esac
