#!/bin/sh
# Starts redis-server with the password from the environment, read from standard input so that no process list shows it.
#   oriel-redis [redis-server options]     oriel-redis ping
set -eu
: "${ORIEL_REDIS_PASSWORD:?is not set}"
if [ "${1:-}" = ping ]; then
  [ "$(REDISCLI_AUTH="$ORIEL_REDIS_PASSWORD" redis-cli ping)" = PONG ]
  exit
fi
exec redis-server - "$@" <<CONFIG
requirepass "$ORIEL_REDIS_PASSWORD"
bind * -::*
dir /var/lib/oriel-redis
maxmemory-policy noeviction
CONFIG
