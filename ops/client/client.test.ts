// The typed client as a package: packed, installed in an empty folder, compiled and run there.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestEdge, testEdge } from "#edge/testing.ts";
import { API_FILE, buildApiTypes, buildClient, DIST } from "./build.ts";

const ROOT = join(import.meta.dir, "../..");
const BOT = `
import { ClientError, createClient, dataOf } from "twitchclone/client";
const api = createClient(process.argv[2]!, { token: process.argv[3]! });
const { items } = await dataOf(api.channels.get({ query: { limit: 1, live: false } }));
await dataOf(api.channels.get({ query: { limit: "1", live: "false" } }));
const me = await dataOf(api.me.get());
const channel = await dataOf(api.channels({ channel: me.login }).patch({ title: "by a bot" }));
await dataOf(api.me.follows({ channel: items[0]!.login }).get());
const { error } = await api.channels({ channel: "no one/at all" }).get();
const refused = await dataOf(api.me.blocks({ login: me.login }).put()).catch((error: unknown) => error);
console.log(JSON.stringify([items.length, me.login, channel.title, error?.status, refused instanceof ClientError && refused.problem?.code]));
`;
const WRONG = `
import { createClient } from "twitchclone/client";
const api = createClient("http://127.0.0.1:1");
// @ts-expect-error no such field
await api.channels({ channel: "a" }).patch({ titel: "x" });
// @ts-expect-error no such address
await api.chanels.get();
// @ts-expect-error not a number
await api.channels.get({ query: { limit: "all" } });
// @ts-expect-error no such parameter
await api.channels({ login: "a" }).get();
`;

const folder = mkdtempSync(join(tmpdir(), "client-outside-"));
let edge: TestEdge;
let server: Bun.Server<undefined>;
let origin: string;

beforeAll(async () => {
  edge = await testEdge();
  server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => edge.app.handle(request) });
  origin = `http://127.0.0.1:${server.port}`;
  const packed = run(["npm", "pack", "--ignore-scripts", "--pack-destination", folder], DIST);
  const [tarball] = /twitchclone-.*\.tgz/.exec(packed) ?? [];
  writeFileSync(join(folder, "package.json"), '{ "name": "outside", "private": true, "type": "module" }');
  run([process.execPath, "add", `./${tarball}`, "--ignore-scripts"], folder);
  writeFileSync(join(folder, "bot.ts"), BOT);
  writeFileSync(join(folder, "wrong.ts"), WRONG);
  writeFileSync(join(folder, "bot.mjs"), BOT.replaceAll("]!", "]").replace("(error: unknown)", "(error)"));
});
afterAll(async () => {
  await server.stop(true);
  await edge.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(argv: string[], cwd: string): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(argv, { cwd });
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stdout}${stderr}`);
  return stdout.toString();
}

test("the committed client matches the routes (else run `npm run build:client`)", async () => {
  expect(readFileSync(API_FILE, "utf8")).toBe(buildApiTypes());
  for (const [name, text] of Object.entries(await buildClient()))
    expect(readFileSync(join(DIST, name), "utf8")).toBe(text);
});

test("the package is one .js and one .d.ts without imports, and installs nothing else", () => {
  for (const file of ["client.js", "client.d.ts"])
    expect(readFileSync(join(DIST, file), "utf8")).not.toMatch(/\bfrom "|\bimport\s*\(|\brequire\(/);
  const files = [...new Bun.Glob("**/*").scanSync(join(folder, "node_modules"))].sort();
  expect(files).toEqual(
    ["LICENSE", "README.md", "client.d.ts", "client.js", "package.json"].map((name) => `twitchclone/${name}`),
  );
});

test("the whole project offers the same two files under the same name", () => {
  const { name, exports, files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(name).toBe("twitchclone");
  const types = "./edge/client/dist/client.d.ts";
  expect(exports["./client"]).toEqual({ types, default: "./edge/client/dist/client.js" });
  expect(files).toEqual(["edge/client/dist"]);
});

test.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("a bot compiles with module %s and resolution %s, and wrong calls are type errors", (module, resolution) => {
  const options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--types", "bun-types"];
  const types = ["--typeRoots", join(ROOT, "node_modules"), "--module", module, "--moduleResolution", resolution];
  run([join(ROOT, "node_modules/.bin/tsc"), ...options, ...types, "bot.ts", "wrong.ts"], folder);
});

test.each([["node"], [process.execPath]])("a bot runs in %s", async (runtime) => {
  const streamer = await edge.register();
  const made = await edge.ask("POST", "/api/v1/me/tokens", {
    token: streamer.token,
    json: {
      name: "bot",
      scopes: ["profile:read", "channel:write", "follows:read"],
      password: streamer.password,
    },
  });
  const child = Bun.spawn([runtime, "bot.mjs", origin, made.body.token as string], {
    cwd: folder,
    stderr: "inherit",
  });
  const said = await new Response(child.stdout).text();
  expect(JSON.parse(said || "null")).toEqual([1, streamer.login, "by a bot", 404, "insufficient_scope"]);
});
