#!/bin/sh
# PostgreSQL's archive_command:   archive-wal.sh <spool> <most files> <path of the file> <its name>
#
# Copies a file of the log into the spool, from which another process takes it. Over the limit the file is dropped and the hole is noted: a
# database that waits for its archive fills the disk and stops, which costs more than a hole that the next base backup ends.
set -eu
spool=$1 most=$2 path=$3 name=$4
if [ "$(ls "$spool" | wc -l)" -ge "$most" ]; then
  echo "$name" >> "$spool/.hole"
  exit 0
fi
cp "$path" "$spool/.$name.tmp"
# Elsewhere than on Linux, sync knows no single files.
sync "$spool/.$name.tmp" 2> /dev/null || sync
mv "$spool/.$name.tmp" "$spool/$name"
sync "$spool" 2> /dev/null || true
