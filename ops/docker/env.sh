#!/bin/sh
# Gives docker-compose.yml its secrets: writes a random one into .env for each that is missing there, and leaves those that are.
set -eu
cd "$(dirname "$0")/../.."
umask 077
touch .env
chmod 600 .env
names="POSTGRES_NODE_PASSWORD NATS_EDGE_PASSWORD NATS_ACTOR_PASSWORD NATS_OPERATOR_PASSWORD REDIS_NODE_PASSWORD REDIS_OPERATOR_PASSWORD"
if grep -q '^JWT_SECRET=.' .env; then
  # It has run before, so its database may have been made with the default: another word in here would not change that.
  grep -q '^POSTGRES_PASSWORD=.' .env || echo "POSTGRES_PASSWORD is not in .env: see \"Users of the stores\" in ops/README.md"
else
  names="JWT_SECRET POSTGRES_PASSWORD $names"
fi
[ -z "$(tail -c 1 .env)" ] || echo >> .env
for name in $names; do
  grep -q "^$name=." .env || echo "$name=$(od -An -v -tx1 -N 32 /dev/urandom | tr -d ' \n')" >> .env
done
