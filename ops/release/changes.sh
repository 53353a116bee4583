#!/bin/sh
# Prints what CHANGELOG.md says of a version:   sh ops/release/changes.sh 1.2.3      exit 1: it says nothing
set -eu
cd "$(dirname "$0")/../.."
text=$(awk -v heading="## ${1:?version}" '
  index($0, heading) == 1 && substr($0, length(heading) + 1) ~ /^( |$)/ { found = 1; next }
  found && /^## / { exit }
  found { print }' CHANGELOG.md)
[ -n "$(printf '%s' "$text" | tr -d '[:space:]')" ] || { echo "CHANGELOG.md has no section \"## $1\"" >&2; exit 1; }
printf '%s\n' "$text" | sed -e '/./,$!d'
