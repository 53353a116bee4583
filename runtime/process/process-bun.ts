// Child processes of the operating system. On Linux the kernel kills them when this process dies (prctl PDEATHSIG, through setpriv).

import { readFileSync } from "node:fs";
import { PipeInput } from "./pipe-input.ts";
import type { Exit, ProcessHost, ProcessOptions, RunningProcess } from "./process.ts";

const LINE_LENGTH_MAX = 1_000;
/** Unit of processor time in /proc. */
const TICK_MS = 10;
const NICENESS_MOST = "19";

export const systemProcesses: ProcessHost = {
  spawn({ argv, env, onErrorLine, onOutput, onOutputEnd, takesInput, background }: ProcessOptions): RunningProcess {
    const child = Bun.spawn(process.platform === "linux" ? guarded(argv, background) : argv, {
      env: { ...process.env, ...env },
      stdin: takesInput ? "pipe" : "ignore",
      stdout: onOutput ? "pipe" : "ignore",
      stderr: onErrorLine ? "pipe" : "ignore",
    });
    if (onErrorLine) void readLines(child.stderr as ReadableStream<Uint8Array>, onErrorLine);
    if (onOutput) void readChunks(child.stdout as ReadableStream<Uint8Array>, onOutput).then(onOutputEnd);
    return {
      pid: child.pid,
      exited: child.exited.then(
        (): Exit => ({ code: child.exitCode, signal: child.signalCode === null ? null : String(child.signalCode) }),
      ),
      signal: (name) => child.kill(name),
      input: takesInput ? new PipeInput(child.stdin as Bun.FileSink) : null,
      cpuMs: () => cpuMs(child.pid),
    };
  },
};

/** Each of these programs becomes the next one, so there is one process. */
function guarded(argv: string[], background: ProcessOptions["background"]): string[] {
  const limits = background ? ["prlimit", `--as=${background.addressSpaceBytesMax}`, "nice", "-n", NICENESS_MOST] : [];
  return ["setpriv", "--pdeathsig", "KILL", "--", ...limits, ...argv];
}

/** Processor time of a process so far, its ended threads included and its children not; null: it has ended (Linux, proc(5)). */
export function cpuMs(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}

async function readChunks(stream: ReadableStream<Uint8Array>, onChunk: (chunk: Uint8Array) => void) {
  try {
    for await (const chunk of stream) onChunk(chunk);
  } catch {
    // The pipe broke with its process; `exited` reports that.
  }
}

async function readLines(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void) {
  const decoder = new TextDecoder();
  let rest = "";
  await readChunks(stream, (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/[\r\n]+/);
    rest = (lines.pop() ?? "").slice(0, LINE_LENGTH_MAX);
    for (const line of lines) if (line) onLine(line.slice(0, LINE_LENGTH_MAX));
  });
  if (rest) onLine(rest);
}
