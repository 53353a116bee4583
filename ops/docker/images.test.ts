// The Dockerfile against the project: versions, users, and what the images copy.

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { composeFile, ROOT } from "./testing.ts";

const dockerfile = await Bun.file(join(import.meta.dir, "Dockerfile")).text();
/** Stage → its steps, without comments and continued lines. */
const stages = new Map(
  dockerfile
    .replace(/^#.*\n/gm, "")
    .replaceAll("\\\n", " ")
    .split(/^FROM /m)
    .slice(1)
    .map((text) => {
      const [, from = "", name = ""] = /^(\S+) AS (\S+)\n/.exec(text) ?? [];
      return [name, { from, text }] as const;
    }),
);
const TARGETS = ["edge", "actor", "relay", "nginx-rtmp", "backup"];

test("there is an image for each kind of process, with user, way to stop and health check", () => {
  for (const target of TARGETS) {
    const { text } = stages.get(target)!;
    expect(text, target).toMatch(/^USER (?!root|0)\S+$/m);
    expect(text, target).toContain("org.opencontainers.image.version=$VERSION");
    if (target === "backup") continue; // Of PostgreSQL's image; jobs have no health.
    expect(text, target).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(text, target).toMatch(/^HEALTHCHECK .* CMD \[/m);
    expect(text, target).toMatch(/^CMD \["/m);
  }
});

test("Bun has the same version everywhere, and every base image a tag", async () => {
  const { dependencies, devDependencies } = await Bun.file(join(ROOT, "package.json")).json();
  const setup = await Bun.file(join(ROOT, "ops/setup.mjs")).text();
  const bun = stages.get("bun")!.from;
  expect(bun).toBe(`oven/bun:${dependencies.bun}`);
  expect(setup).toContain(`BUN_VERSION = "${dependencies.bun}"`);
  expect(devDependencies["@types/bun"]).toBe(dependencies.bun);
  for (const { from } of stages.values())
    expect(from === "scratch" || stages.has(from) || /^[a-z/-]+:[\w.-]+$/.test(from), from).toBe(true);
});

test("files that the images copy exist and are in the build context", async () => {
  const sent = (await Bun.file(join(ROOT, ".dockerignore")).text()).split("\n");
  expect(sent).toContain("*");
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(" "));
  expect(copied.length).toBeGreaterThan(20);
  for (const source of copied) {
    expect(existsSync(join(ROOT, source)), source).toBe(true);
    const isSent = sent.some((line) => line.startsWith("!") && `${source}/`.startsWith(`${line.slice(1)}/`));
    expect(isSent, source).toBe(true);
  }
  for (const [, stage = ""] of dockerfile.matchAll(/^COPY --from=(\S+)/gm)) expect(stages.has(stage), stage).toBe(true);
});

test("no image has packages that only development needs", () => {
  for (const { text } of stages.values())
    if (text.includes("bun install")) expect(text).toContain("--frozen-lockfile --production --ignore-scripts");
});

test("services of our images run without root, capabilities and a writable file system", async () => {
  const { services } = await composeFile();
  const ours = Object.entries(services).filter(([, { image }]) => image.startsWith("twitchclone-"));
  expect(ours.length).toBeGreaterThan(9);
  for (const [name, service] of ours) {
    expect(service, name).toMatchObject({
      read_only: true,
      tmpfs: expect.stringMatching(/^\/tmp(:size=\d+[mg])?$/),
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
    // A new volume belongs to root. It has no network and no other rights.
    expect([name, service.user, service.network_mode]).toEqual(
      name === "secrets" ? [name, "0:0", "none"] : [name, undefined, undefined],
    );
  }
});

test("the entry of each image's command is in it", () => {
  for (const [name, { text }] of stages) {
    const [, entry] = /^CMD \["bun", "([^"]+)"/m.exec(text) ?? [];
    if (!entry) continue;
    const chain = [text, stages.get(stages.get(name)!.from)?.text ?? ""].join("\n");
    expect(chain).toContain(`\nCOPY ${entry.split("/")[0]} `);
  }
});
