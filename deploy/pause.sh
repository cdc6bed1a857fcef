#!/usr/bin/env bash
# Pauses reading, or goes on: deploy/pause.sh [compose|supervisor|manual] [resume]. Writers go on until the streams are empty.
. "$(dirname "$0")/common.sh"
choose_way "${1:-}"
action=${2:-pause}
case "$action" in pause | resume) ;; *) fail "say pause.sh $way, or pause.sh $way resume" ;; esac

case "$way/$action" in
  compose/pause) compose stop "${ingesters[@]//_/-}" ;;
  compose/resume) compose start "${ingesters[@]//_/-}" ;;
  supervisor/pause) supervisor stop "${ingesters[@]}" ;;
  supervisor/resume) supervisor start "${ingesters[@]}" ;;
  manual/pause) for role in "${ingesters[@]}"; do stop_role "$role" paused; done ;;
  manual/resume) exec "$deploy/start.sh" manual ;;
esac
