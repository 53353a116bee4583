// Runs a batch of seeds in several processes at once, each a part of it. A seed's trace does not depend on the process that runs it.

import { join } from "node:path";

interface Batch {
  from: number;
  seeds: number;
  jobs: number;
  /** Further arguments of the command. */
  argv: string[];
}

/** Prints what each process prints. Returns the exit code. */
export async function runJobs({ from, seeds, jobs, argv }: Batch): Promise<number> {
  const startMs = performance.now();
  const each = Math.ceil(seeds / jobs);
  const outcomes = await Promise.all(
    Array.from({ length: jobs }, async (_, job) => {
      const first = from + job * each;
      const count = Math.min(each, from + seeds - first);
      if (count <= 0) return { code: 0, red: 0 };
      const command = [process.execPath, join(import.meta.dir, "main.ts"), "--from", `${first}`, "--seeds", `${count}`];
      const child = Bun.spawn([...command, ...argv], { stdout: "pipe", stderr: "inherit" });
      const text = await new Response(child.stdout).text();
      console.log(`seeds ${first} to ${first + count - 1}:\n${text}`);
      return { code: await child.exited, red: Number(/^\d+ seeds, (\d+) red/m.exec(text)?.[1] ?? 0) };
    }),
  );
  const red = outcomes.reduce((sum, outcome) => sum + outcome.red, 0);
  const tookS = Math.round((performance.now() - startMs) / 1000);
  console.log(`all ${seeds} seeds in ${tookS} s, ${red} red`);
  return Math.max(...outcomes.map(({ code }) => code));
}
