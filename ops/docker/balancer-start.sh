#!/bin/sh
# Starts the balancer in its container. A folder mounted at /etc/nginx/tls holds the site's certificate: certificate.pem, with its chain, and
# key.pem, both readable by user 101. Without them each start makes a certificate for development.
set -eu
umask 077
home=/tmp/balancer
own=/etc/nginx/tls
mkdir -p $home
rm -rf $home/tls
mkdir $home/tls
files=
if [ -e $own/certificate.pem ]; then
  files=$own
elif sh /usr/local/bin/development-certificate.sh $home/tls; then
  files=$home/tls
else
  echo "no certificate for development: the balancer serves neither HTTPS nor RTMPS" >&2
fi
if [ -n "$files" ]; then
  certificate="ssl_certificate $files/certificate.pem; ssl_certificate_key $files/key.pem;"
  # `http2` in the listen directive is what all nginx from 1.22 on know.
  echo "listen 8443 ssl http2; $certificate" > $home/tls/site.https
  echo "listen 1936 ssl; $certificate" > $home/tls/site.rtmps
fi
exec nginx -e stderr -c /etc/nginx/live.conf
