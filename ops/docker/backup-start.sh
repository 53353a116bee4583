#!/bin/sh
# Backups of the service postgres by pgBackRest:
#
#   backup-start.sh run                 ships the log, makes a full backup each week and a differential one each day, verifies each full one
#   backup-start.sh backup full|diff    makes one now
#   backup-start.sh verify              restores the newest one into a scratch folder, reads it, and checks each page
#   backup-start.sh info [words]        lists them
#   backup-start.sh health              exit 1 when the newest one is old, or log waits
#   backup-start.sh restore [words]     restores, by default to the end of the log, and recovers; the words are pgBackRest's. Raise the epochs then
#
# PostgreSQL archives into a bounded spool (ops/backup/wal/archive-wal.sh), so that a repository that is away does not fill its disk.
set -eu
umask 077
spool=${BACKUP_SPOOL:-/var/lib/postgresql/log-spool}
scratch=${BACKUP_SCRATCH:-/scratch}
export PGBACKREST_STANZA=live PGBACKREST_REPO1_CIPHER_PASS="${BACKUP_CIPHER_PASS:?is missing}"
export PGBACKREST_REPO1_RETENTION_FULL="${BACKUP_KEEP:-4}"
if [ -n "${BACKUP_S3_ENDPOINT:-}" ]; then
  export PGBACKREST_REPO1_TYPE=s3 PGBACKREST_REPO1_PATH=/postgres
  export PGBACKREST_REPO1_S3_ENDPOINT="${BACKUP_S3_ENDPOINT%:*}" PGBACKREST_REPO1_S3_BUCKET="$BACKUP_S3_BUCKET"
  export PGBACKREST_REPO1_S3_KEY="$BACKUP_S3_ACCESS_KEY_ID" PGBACKREST_REPO1_S3_KEY_SECRET="$BACKUP_S3_SECRET_ACCESS_KEY"
  export PGBACKREST_REPO1_S3_REGION="${BACKUP_S3_REGION:-us-east-1}" PGBACKREST_REPO1_S3_URI_STYLE=path
  export PGBACKREST_REPO1_STORAGE_VERIFY_TLS="${BACKUP_S3_VERIFY_TLS:-y}"
  case $BACKUP_S3_ENDPOINT in *:*) export PGBACKREST_REPO1_STORAGE_PORT="${BACKUP_S3_ENDPOINT##*:}" ;; esac
else
  export PGBACKREST_REPO1_PATH="${BACKUP_REPOSITORY:-/var/lib/pgbackrest}"
fi
day=86400

say() { echo "backup: $*"; }

# What the spool holds goes to the repository, in PostgreSQL's order. pgBackRest refuses another file of the same name.
ship() {
  for file in "$spool"/[0-9A-F]*; do
    [ -f "$file" ] || continue
    pgbackrest archive-push "$file" && rm -f "$file" || return 1
  done
}

ship_always() {
  while :; do
    ship || say "log is not shipped; it waits in the spool"
    sleep 2
  done
}

# Seconds since 1970 of the newest backup whose label ends like that (F: full, D: differential); 0: none.
newest() {
  label=$(pgbackrest info --output=json | grep -oE '"label":"[0-9]{8}-[0-9]{6}F(_[0-9]{8}-[0-9]{6}D)?"' | grep -E "$1\"\$" | tail -n 1 | grep -oE '[0-9]{8}-[0-9]{6}[FD]"$' || true)
  [ -n "$label" ] || { echo 0; return; }
  date -u -d "$(echo "$label" | sed -E 's/^(....)(..)(..)-(..)(..)(..).*/\1-\2-\3 \4:\5:\6/')" +%s
}

older_than() { [ $(($(date +%s) - $1)) -ge "$2" ]; }

backup() {
  say "$1 backup begins"
  pgbackrest --type="$1" backup && say "$1 backup complete"
}

# The copy recovers to the end of its backup, all its tables can be read, and no page is broken.
verify() {
  rm -rf "$scratch/pg" "$scratch/socket"
  mkdir -p "$scratch/pg" "$scratch/socket"
  pgbackrest --pg1-path="$scratch/pg" --type=immediate --target-action=promote restore
  recover "$scratch/pg" "$scratch/socket"
  rows=$(ask "$scratch/socket" "SELECT sum((xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I.%I', schemaname, relname), false, true, '')))[1]::text::bigint) FROM pg_stat_user_tables")
  halt "$scratch/pg"
  pg_checksums --check -D "$scratch/pg" > /dev/null
  rm -rf "$scratch/pg" "$scratch/socket"
  say "verified: $rows rows, no broken page"
}

ask() { psql -h "$1" -p 5432 -U "${BACKUP_USER:-live}" -d "${BACKUP_DATABASE:-live}" -AtXc "$2"; }

# PostgreSQL on a restored folder, seen by nobody, until it has recovered.
recover() {
  pg_ctl -D "$1" -w -t 86400 -l "$1.log" -o "-c archive_mode=off -c listen_addresses='' -c port=5432 -c unix_socket_directories=$2" start > /dev/null || {
    tail -n 5 "$1.log" >&2
    return 1
  }
  while [ "$(ask "$2" 'SELECT pg_is_in_recovery()')" != f ]; do
    pg_ctl -D "$1" status > /dev/null || { tail -n 5 "$1.log" >&2; return 1; }
    sleep 1
  done
}

halt() { pg_ctl -D "$1" -m fast -w stop > /dev/null; }

restore() {
  data=${PGBACKREST_PG1_PATH:-$(sed -n 's/^pg1-path=//p' "${PGBACKREST_CONFIG:-/etc/pgbackrest/pgbackrest.conf}")}
  mkdir -p "$data" "$scratch/socket" "$spool"
  chmod 700 "$data"
  pgbackrest --delta "$@" restore
  recover "$data" "$scratch/socket"
  # Another restore must choose another timeline than this one.
  for history in "$data"/pg_wal/*.history; do [ -f "$history" ] && cp "$history" "$spool/"; done
  halt "$data"
  # PostgreSQL's own image has no pgBackRest.
  sed -i -E '/^(restore_command|recovery_target[a-z_]*) *=/d' "$data/postgresql.auto.conf"
  say "restored. Before actor nodes start: docker compose run --rm operator raise-epochs"
}

case ${1:-run} in
  run)
    mkdir -p "$spool" /tmp/pgbackrest
    until pgbackrest stanza-create; do say "waits for PostgreSQL"; sleep 5; done
    ship_always &
    trap 'kill $! 2> /dev/null; ship || true; exit 0' TERM INT
    while :; do
      if older_than "$(newest F)" $((7 * day)); then
        backup full && verify || say "failed; it is tried again in ten minutes"
      elif older_than "$(newest '[FD]')" "$day"; then
        backup diff || say "failed; it is tried again in ten minutes"
      fi
      # In the background, so that a signal ends it at once.
      sleep 600 & wait $! || true
    done
    ;;
  backup) ship; ship_always & trap 'kill $! 2> /dev/null' EXIT; backup "${2:-full}" ;;
  verify) verify ;;
  info) shift; exec pgbackrest "$@" info ;;
  health)
    older_than "$(newest '[FD]')" $((36 * 3600)) && { say "the newest backup is over 36 hours old"; exit 1; }
    [ -z "$(find "$spool" -name '[0-9A-F]*' -mmin +10)" ] || { say "log waits for over ten minutes"; exit 1; }
    [ ! -f "$spool/.hole" ] || { say "log was dropped: see BackupLogDropped in ops/README.md"; exit 1; }
    ;;
  restore) shift; restore "$@" ;;
  *) say "no such word: $1"; exit 64 ;;
esac
