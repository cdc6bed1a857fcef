# Sourced by start.sh, stop.sh and pause.sh: which way of running is meant, and where things are.
set -euo pipefail
deploy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export DEPLOY_BIN=${DEPLOY_BIN:-$(command -v polyhouse || echo "$deploy/../build/release/polyhouse")}
export DEPLOY_RUN=${DEPLOY_RUN:-$deploy/run}
roles=(polymarket_markets_ingester polymarket_events_ingester market_enricher clickhouse_writer polyhouse_serve)
ingesters=(polymarket_markets_ingester polymarket_events_ingester)
# Fills need nodes of the chain: named, or the public ones beside Polymarket's own API.
if [ -n "${POLYGON_RPC_URL:-}" ] || [ -z "${POLYMARKET_GAMMA_URL:-}" ]; then
  roles+=(polygon_fills_ingester trade_processor)
  ingesters+=(polygon_fills_ingester)
  # Actions are read, and what wallets are is asked, only where that is switched on.
  if [ "${POLYHOUSE_ACTIONS_ENABLED:-false}" = true ]; then
    roles+=(polygon_actions_ingester)
    ingesters+=(polygon_actions_ingester)
  fi
  if [ "${POLYHOUSE_ADDRESSES_ENABLED:-false}" = true ]; then roles+=(address_processor); fi
fi

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# The way of running: the first argument, or the answer to a question on a terminal.
choose_way() {
  way=${1:-}
  if [ -z "$way" ] && [ -t 0 ]; then
    echo "How are the roles run?  1) docker compose   2) supervisor   3) manual: in the background, from here" >&2
    read -r -p "1, 2 or 3: " way
  fi
  case "$way" in
    1 | compose) way=compose ;;
    2 | supervisor) way=supervisor ;;
    3 | manual) way=manual ;;
    *) fail "say which way: $(basename "$0") compose|supervisor|manual" ;;
  esac
}

compose() {
  local env_file=()
  [ ! -f "$deploy/.env" ] || env_file=(--env-file "$deploy/.env")
  if docker compose version >/dev/null 2>&1; then
    docker compose -f "$deploy/docker-compose.yml" "${env_file[@]}" "$@"
  elif command -v docker-compose >/dev/null; then
    docker-compose -f "$deploy/docker-compose.yml" "${env_file[@]}" "$@"
  else
    fail "neither docker compose nor docker-compose is installed"
  fi
}

supervisor() {
  supervisorctl -c "$deploy/supervisord.conf" "$@"
}

# The command of a role, for the manual way.
command_of() {
  case "$1" in
    polymarket_markets_ingester) echo "ingest markets" ;;
    polymarket_events_ingester) echo "ingest events" ;;
    polygon_fills_ingester) echo "ingest fills" ;;
    polygon_actions_ingester) echo "ingest actions" ;;
    trade_processor) echo "process trades" ;;
    address_processor) echo "process addresses" ;;
    market_enricher) echo "process enrich" ;;
    clickhouse_writer) echo "write" ;;
    polyhouse_serve) echo "serve" ;;
  esac
}

# The process id of a role that was started the manual way, if it is running.
pid_of() {
  local pid
  pid=$(cat "$DEPLOY_RUN/$1.pid" 2>/dev/null) || return 1
  # After a reboot the number may be a stranger's.
  [ "$(readlink -f "/proc/$pid/exe" 2>/dev/null)" = "$(readlink -f "$DEPLOY_BIN")" ] && echo "$pid"
}

# Ends a role that was started the manual way, and waits until it has: stop_role ROLE WORD-FOR-IT
stop_role() {
  local pid
  pid=$(pid_of "$1") || { echo "$1 is not running"; return 0; }
  kill -TERM "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  rm -f "$DEPLOY_RUN/$1.pid"
  echo "$1 $2"
}
