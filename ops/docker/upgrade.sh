#!/bin/sh
# Upgrades the running system to this checkout without an outage: builds the images, migrates, and replaces one process after the other, each
# once the one before it is healthy. Viewers and chat go on. Encoders reconnect once, when nginx-rtmp is replaced, and their broadcasts go on.
#
#   sh ops/docker/upgrade.sh [--no-build] [-p project] …      other options are those of `docker compose`; VERSION names the images
#
# Nodes of both releases run beside each other meanwhile: read CHANGELOG.md first. To go back, run it with the older checkout: migrations stay,
# and the release before reads them.
set -eu
cd "$(dirname "$0")/../.."
build=yes
[ "${1:-}" != --no-build ] || { build=no; shift; }
if docker compose version > /dev/null 2>&1; then
  compose() { docker compose "$@"; }
else
  compose() { docker-compose "$@"; }
fi
HEALTHY_WITHIN_S=${HEALTHY_WITHIN_S:-120}

replace() {
  service=$1
  shift
  echo "$service"
  compose "$@" up -d --no-deps --no-build "$service"
  waited=0
  for id in $(compose "$@" ps -q "$service"); do
    until [ "$(docker inspect -f '{{.State.Health.Status}}' "$id")" = healthy ]; do
      waited=$((waited + 1))
      [ $waited -le "$HEALTHY_WITHIN_S" ] || { echo "$service is not healthy: the upgrade stops here" >&2; exit 1; }
      sleep 1
    done
  done
}

[ $build = no ] || compose "$@" build
# New subjects and rights of the stores come first: nodes of the older release do not need them.
changed=$(compose "$@" run --rm -T secrets)
echo "$changed"
compose "$@" kill -s HUP nats
case $changed in *" redis"*) compose "$@" restart redis ;; esac
compose "$@" run --rm -T migrate
for service in edge edge-2 actor actor-2 nginx nginx-2 balancer; do replace $service "$@"; done
echo "all services run this release"
