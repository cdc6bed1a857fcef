#!/usr/bin/env bash
# Starts every role: deploy/start.sh [compose|supervisor|manual]. Without a word it asks, on a terminal.
# supervisor and manual need REDIS_URL and CLICKHOUSE_URL (or REDIS_HOST, CLICKHOUSE_HOST …) in the environment.
. "$(dirname "$0")/common.sh"
choose_way "${1:-}"

if [ "$way" = compose ]; then
  compose up -d --build
  compose ps
  exit
fi

[ -x "$DEPLOY_BIN" ] || fail "there is no program $DEPLOY_BIN: run make build, or set DEPLOY_BIN"
[ -n "${REDIS_URL:-}${REDIS_HOST:-}" ] || fail "set REDIS_URL, such as redis://127.0.0.1:6379"
[ -n "${CLICKHOUSE_URL:-}${CLICKHOUSE_HOST:-}" ] || fail "set CLICKHOUSE_URL, such as http://127.0.0.1:8123"
mkdir -p "$DEPLOY_RUN/logs"
"$DEPLOY_BIN" config check >/dev/null
"$DEPLOY_BIN" schema apply

if [ "$way" = supervisor ]; then
  command -v supervisord >/dev/null || fail "supervisor is not installed: apt-get install supervisor"
  if supervisor pid >/dev/null 2>&1; then supervisor start all; else supervisord -c "$deploy/supervisord.conf"; fi
  supervisor status || true
  exit
fi

for role in "${roles[@]}"; do
  if pid_of "$role" >/dev/null; then echo "$role is running"; continue; fi
  # shellcheck disable=SC2046  # The command is two words.
  nohup "$DEPLOY_BIN" $(command_of "$role") >>"$DEPLOY_RUN/logs/$role.out.log" 2>&1 </dev/null &
  echo $! >"$DEPLOY_RUN/$role.pid"
  echo "$role started, process $!"
done
# A role that is refused by its servers or settings ends at once, with the reason.
sleep 1
for role in "${roles[@]}"; do
  pid_of "$role" >/dev/null || fail "$role has ended: $(tail -n 1 "$DEPLOY_RUN/logs/$role.out.log")"
done
echo "Logs: $DEPLOY_RUN/logs. Both ingesters run independently: one reads /markets, the other /events."
