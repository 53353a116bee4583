// upgrade.sh with a made-up compose: one process after the other, and a stop at the first that is not healthy.

import { afterAll, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "upgrade-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes down each call; `docker inspect` says what the file `health-<id>` has. */
const DOCKER = `#!/bin/sh
here=${folder}
case "$*" in
  "compose version") exit 0 ;;
  inspect*) cat $here/health-$(echo "$*" | grep -o '[^ ]*$') 2> /dev/null || echo healthy; exit 0 ;;
esac
echo "$*" >> $here/calls
case "$*" in
  *"ps -q"*) echo "$*" | grep -o '[^ ]*$' ;;
  *"run --rm -T secrets"*) cat $here/secrets 2> /dev/null || echo "all secrets are there" ;;
esac
`;

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin/docker"), DOCKER);
  chmodSync(join(folder, "bin/docker"), 0o755);
});

function upgrade(...words: string[]) {
  const child = Bun.spawnSync(["sh", join(import.meta.dir, "upgrade.sh"), ...words], {
    env: { PATH: `${folder}/bin:${process.env.PATH}`, HEALTHY_WITHIN_S: "1" },
  });
  const calls = readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n");
  return { code: child.exitCode, errors: child.stderr.toString(), calls };
}
const NODES = ["edge", "edge-2", "actor", "actor-2", "nginx", "nginx-2", "balancer"];

test("stores' users and migrations come first, then one process after the other", () => {
  const { code, calls } = upgrade("-p", "site");
  expect(code).toBe(0);
  expect(calls).toEqual([
    "compose -p site build",
    "compose -p site run --rm -T secrets",
    "compose -p site kill -s HUP nats",
    "compose -p site run --rm -T migrate",
    ...NODES.flatMap((node) => [`compose -p site up -d --no-deps --no-build ${node}`, `compose -p site ps -q ${node}`]),
  ]);
});

test("redis restarts only when its users changed, and nothing is built on demand", () => {
  writeFileSync(join(folder, "secrets"), "new secrets for redis\n");
  const { calls } = upgrade("--no-build");
  expect(calls).toContain("compose restart redis");
  expect(calls).not.toContain("compose build");
});

test("the upgrade stops at a process that does not get healthy", () => {
  writeFileSync(join(folder, "health-edge-2"), "unhealthy\n");
  const { code, errors, calls } = upgrade();
  expect([code, errors]).toEqual([1, "edge-2 is not healthy: the upgrade stops here\n"]);
  expect(calls.at(-1)).toBe("compose ps -q edge-2");
});
