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
else
  mkdir $home/tls
  if openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj "/CN=TwitchClone for development" \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout $home/tls/key.pem -out $home/tls/certificate.pem 2> $home/openssl.log; then
    printf 'listen 8443 ssl;\nhttp2 on;\nssl_certificate %s;\nssl_certificate_key %s;\n' \
      $home/tls/certificate.pem $home/tls/key.pem > $home/tls/development.conf
  else
    cat $home/openssl.log >&2
    echo "no certificate for development: the balancer serves no HTTPS" >&2
  fi
fi
exec nginx -e stderr -c /etc/nginx/live.conf
