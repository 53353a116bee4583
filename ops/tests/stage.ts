// Runs one command of a test run: passes its output through, and kills a command that is silent for too long.

import { dyingWithUs } from "#ops/up/processes.ts";
import { Failures } from "./failures.ts";

export interface Stage {
  title: string;
  argv: string[];
  env: Record<string, string | undefined>;
  cwd: string;
  /** A command without output for this long counts as hung. */
  quietMsMax: number;
  /** Prints the output when the command ends. */
  held: boolean;
  /** Ends the command by SIGTERM. */
  interrupt: AbortSignal;
}

/** `failures` are excerpts of the output, one for each failed test. */
export interface StageEnd {
  code: number;
  failures: string[];
}

export async function runStage({ title, argv, env, cwd, quietMsMax, held, interrupt }: Stage): Promise<StageEnd> {
  if (interrupt.aborted) return { code: 1, failures: [] };
  console.log(`\n── ${title}${held ? ": its output follows at its end" : ""}`);
  const startMs = performance.now();
  const child = Bun.spawn(dyingWithUs(argv, "KILL"), { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  let outputMs = startMs;
  const kept: Uint8Array[] = [];
  const streams: Failures[] = [];
  const pass = async (from: ReadableStream<Uint8Array>, to: NodeJS.WriteStream) => {
    const failures = new Failures();
    streams.push(failures);
    for await (const bytes of from) {
      outputMs = performance.now();
      failures.see(bytes);
      if (held) kept.push(bytes);
      else to.write(bytes);
    }
  };
  const end = () => child.kill("SIGTERM");
  interrupt.addEventListener("abort", end);
  const watching = setInterval(() => {
    if (performance.now() - outputMs < quietMsMax) return;
    console.log(`── ${title}: killed after ${Math.round(quietMsMax / 60_000)} minutes without output`);
    child.kill("SIGKILL");
  }, 1_000);
  const passing = Promise.all([pass(child.stdout, process.stdout), pass(child.stderr, process.stderr)]);
  const code = await child.exited;
  clearInterval(watching);
  interrupt.removeEventListener("abort", end);
  // A process that the command left behind may hold its output open.
  await Promise.race([passing, Bun.sleep(1_000)]);
  for (const bytes of kept) process.stdout.write(bytes);
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  console.log(`── ${title}: ${code === 0 ? "ok" : `ended with ${code}`} (${seconds} s)`);
  return { code, failures: streams.flatMap((failures) => failures.ofEnded(code)) };
}
