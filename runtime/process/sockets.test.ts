import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeDeadSockets, socketPath } from "./sockets.ts";

test("sockets of processes that have ended are removed; those of living ones and all other files stay", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sockets-"));
  const child = Bun.spawn(["sleep", "60"]);
  const gone = Bun.spawn(["true"]);
  await gone.exited;
  const kept = [
    `tc-${child.pid}-l1-480p.sock`,
    "tc-1-l1-480p.sock",
    `tc-${gone.pid}-notes.txt`,
    `other-${gone.pid}.sock`,
  ];
  const dead = [`tc-${gone.pid}-l1-480p.sock`, `tc-${gone.pid}-l2-720p60.sock`, `tc-${process.pid}-l9-480p.sock`];
  for (const name of [...kept, ...dead]) writeFileSync(join(folder, name), "");
  expect(removeDeadSockets(folder)).toBe(3);
  expect(readdirSync(folder).sort()).toEqual(kept.sort());
  expect(removeDeadSockets(folder)).toBe(0);

  child.kill("SIGKILL");
  await child.exited;
  expect(removeDeadSockets(folder)).toBe(1);
  rmSync(folder, { recursive: true });
  expect(removeDeadSockets(folder)).toBe(0);
});

test("a real socket of this process has a name by which it is found", () => {
  const folder = mkdtempSync(join(tmpdir(), "sockets-"));
  const path = socketPath(folder, "l1-480p");
  const listener = Bun.listen({ unix: path, socket: { data() {} } });
  expect(removeDeadSockets(folder)).toBe(1);
  listener.stop(true);
  rmSync(folder, { recursive: true });
});
