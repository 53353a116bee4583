#!/bin/sh
# Brings a release into a cluster, tries it, and goes back to what ran before when it does not work:
#
#   sh ops/k8s/rollout.sh <overlay> <version>      e.g. prod 1.2.3; needs kubectl with access to the cluster
#
#   SMOKE        command that tries the site; exit 0: it works. Default: no try
#   REGISTRY     registry and owner of the images, e.g. ghcr.io/example; default: as the overlay has it
#   TIMEOUT      for each step, default 15m: actor nodes drain one after the other
#
# Order: what runs once (migrations), then everything else. Migrations stay when it goes back: the release before reads them (CHANGELOG.md).
# Exit 0: the release runs. 1: it went back, and what ran before runs. 2: it could not go back.
set -eu
cd "$(dirname "$0")"
overlay=overlays/${1:?overlay, e.g. prod}
version=${2:?version, e.g. 1.2.3}
timeout=${TIMEOUT:-15m}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
namespace=$(sed -n 's/^namespace: *//p' "$overlay/kustomization.yaml")
kube() { kubectl -n "$namespace" "$@"; }

# The overlay with the tags of this version.
kubectl kustomize "$overlay" | awk -v version="$version" -v registry="${REGISTRY:-}" '
  match($0, /image: [^ ]*twitchclone-[a-z-]+/) {
    count = split(substr($0, RSTART + 7, RLENGTH - 7), path, "/")
    name = registry == "" ? substr($0, RSTART + 7, RLENGTH - 7) : registry "/" path[count]
    print substr($0, 1, RSTART - 1) "image: " name ":" version
    next
  }
  { print }' > "$work/new.yaml"
grep -q "twitchclone-edge:$version" "$work/new.yaml" || { echo "$overlay has no image of ours" >&2; exit 2; }

workloads='deployment/edge statefulset/actor statefulset/ingest'
[ -z "$(grep -x '  name: relay' "$work/new.yaml")" ] || workloads="$workloads statefulset/relay"

# What runs now, to come back to: nothing on the first day.
kube get configmap release -o 'jsonpath={.data.manifests}' > "$work/old.yaml" 2> /dev/null || : > "$work/old.yaml"

# Stores and settings, then what runs once, then the nodes.
apply() {
  kubectl apply -f "$1" -l 'app.kubernetes.io/component notin (before, node)' || return 1
  # A Job never changes: those of the last release go first.
  kube delete job -l app.kubernetes.io/component=before --ignore-not-found --wait || return 1
  kubectl apply -f "$1" -l app.kubernetes.io/component=before || return 1
  kube wait --for=condition=complete --timeout="$timeout" job -l app.kubernetes.io/component=before || return 1
  kubectl apply -f "$1" -l app.kubernetes.io/component=node || return 1
  rolled_out
}

rolled_out() {
  for workload in $workloads; do kube rollout status "$workload" --timeout="$timeout" || return 1; done
}

try() {
  echo "bringing $version to $namespace"
  apply "$work/new.yaml" || return 1
  [ -z "${SMOKE:-}" ] || sh -c "$SMOKE"
}

if try; then
  kube create configmap release --from-file=manifests="$work/new.yaml" --from-literal=version="$version" --dry-run=client -o yaml \
    > "$work/release.yaml"
  kubectl apply --server-side --force-conflicts -f "$work/release.yaml"
  echo "$version runs"
  exit 0
fi

kube get pods -o wide || true
if [ ! -s "$work/old.yaml" ]; then
  echo "$version does not work, and nothing ran before it" >&2
  exit 2
fi
echo "$version does not work: going back" >&2
kubectl apply -f "$work/old.yaml" -l 'app.kubernetes.io/component notin (before)' && rolled_out || {
  echo "could not go back: look at the pods above" >&2
  exit 2
}
echo "what ran before runs again" >&2
exit 1
