// The last walls, with real processes.

import { expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patient } from "#schema/testing-slowness.ts";
import { systemProcesses } from "./process-bun.ts";
import { findSandbox } from "./sandbox.ts";

setDefaultTimeout(patient(30_000));

const linux = process.platform === "linux";
const LIMITS = { addressSpaceBytesMax: 4 * 1024 * 1024 * 1024, cpuMaxS: 10, fileBytesMax: 0 };

/** Runs a script that imports both functions of confine.ts. */
async function run(script: string, { input = "x" }: { input?: string | null } = {}) {
  const sandbox = await findSandbox({ processes: systemProcesses, log: { warn: () => {} }, niceness: 0 });
  const file = join(tmpdir(), `confine-${crypto.randomUUID()}.ts`);
  const head = `import { confine, dieWithInput } from ${JSON.stringify(join(import.meta.dir, "confine.ts"))};
    const userId = ${sandbox.userId};\n`;
  writeFileSync(file, head + script);
  let output = "";
  const { promise: ended, resolve: onOutputEnd } = Promise.withResolvers<void>();
  try {
    const argv = sandbox.argv([process.execPath, file], { folder: "/", limits: LIMITS, confinesItself: true });
    const child = systemProcesses.spawn({
      argv,
      takesInput: true,
      onOutput: (chunk) => {
        output += new TextDecoder().decode(chunk);
      },
      onOutputEnd,
    });
    if (input === null) child.input!.end();
    else child.input!.write(new TextEncoder().encode(input));
    const exit = await child.exited;
    await ended;
    return { ...exit, output: output.trim(), userId: sandbox.userId };
  } finally {
    rmSync(file);
  }
}

test.if(linux)("a script gives up its user and its groups, and cannot take them back", async () => {
  const { output, code, userId } = await run(`
    confine({ userId, memoryBytesMax: 1e9 });
    let back = "no";
    try { process.setuid!(0); back = "yes"; } catch {}
    console.log([process.getuid!(), process.getgid!(), process.getgroups!().filter((id) => id === 0).length, back].join(" "));
    process.exit(0);`);
  expect(code).toBe(0);
  if (userId !== null) expect(output).toBe(`${userId} ${userId} 0 no`);
});

test.if(linux)("what it takes beyond its memory ends it", async () => {
  const script = (bytes: number) =>
    `
    confine({ userId, memoryBytesMax: 256 * 1024 * 1024 });
    const kept = Array.from({ length: ${bytes} / PIECE }, () => Buffer.alloc(PIECE, 1));
    console.log(kept.length);
    process.exit(0);`.replaceAll("PIECE", String(64 * 1024 * 1024));
  expect(await run(script(64 * 1024 * 1024))).toMatchObject({ code: 0, output: "1" });
  // The runtime has reserved up to a gigabyte before, which counts as had.
  const large = await run(script(3 * 1024 * 1024 * 1024));
  expect(large.code === 0).toBe(false);
  expect(large.output).toBe("");
});

test("it ends with its input, whatever it does", async () => {
  const script = `
    confine({ userId, memoryBytesMax: 1e9 });
    void dieWithInput(Bun.stdin.stream().getReader());
    setInterval(() => {}, 1_000);`;
  expect(await run(script, { input: null })).toMatchObject({ signal: "SIGKILL" });
});
