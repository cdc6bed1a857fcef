#!/usr/bin/env bash
# Stops every role: deploy/stop.sh [compose|supervisor|manual]. What was read stays in Redis and is written by the next start.
. "$(dirname "$0")/common.sh"
choose_way "${1:-}"

case "$way" in
  compose) compose down ;;
  supervisor) supervisor shutdown ;;
  manual)
    for role in "${roles[@]}"; do
      pid=$(pid_of "$role") || { echo "$role is not running"; continue; }
      kill -TERM "$pid"
      while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
      rm -f "$DEPLOY_RUN/$role.pid"
      echo "$role stopped"
    done
    ;;
esac
