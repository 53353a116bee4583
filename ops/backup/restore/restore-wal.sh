#!/bin/sh
# PostgreSQL's restore_command:   restore-wal.sh <folder> <name> <where to>
#
# Asks for a file of the log and waits for it; another process brings it (log-feeder.ts). Exit 1: there is no such file, which PostgreSQL takes for
# the end of the log. Exit 255: it is not known, and PostgreSQL must stop instead of ending the recovery too early.
set -u
folder=$1 name=$2 to=$3
rm -f "$folder/$name.none"
: > "$folder/$name.want" || exit 255
tries=0
while [ "$tries" -lt 12000 ]; do
  if [ -f "$folder/$name.here" ]; then
    mv "$folder/$name.here" "$to" || exit 255
    exit 0
  fi
  [ ! -f "$folder/$name.none" ] || exit 1
  [ ! -f "$folder/failed" ] || exit 255
  sleep 0.05
  tries=$((tries + 1))
done
exit 255
