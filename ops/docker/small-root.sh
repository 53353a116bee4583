#!/bin/sh
# Copies what some programs need of this Debian into a folder, for an image without a package manager:
#
#   sh small-root.sh <folder> <program or folder with libraries>…
#
# Beside the libraries of these: a shell, and the programs with which the edge shuts decoders of pictures in. Scanners find the packages that
# the files are from in var/lib/dpkg/status.d.
set -eu
root=$1
shift
mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64" "$root/etc" "$root/tmp" "$root/var/lib/dpkg/status.d"
chmod 1777 "$root/tmp"
for folder in bin lib lib64; do ln -s usr/$folder "$root/$folder"; done

programs=$(cd /usr/bin && ls -d "$PWD"/sh "$PWD"/env "$PWD"/nice "$PWD"/true "$PWD"/unshare "$PWD"/setpriv "$PWD"/prlimit)
objects=$(find "$@" -type f \( -perm -u+x -o -name '*.node' -o -name '*.so*' \))
# `ldd` fails on scripts. What the name service loads by itself is not among its results.
libraries=$(for object in $programs $objects; do ldd "$object" 2> /dev/null || true; done | grep -o '/[^ ]*' | sort -u)
names=$(ls /lib/*/libnss_dns.so.2 /lib/*/libnss_files.so.2 /lib/*/libresolv.so.2)

for file in $programs $libraries $names; do
  case $file in "$1"* | /node_modules/*) continue ;; esac
  mkdir -p "$root$(dirname "$file")"
  cp -L "$file" "$root$file"
  package=$(dpkg-query -S "$(realpath "$file")" 2> /dev/null | head -n 1 | cut -d : -f 1) || true
  [ -z "$package" ] || dpkg-query -s "$package" > "$root/var/lib/dpkg/status.d/$package"
done

cp /etc/debian_version "$root/etc/"
cp -L /etc/os-release "$root/etc/os-release"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
printf 'root:x:0:0:root:/:/nonexistent\nlive:x:1000:1000:live:/tmp:/nonexistent\nnobody:x:65534:65534:nobody:/nonexistent:/nonexistent\n' > "$root/etc/passwd"
printf 'root:x:0:\nlive:x:1000:\nnogroup:x:65534:\n' > "$root/etc/group"
