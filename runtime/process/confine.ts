// The last walls of a script that runs in the sandbox and confines itself (sandbox.ts), since only its first user may be able to read its
// files: to be called when all its modules are loaded, and before it reads anything of strangers.

import { readFileSync } from "node:fs";

interface Confinement {
  /** Null: it is nobody in particular already. */
  userId: number | null;
  /** What it may take beyond the addresses that it has now: a runtime reserves more than it uses, so a limit from the start would be no limit.
   *  What it has reserved it may still use. */
  memoryBytesMax: number;
}

/** Linux alone bounds the memory. Throws when a wall cannot be put up. */
export function confine({ userId, memoryBytesMax }: Confinement) {
  if (process.platform === "linux") limitMemory(memoryBytesMax);
  if (userId === null) return;
  process.setgroups!([]);
  process.setgid!(userId);
  process.setuid!(userId);
}

/** Ends this process when the other end of its standard input is closed, by its parent or by the parent's death. The kernel's signal for that
 *  is forgotten when a process changes its user. `rest`: the input behind what was read of it. */
export async function dieWithInput(rest: ReadableStreamDefaultReader<Uint8Array>) {
  for (;;) {
    const { done } = await rest.read().catch(() => ({ done: true }));
    if (done) process.kill(process.pid, "SIGKILL");
  }
}

function limitMemory(bytes: number) {
  const kB = Number(/^VmSize:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  const argv = ["prlimit", "--pid", String(process.pid), `--as=${kB * 1024 + bytes}`];
  const { exitCode, stderr } = Bun.spawnSync(argv, { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`no limit of memory: ${stderr}`);
}
