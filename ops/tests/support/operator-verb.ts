// Runs the operator tool on a system, as `npm run ops -- …` does.

import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import type { TestSystem } from "./system.ts";

const MAIN = join(import.meta.dir, "../../operator/main.ts");

interface Said {
  code: number;
  out: string;
  err: string;
  /** Both. */
  text: string;
}

/** `env`: settings besides those of this process. */
export async function operatorVerb(
  { data, env = {} }: Pick<TestSystem, "data"> & { env?: Record<string, string> },
  ...words: string[]
): Promise<Said> {
  const child = Bun.spawn(dyingWithUs([process.execPath, MAIN, ...words, "--data", data]), {
    stdin: "ignore",
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, out, err, text: out + err };
}

/** Compares a video's rows with its objects, byte by byte. Throws the tool's words when they differ. */
export async function mustVerify(system: Pick<TestSystem, "data">, videoId: string): Promise<string> {
  const { code, text } = await operatorVerb(system, "verify", videoId, "--deep");
  if (code !== 0) throw new Error(`verify: exit ${code}\n${text}`);
  return text.trim();
}
