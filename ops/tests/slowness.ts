// Measures how much slower this machine is than the reference for the tests' time limits. Two processes work at once, as in tests.
// Run as a program, this file is one of the two: it works and prints the time in ms.

const PROCESSES = 2;
/** Time of the work on the reference machine, two idle cores. */
const REFERENCE_MS = 500;
/** A machine slower than this is broken. */
const SLOWNESS_MAX = 10;
const ROUNDS = 60;

/** From 1 to 10. Takes about a second where it is 1. */
export async function measureSlowness(): Promise<number> {
  const times = await Promise.all(Array.from({ length: PROCESSES }, timeOfOne));
  return Math.min(SLOWNESS_MAX, Math.max(1, Math.max(...times) / REFERENCE_MS));
}

async function timeOfOne(): Promise<number> {
  const child = Bun.spawn([process.execPath, import.meta.path], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const ms = Number(await new Response(child.stdout).text());
  if (!(ms > 0)) throw new Error("the speed of this machine cannot be measured");
  return ms;
}

/** Works on objects, text and hashes; returns the time in ms. */
function work(): number {
  const startMs = performance.now();
  let digest = "";
  for (let round = 0; round < ROUNDS; round++) {
    const lines = Array.from({ length: 5_000 }, (_, seq) => ({ seq, nonce: `${round}.${seq}`, body: digest + seq }));
    const read = JSON.parse(JSON.stringify(lines)) as typeof lines;
    read.sort((a, b) => (a.nonce < b.nonce ? -1 : 1));
    digest = new Bun.CryptoHasher("sha256").update(JSON.stringify(read)).digest("hex");
  }
  return performance.now() - startMs;
}

if (import.meta.main) console.log(Math.round(work()));
