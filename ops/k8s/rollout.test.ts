// rollout.sh with a made-up kubectl: the order of a release, and the way back.

import { afterAll, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "rollout-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);

/** Writes down each call, keeps what is applied, and fails where a file `fails-…` says so. */
const KUBECTL = `#!/bin/sh
here=${folder}
echo "$*" >> $here/calls
case "$*" in
  kustomize*) cat $here/manifest ;;
  *"get configmap release"*) cat $here/running ;;
  *"rollout status"*)
    workload=$(echo "$*" | grep -o '[a-z]*/[a-z]*')
    left=$(cat "$here/fails-$(basename "$workload")" 2> /dev/null || echo 0)
    [ "$left" -gt 0 ] || exit 0
    echo $((left - 1)) > "$here/fails-$(basename "$workload")"
    exit 1 ;;
  *"wait --for=condition=complete"*) [ ! -e $here/fails-jobs ] ;;
  *"create configmap release"*) echo "kind: ConfigMap" ;;
  *"apply --server-side"*) touch $here/recorded ;;
  *"apply -f"*) cat "$3" > $here/applied ;;
esac
`;

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(file("bin"), { recursive: true });
  writeFileSync(file("bin/kubectl"), KUBECTL);
  chmodSync(file("bin/kubectl"), 0o755);
  const images = ["edge", "actor", "nginx-rtmp", "relay"].map(
    (name) => `        image: ghcr.io/example/twitchclone-${name}:0.1.0`,
  );
  writeFileSync(file("manifest"), `${images.join("\n")}\n        image: nats:2.12-alpine\nmetadata:\n  name: relay\n`);
});

function rollout(env: Record<string, string> = {}) {
  const child = Bun.spawnSync(["sh", join(import.meta.dir, "rollout.sh"), "prod", "1.2.3"], {
    env: { PATH: `${file("bin")}:${process.env.PATH}`, ...env },
  });
  const calls = readFileSync(file("calls"), "utf8").trimEnd().split("\n");
  return { code: child.exitCode, out: child.stdout.toString(), errors: child.stderr.toString(), calls };
}

test("stores come first, then what runs once, then the nodes, and the release is kept", () => {
  const { code, calls, out } = rollout({ SMOKE: `echo tried > ${file("tried")}` });
  expect([code, out.trimEnd().split("\n").at(-1)]).toEqual([0, "1.2.3 runs"]);
  const short = calls.map((call) => call.replaceAll(/-f \S+\.yaml/g, "-f FILE").replace(/ --from-file=\S+/, ""));
  expect(short).toEqual([
    "kustomize overlays/prod",
    "-n live get configmap release -o jsonpath={.data.manifests}",
    "apply -f FILE -l app.kubernetes.io/component notin (before, node)",
    "-n live delete job -l app.kubernetes.io/component=before --ignore-not-found --wait",
    "apply -f FILE -l app.kubernetes.io/component=before",
    "-n live wait --for=condition=complete --timeout=15m job -l app.kubernetes.io/component=before",
    "apply -f FILE -l app.kubernetes.io/component=node",
    ...["deployment/edge", "statefulset/actor", "statefulset/ingest", "statefulset/relay"].map(
      (workload) => `-n live rollout status ${workload} --timeout=15m`,
    ),
    "-n live create configmap release --from-literal=version=1.2.3 --dry-run=client -o yaml",
    "apply --server-side --force-conflicts -f FILE",
  ]);
  expect(existsSync(file("tried"))).toBe(true);
  expect(existsSync(file("recorded"))).toBe(true);
});

test("our images get the version, and the registry if one is named; others stay", () => {
  rollout();
  expect(readFileSync(file("applied"), "utf8")).toContain("image: ghcr.io/example/twitchclone-nginx-rtmp:1.2.3\n");
  expect(readFileSync(file("applied"), "utf8")).toContain("image: nats:2.12-alpine\n");
  rollout({ REGISTRY: "registry.test/team" });
  expect(readFileSync(file("applied"), "utf8")).toContain("image: registry.test/team/twitchclone-edge:1.2.3\n");
});

const ends = (name: string, content: string) => () => {
  writeFileSync(file(name), content);
  return {};
};

test.each([
  ["the smoke test fails", () => ({ SMOKE: "exit 1" })],
  ["a node does not become ready", ends("fails-actor", "1")],
  ["a migration fails", ends("fails-jobs", "")],
])("when %s, what ran before runs again", (_, prepare) => {
  writeFileSync(file("running"), "image: before\n");
  const { code, errors, calls } = rollout(prepare());
  expect([code, errors.trimEnd().split("\n").at(-1)]).toEqual([1, "what ran before runs again"]);
  expect(readFileSync(file("applied"), "utf8")).toBe("image: before\n");
  expect(calls.findLast((call) => call.startsWith("apply"))).toContain("notin (before)");
  expect(existsSync(file("recorded"))).toBe(false);
});

test("when the way back fails too, or there is none, the exit says so", () => {
  writeFileSync(file("running"), "image: before\n");
  writeFileSync(file("fails-edge"), "2");
  expect(rollout()).toMatchObject({ code: 2, errors: expect.stringContaining("could not go back") });
  rmSync(file("running"));
  rmSync(file("fails-edge"));
  expect(rollout({ SMOKE: "exit 1" })).toMatchObject({
    code: 2,
    errors: expect.stringContaining("nothing ran before it"),
  });
});
