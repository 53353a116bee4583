#!/bin/sh
# Starts nginx-rtmp in its container. A folder mounted at /etc/nginx/rtmps holds the certificate of RTMPS: certificate.pem, with its chain, and
# key.pem, both readable by www-data. Without them each start makes a certificate for development.
set -eu
umask 077
home=/tmp/nginx
own=/etc/nginx/rtmps
mkdir -p $home
# Each start gets a new boot id, since client ids begin at 1 again.
sed "s/@BOOT@/$(cat /proc/sys/kernel/random/uuid)/" /etc/nginx/live.template > $home/nginx.conf
# A link, so that files that are replaced later count from the next connection on.
rm -rf $home/rtmps
if [ -e $own/certificate.pem ]; then
  ln -s $own $home/rtmps
else
  sh /usr/local/bin/development-certificate.sh $home/rtmps
fi
# What streams sent in the last minutes, for the holes of recordings (ops/nginx/rtmp.conf.ts).
rm -rf $home/recent
mkdir -p $home/recent
while sleep 10 && kill -0 $$; do find $home/recent -type f -mmin +3 -delete; done > /dev/null 2>&1 & # Until nginx ends, which gets this process.
exec nginx -e stderr -c $home/nginx.conf
