// Who may import whom (design: Layout), and which package has which one home. The table is the rule; the README draws it.

import { expect, test } from "bun:test";
import { Glob } from "bun";

const may: Record<string, string[]> = {
  schema: [],
  runtime: ["schema"],
  transcoding: ["runtime", "schema"],
  actors: ["transcoding", "runtime", "schema"],
  edge: ["runtime", "schema"],
  ops: ["actors", "edge", "transcoding", "runtime", "schema"],
};
const homes: Record<string, string[]> = {
  nats: ["runtime/bus/"],
  ioredis: ["runtime/base/redis.ts"],
  pino: ["runtime/base/log.ts"],
  "prom-client": ["runtime/base/metrics.ts"],
  "drizzle-orm": ["schema/"],
  postgres: ["schema/"],
  oslo: ["edge/identity/"],
  "@elysiajs/jwt": ["edge/identity/"],
  jose: ["edge/identity/"],
  nodemailer: ["edge/identity/email/smtp.ts"],
  elysia: ["edge/", "transcoding/origin.ts", "schema/api/", "schema/wire/"],
  "hls.js": ["edge/web/"],
  preact: ["edge/web/"],
  "@preact/signals": ["edge/web/"],
};
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;

async function* imports() {
  for (const folder of Object.keys(may))
    for await (const file of new Glob(`${folder}/**/*.{ts,tsx}`).scan("."))
      for (const [, target = ""] of (await Bun.file(file).text()).matchAll(IMPORT)) yield { folder, file, target };
}

test("every import follows the table", async () => {
  const broken: string[] = [];
  let seen = 0;
  for await (const { folder, file, target } of imports()) {
    if (!/^[#.]/.test(target)) continue;
    seen++;
    const path = target.startsWith("#") ? target.slice(1) : new URL(target, `file:///${file}`).pathname.slice(1);
    const into = path.split("/")[0]!;
    if (into !== folder && !may[folder]!.includes(into)) broken.push(`${file} imports ${target}`);
  }
  expect(broken).toEqual([]);
  expect(seen).toBeGreaterThan(20);
});

test("each package has its one home", async () => {
  const broken: string[] = [];
  for await (const { folder, file, target } of imports()) {
    if (folder === "ops" || /^[#.]/.test(target)) continue;
    const name = target
      .split("/")
      .slice(0, target.startsWith("@") ? 2 : 1)
      .join("/");
    if (homes[name] && !homes[name].some((home) => file.startsWith(home))) broken.push(`${file} imports ${name}`);
  }
  expect(broken).toEqual([]);
});
