#!/bin/sh
# Starts nginx-rtmp in its container.
#
#   INGEST    its name in the setting INGESTS of actor nodes; default main
#   EDGES     host:port of the edges' internal ports, with commas; names must resolve at the start
#   PULLERS   networks in which actor nodes are, with commas: they alone may pull streams
#
# A folder mounted at /etc/nginx/rtmps holds the certificate of RTMPS: certificate.pem, with its chain, and key.pem (tls.crt and tls.key in
# Kubernetes), both readable by www-data. Without them each start makes a certificate for development.
set -eu
umask 077
home=/tmp/nginx
own=/etc/nginx/rtmps
mkdir -p $home
# Each start gets a new boot id, since client ids begin at 1 again.
awk -v ingest="${INGEST:-main}" -v boot="$(cat /proc/sys/kernel/random/uuid)" \
  -v edges="${EDGES:?host:port of the edges, with commas}" -v pullers="${PULLERS:?networks of actor nodes, with commas}" '
  { gsub(/@INGEST@/, ingest); gsub(/@BOOT@/, boot) }
  # A line for each edge.
  /@EDGE@/ {
    count = split(edges, entries, ",")
    for (i = 1; i <= count; i++) { line = $0; sub(/@EDGE@/, entries[i], line); print line }
    next
  }
  # A statement for each network.
  match($0, /allow (play )?@PULLER@;/) {
    statement = substr($0, RSTART, RLENGTH); before = substr($0, 1, RSTART - 1); after = substr($0, RSTART + RLENGTH)
    count = split(pullers, entries, ",")
    all = ""
    for (i = 1; i <= count; i++) { one = statement; sub(/@PULLER@/, entries[i], one); all = all (i > 1 ? " " : "") one }
    $0 = before all after
  }
  { print }' /etc/nginx/live.template > $home/nginx.conf
# A link, so that files that are replaced later count from the next connection on.
rm -rf $home/rtmps
if [ -e $own/certificate.pem ]; then
  ln -s $own $home/rtmps
elif [ -e $own/tls.crt ]; then
  mkdir $home/rtmps
  ln -s $own/tls.crt $home/rtmps/certificate.pem
  ln -s $own/tls.key $home/rtmps/key.pem
else
  sh /usr/local/bin/development-certificate.sh $home/rtmps
fi
# What streams sent in the last minutes, for the holes of recordings (ops/nginx/rtmp.conf.ts).
rm -rf $home/recent
mkdir -p $home/recent
while sleep 10 && kill -0 $$; do find $home/recent -type f -mmin +3 -delete; done > /dev/null 2>&1 & # Until nginx ends, which gets this process.
exec nginx -e stderr -c $home/nginx.conf
