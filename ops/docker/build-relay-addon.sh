#!/bin/sh
# Builds the relay's native library against OpenSSL 3 of Debian 12, which apt keeps patched. The one on npm has OpenSSL 1.1.1 in it, which gets no
# mends any more, and it parses packets from the internet. Run in a container of debian:bookworm, in the project's folder, with network:
#
#   docker run --rm -v "$PWD:/app" -w /app debian:bookworm sh ops/docker/build-relay-addon.sh
#
# Writes ops/docker/relay-addon/<amd64|arm64>.node, which the target `relay` of ops/docker/Dockerfile takes when it is there.
set -eu
version=$(sed -n 's/.*"node-datachannel": "\([0-9.]*\)".*/\1/p' package.json)
out=$PWD/ops/docker/relay-addon
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates cmake binutils g++ git libssl-dev make nodejs npm
work=$(mktemp -d)
cd "$work"
npm pack "node-datachannel@$version"
tar -xzf node-datachannel-*.tgz
cd package
# A shared OpenSSL, so that an update of Debian's package mends it without a new build.
sed -i 's/set(OPENSSL_USE_STATIC_LIBS TRUE)/set(OPENSSL_USE_STATIC_LIBS FALSE)/' CMakeLists.txt
grep -q 'OPENSSL_USE_STATIC_LIBS FALSE' CMakeLists.txt
npm install --ignore-scripts --omit=dev
npx --yes cmake-js@7 build
addon=build/Release/node_datachannel.node
ldd $addon | grep -q 'libssl\.so\.3' || { echo "the library does not use OpenSSL 3" >&2; exit 1; }
! strings -a $addon | grep -q 'OpenSSL 1\.1\.1' || { echo "the library has OpenSSL 1.1.1 in it" >&2; exit 1; }
node -e "const lib = require('./$addon'); if (typeof lib.PeerConnection !== 'function') process.exit(1)"
mkdir -p "$out"
cp $addon "$out/$(dpkg --print-architecture).node"
echo "wrote $out/$(dpkg --print-architecture).node"
