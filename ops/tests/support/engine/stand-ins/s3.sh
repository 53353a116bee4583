#!/bin/sh
# The project's own S3 server, with the words of SeaweedFS.
set -eu
port=8333
config=
for word; do
  case $word in
    -s3.port=*) port=${word#*=} ;;
    -s3.config=*) config=${word#*=} ;;
  esac
done
value() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$config"; }
S3_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-$(value accessKey)}
S3_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-$(value secretKey)}
export S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY
exec bun ops/s3/main.ts --folder /data --host 0.0.0.0 --port "$port" --fast
