#!/bin/sh
# Gives docker-compose.yml its secrets: writes a random one into .env for each that is missing there, and leaves those that are.
set -eu
cd "$(dirname "$0")/../.."
umask 077
touch .env
chmod 600 .env
# As compose reads it: `export` before it, blanks, a colon, quotes and a carriage return are all one to it, and the last line counts. Whoever
# is not seen here would get another secret after the one that all is sealed with.
has() {
  value=$(LC_ALL=C sed -nE "s/^[^A-Za-z0-9_#]*(export[[:space:]]+)?$1[[:space:]]*[=:][[:space:]]*//p" .env | tail -n 1 | tr -d '\r')
  case $value in "" | '""'* | "''"* | "#"*) return 1 ;; esac
}

names="POSTGRES_NODE_PASSWORD NATS_EDGE_PASSWORD NATS_ACTOR_PASSWORD NATS_OPERATOR_PASSWORD REDIS_NODE_PASSWORD REDIS_OPERATOR_PASSWORD"
if has JWT_SECRET; then
  # It has run before, so its database may have been made with the default: another word in here would not change that.
  has POSTGRES_PASSWORD || echo "POSTGRES_PASSWORD is not in .env: see \"Users of the stores\" in ops/README.md"
else
  names="JWT_SECRET POSTGRES_PASSWORD $names"
fi
[ -z "$(tail -c 1 .env)" ] || echo >> .env
for name in $names; do
  has "$name" || echo "$name=$(od -An -v -tx1 -N 32 /dev/urandom | tr -d ' \n')" >> .env
done
