#!/bin/sh
# Measures this release into a folder:   sh ops/release/measure.sh <folder>      writes bench.md and capacity.md
set -eu
cd "$(dirname "$0")/../.."
folder=${1:?folder}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
today=$(date -u +%F)
npm run bench
cp "ops/tests/bench/results/$today.md" "$folder/bench.md"
# A system without limits by address: all clients of a load come from this one.
data=$(mktemp -d)
SOCKETS_PER_IP=0 JOINS_PER_MINUTE_PER_IP=0 LINES_PER_30S_PER_USER=0 MEDIA_REQUESTS_PER_MINUTE_PER_IP=0 REGISTRATIONS_PER_MINUTE_PER_IP=0 \
  npm start -- --data "$data" --edges 2 --actors 2 > "$folder/system.log" 2>&1 &
system=$!
trap 'kill $system 2> /dev/null || true; wait $system 2> /dev/null || true; rm -rf "$data"' EXIT
for _ in $(seq 120); do
  curl -fsS http://127.0.0.1:3000/readyz > /dev/null 2>&1 && break
  sleep 1
done
npm run load -- chat --data "$data" --sockets 2000 --speakers 200 --lines 50 --seconds 60
npm run load -- publishers --data "$data" --channels 8 --seconds 120
cp "ops/tests/load/results/$today.md" "$folder/capacity.md"
