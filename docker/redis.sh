#!/bin/sh
# Starts redis-server with the password from ORIEL_REDIS_PASSWORD, or from the file that ORIEL_REDIS_PASSWORD_FILE names, read from
# standard input so that no process list shows it.
#   oriel-redis [redis-server options]     oriel-redis ping
set -eu
password=${ORIEL_REDIS_PASSWORD:-}
if [ -z "$password" ]; then
  password=$(cat "${ORIEL_REDIS_PASSWORD_FILE:?is not set, nor is ORIEL_REDIS_PASSWORD}")
fi
if [ "${1:-}" = ping ]; then
  [ "$(REDISCLI_AUTH="$password" redis-cli ping)" = PONG ]
  exit
fi
exec redis-server - "$@" <<CONFIG
requirepass "$(printf %s "$password" | sed 's/["\\]/\\&/g')"
bind * -::*
dir /var/lib/oriel-redis
maxmemory-policy noeviction
CONFIG
