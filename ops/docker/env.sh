#!/bin/sh
# Writes the secrets of docker-compose.yml into .env: a random one for each that is missing. Existing ones stay.
set -eu
cd "$(dirname "$0")/../.."
umask 077
touch .env
chmod 600 .env
# True when .env has a value for the name. It reads lines as compose does: with `export`, blanks, a colon, quotes or a carriage return, and
# the last line counts. A secret that it overlooked would be overridden, and with it lost what the secret has sealed.
has() {
  value=$(LC_ALL=C sed -nE "s/^[^A-Za-z0-9_#]*(export[[:space:]]+)?$1[[:space:]]*[=:][[:space:]]*//p" .env | tail -n 1 | tr -d '\r')
  case $value in "" | '""'* | "''"* | "#"*) return 1 ;; esac
}

names="RESTREAM_SECRET POSTGRES_NODE_PASSWORD NATS_EDGE_PASSWORD NATS_ACTOR_PASSWORD NATS_OPERATOR_PASSWORD REDIS_NODE_PASSWORD REDIS_OPERATOR_PASSWORD S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY"
if has JWT_SECRET; then
  # The system has run before, so the database may have the default password, which a line in .env would not change.
  has POSTGRES_PASSWORD || echo "POSTGRES_PASSWORD is not in .env: see \"Users of the stores\" in ops/README.md"
else
  names="JWT_SECRET POSTGRES_PASSWORD $names"
fi
[ -z "$(tail -c 1 .env)" ] || echo >> .env
for name in $names; do
  has "$name" || echo "$name=$(od -An -v -tx1 -N 32 /dev/urandom | tr -d ' \n')" >> .env
done
