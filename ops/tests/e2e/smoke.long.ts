// The smoke test of deployments on a running system, on one that is broken, and on one that is not there.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { bootSystem, type TestSystem } from "../support/system.ts";

const MAIN = join(import.meta.dir, "../../smoke/main.ts");
let system: TestSystem;
beforeAll(async () => {
  system = await bootSystem();
});
afterAll(() => system?.stop());

async function smoke(words: string[], env: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, MAIN, ...words], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, errors };
}

interface Report {
  ok: boolean;
  steps: { name: string; ok: boolean; detail: string }[];
}

test("on a system that works every step is ok, and nothing stays behind", async () => {
  const { code, out } = await smoke(["--url", system.url, "--seconds", "6", "--json"]);
  const report = JSON.parse(out) as Report;
  expect(report).toMatchObject({ ok: true });
  expect(report.steps.map(({ name }) => name)).toEqual(["ready", "account", "stream key", "publish", "watch", "chat"]);
  expect(report.steps.find(({ name }) => name === "watch")!.detail).toMatch(/^\d+ new parts, \d+ KB/);
  expect(code).toBe(0);
  const { items } = (await (await fetch(`${system.url}/api/v1/channels?live=true`)).json()) as { items: unknown[] };
  expect(items).toEqual([]);
});

test("where encoders do not get in, the step publish says so", async () => {
  const { code, out } = await smoke(["--url", system.url, "--rtmp", "rtmp://127.0.0.1:9/live"]);
  expect(code).toBe(1);
  const lines = out.trimEnd().split("\n");
  expect(lines.at(-1)).toMatch(/^FAILED publish .*the encoder ended: /);
  expect(out).not.toMatch(/live_[A-Za-z0-9]{8}/);
});

test("a wrong account, a site that is away and wrong words are said", async () => {
  const wrong = await smoke(["--url", system.url], { SMOKE_LOGIN: "nobody_here", SMOKE_PASSWORD: "x".repeat(12) });
  expect(wrong.out).toMatch(/^FAILED account .*bad_credentials/m);
  const away = await smoke(["--url", "http://127.0.0.1:9"]);
  expect([away.code, away.out]).toEqual([1, expect.stringMatching(/^FAILED ready /)]);
  expect(await smoke([])).toMatchObject({ code: 2, errors: expect.stringContaining("usage: ") });
});
