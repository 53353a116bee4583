#!/bin/sh
# Makes a certificate for development, which signs itself: `sh development-certificate.sh FOLDER [ADDRESS…]` writes certificate.pem and key.pem
# for localhost, 127.0.0.1 and the given IPv4 addresses into the folder. When openssl fails or is missing, ends with its output and not with 0.
set -eu
umask 077
folder=$1
shift
names=DNS:localhost,IP:127.0.0.1
for address; do names=$names,IP:$address; done
mkdir -p "$folder"
# Browsers and Apple's systems trust none that lives longer than 825 days.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj "/CN=TwitchClone for development" \
  -addext "subjectAltName=$names" -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2> "$folder/openssl.log" ||
  { cat "$folder/openssl.log" >&2; exit 1; }
rm "$folder/openssl.log"
