// `npm run build:client`: writes edge/client/api.ts from the route values, and the package in edge/client/dist: one .js and one .d.ts.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { routes } from "#schema/api/routes.ts";
import { apiTypes } from "./api-types.ts";

const ROOT = join(import.meta.dir, "../..");
const CLIENT = join(ROOT, "edge/client");
const BIN = join(ROOT, "node_modules/.bin");
const FILES = ["api", "room", "client"] as const;

export const API_FILE = join(CLIENT, "api.ts");
export const DIST = join(CLIENT, "dist");

interface BuiltClient {
  js: string;
  dts: string;
}

/** The text of edge/client/api.ts, formatted. */
export function buildApiTypes(): string {
  const argv = [join(BIN, "biome"), "format", "--stdin-file-path=edge/client/api.ts"];
  const { stdout, exitCode, stderr } = Bun.spawnSync(argv, { cwd: ROOT, stdin: Buffer.from(apiTypes(routes)) });
  if (exitCode !== 0) throw new Error(`the API's types cannot be formatted: ${stderr}`);
  return stdout.toString();
}

/** The client as a package: two files without imports. */
export async function buildClient(): Promise<BuiltClient> {
  const built = await Bun.build({ entrypoints: [join(CLIENT, "client.ts")], format: "esm", target: "browser" });
  return { js: await built.outputs[0]!.text(), dts: declarations() };
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
  const { js, dts } = await buildClient();
  await Bun.write(join(DIST, "client.js"), js);
  await Bun.write(join(DIST, "client.d.ts"), dts);
  console.log(`client built: ${js.length} bytes, and ${dts.length} bytes of types`);
}
