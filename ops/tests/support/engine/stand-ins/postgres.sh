#!/bin/bash
# As the image of PostgreSQL: makes the database at the first start.
set -eu
data=/var/lib/postgresql/18/docker
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
if [ ! -s $data/PG_VERSION ]; then
  mkdir -p $data
  chown -R postgres /var/lib/postgresql
  password=$(mktemp)
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then cat "$POSTGRES_PASSWORD_FILE"; else printf %s "$POSTGRES_PASSWORD"; fi > "$password"
  chown postgres "$password"
  as_postgres /opt/postgres/bin/initdb -D $data -U "$POSTGRES_USER" --pwfile="$password" -A scram-sha-256 --locale=C --encoding=UTF8
  rm "$password"
  echo 'host all all all scram-sha-256' >> $data/pg_hba.conf
  echo "CREATE DATABASE \"$POSTGRES_DB\"" | as_postgres /opt/postgres/bin/postgres --single -D $data postgres
fi
exec setpriv --reuid postgres --regid postgres --init-groups \
  /opt/postgres/bin/postgres -D $data -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
