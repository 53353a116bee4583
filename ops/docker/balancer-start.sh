#!/bin/sh
# Starts nginx of the profile `balanced` in its container. A folder mounted at /etc/nginx/tls holds a .conf with the server's TLS (`listen 8443 ssl;`,
# `http2 on;`, certificate and key). Without one each start makes a certificate for development.
set -eu
umask 077
home=/tmp/balancer
own=/etc/nginx/tls
mkdir -p $home
rm -rf $home/tls
if ls $own/*.conf > /dev/null 2>&1; then
  ln -s $own $home/tls
elif sh /usr/local/bin/development-certificate.sh $home/tls; then
  printf 'listen 8443 ssl;\nhttp2 on;\nssl_certificate %s;\nssl_certificate_key %s;\n' \
    $home/tls/certificate.pem $home/tls/key.pem > $home/tls/development.conf
else
  echo "no certificate for development: the balancer serves no HTTPS" >&2
fi
exec nginx -e stderr -c /etc/nginx/live.conf
