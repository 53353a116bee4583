// Finds the first seed at which a mutation turns red, in a process of its own, since the mutation is in the code of that process.

import { join } from "node:path";
import type { MutationName } from "./mutations.ts";

export interface Red {
  seed: number;
  violation: string;
}

/** Null: all seeds up to `seedsMax` are green. */
export async function firstRed(name: MutationName, seedsMax: number): Promise<Red | null> {
  const argv = ["--mutation", name, "--seeds", `${seedsMax}`, "--first-red"];
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "main.ts"), ...argv], { stdout: "pipe" });
  const text = await new Response(child.stdout).text();
  const code = await child.exited;
  const [, seed, violation] = /^seed (\d+): (.*)$/m.exec(text) ?? [];
  if (seed !== undefined && violation !== undefined && code === 1) return { seed: Number(seed), violation };
  if (code !== 0) throw new Error(`${name}: the simulator ended with ${code}`);
  return null;
}

/** A row of the table in README.md. */
export function tableRow(name: string, red: Red | null): string {
  const where = red ? `${red.seed}` : "–";
  const why = red
    ? red.violation
        .replace(/^[\d.]+ s: /, "")
        .replaceAll("|", "/")
        .slice(0, 110)
    : "not seen red yet";
  return `| ${name} | ${where} | ${why} |`;
}

/** The names in the table, each of which was seen red. */
export async function namesInReadme(): Promise<string[]> {
  const text = await Bun.file(join(import.meta.dir, "README.md")).text();
  const [, table = ""] = text.split("| mutation | seed | what it says |\n|---|---|---|\n");
  const rows = table.split("\n\n")[0]!.split("\n");
  return rows.flatMap((row) => /^\| (.*?) \| \d+ \|/.exec(row)?.[1] ?? []);
}
