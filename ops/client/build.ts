// `npm run build:client`: writes edge/client/api.ts from the route values, and the package in edge/client/dist: one .js and one .d.ts, with a
// package.json of its own, so that `npm pack ./edge/client/dist` makes a package without the server's dependencies.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { routes } from "#schema/api/routes.ts";
import { apiTypes } from "./api-types.ts";

const ROOT = join(import.meta.dir, "../..");
const CLIENT = join(ROOT, "edge/client");
const BIN = join(ROOT, "node_modules/.bin");
/** Files with public types. */
const FILES = ["api", "errors", "socket", "room", "client"] as const;

export const API_FILE = join(CLIENT, "api.ts");
export const DIST = join(CLIENT, "dist");

/** Text of each file of the package, by name. */
type BuiltClient = Record<"client.js" | "client.d.ts" | "package.json" | "README.md" | "LICENSE", string>;

/** The text of edge/client/api.ts, formatted. */
export function buildApiTypes(): string {
  const argv = [join(BIN, "biome"), "format", "--stdin-file-path=edge/client/api.ts"];
  const { stdout, exitCode, stderr } = Bun.spawnSync(argv, { cwd: ROOT, stdin: Buffer.from(apiTypes(routes)) });
  if (exitCode !== 0) throw new Error(`the API's types cannot be formatted: ${stderr}`);
  return stdout.toString();
}

/** The client as a package. The two files of code import nothing. */
export async function buildClient(): Promise<BuiltClient> {
  const built = await Bun.build({ entrypoints: [join(CLIENT, "client.ts")], format: "esm", target: "browser" });
  const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
  return {
    "client.js": await built.outputs[0]!.text(),
    "client.d.ts": declarations(),
    "package.json": `${JSON.stringify(packageJson(read("package.json")), null, 2)}\n`,
    "README.md": read("edge/client/README.md"),
    LICENSE: read("LICENSE"),
  };
}

/** `server`: package.json of the whole project, which offers the same client. */
function packageJson(server: string) {
  const { name, version, license } = JSON.parse(server) as Record<string, string>;
  const client = { types: "./client.d.ts", default: "./client.js" };
  return {
    ...{ name, version, license, type: "module" },
    description: "The typed client of the API and the chat",
    exports: { ".": client, "./client": client },
    engines: { node: ">=20" },
    peerDependencies: { ws: ">=8" },
    peerDependenciesMeta: { ws: { optional: true } },
  };
}

/** The compiler's declarations of all files as one file, without the imports between them. */
function declarations(): string {
  const out = mkdtempSync(join(tmpdir(), "client-"));
  try {
    const argv = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir", out, "--rootDir", ROOT];
    const project = ["--project", join(ROOT, "ops/client/tsconfig.json")];
    const { exitCode, stdout } = Bun.spawnSync([join(BIN, "tsc"), ...project, ...argv], { cwd: ROOT });
    if (exitCode !== 0) throw new Error(`the client does not compile: ${stdout}`);
    const texts = FILES.map((name) => readFileSync(join(out, `edge/client/${name}.d.ts`), "utf8"));
    return texts.map(withoutImports).join("\n");
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const withoutImports = (text: string) => text.replace(/^(import|export) [^;]* from "[^"]+";\n/gm, "");

if (import.meta.main) {
  await Bun.write(API_FILE, buildApiTypes());
  const files = await buildClient();
  for (const [name, text] of Object.entries(files)) await Bun.write(join(DIST, name), text);
  console.log(`client built: ${files["client.js"].length} bytes, and ${files["client.d.ts"].length} bytes of types`);
}
