// What an attack costs others: their waiting during it beside their waiting during the same attack on a server that does nothing,
// taking turns. The machine is the same, and so is what the attackers themselves take of it.

import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import { residentBytes } from "../support/balancer.ts";
import type { Flood } from "./join-flood.ts";
import { spell, startAsking, startPeak, together, type Waited } from "./latency.ts";
import type { Stage } from "./stage.ts";

/** Of each; the machine does other things, too. */
const ROUNDS = 3;
/** From which others ask at once. */
const PLACES = 6;
const CALM_MS = 4_000;
/** Below it a ratio of two times says nothing on a machine that others share. */
const FLOOR_MS = 40;
const MB = 1024 * 1024;
/** Of what a flood takes while it goes on; a second one like it must do with what the first one took. */
const TAKEN_BYTES_MAX = 160 * MB;
const GROWN_BYTES_MAX = 40 * MB;

interface Asked {
  flood: Flood;
  waited: Waited;
}

interface Compared {
  /** Of all rounds. */
  floods: Flood[];
  /** What did not hold for others. */
  faults: string[];
  told: string;
}

interface CompareOptions {
  /** What the server that does nothing says to an upgrade. */
  bare: "refuses" | "accepts";
  flood(url: string): Promise<Flood>;
}

export async function compare({ system, anna }: Stage, { bare, flood }: CompareOptions): Promise<Compared> {
  const child = Bun.spawn(dyingWithUs([...script("bare-server.ts"), bare], "KILL"), {
    stdout: "pipe",
    stdin: "ignore",
  });
  const { value } = await child.stdout.getReader().read();
  const bareUrl = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  const others = () =>
    startAsking(`${system.url}/api/v1/channels/${anna.login}`, { "x-forwarded-for": "198.51.100.8" }, PLACES);
  const asking = async (url: string): Promise<Asked> => {
    const asked = others();
    const done = await flood(url);
    return { flood: done, waited: await asked.stop() };
  };
  try {
    const first = others();
    await Bun.sleep(CALM_MS);
    const calm = await first.stop();
    const [beside, during]: [Asked[], Asked[]] = [[], []];
    const peaks: { first: number; peak: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      beside.push(await asking(bareUrl));
      const memory = startPeak(() => residentBytes(system.pidOf("edge-1")));
      during.push(await asking(system.url));
      peaks.push(memory.stop());
    }
    const taken = Math.max(...peaks.map(({ peak }) => peak)) - peaks[0]!.first;
    const grown = peaks.at(-1)!.peak - peaks[0]!.peak;
    const [likened, attacked] = [all(beside), all(during)];
    const faults: string[] = [];
    if (attacked.failed > 0) faults.push(`${attacked.failed} of others' requests failed`);
    if (taken > TAKEN_BYTES_MAX) faults.push(`it took ${Math.round(taken / MB)} MB of memory`);
    if (grown > GROWN_BYTES_MAX) faults.push(`memory grew by ${Math.round(grown / MB)} MB from flood to flood`);
    if (attacked.p99Ms > Math.max(2 * likened.p99Ms, FLOOR_MS))
      faults.push(`others: ${spell(attacked)}, beside a bare server ${spell(likened)}`);
    const told = [
      `${perS(during)}/s (the bare server took ${perS(beside)})`,
      `others calm: ${spell(calm)}; beside the bare server: ${spell(likened)}; during: ${spell(attacked)}`,
      `memory +${Math.round(taken / MB)} MB, from the first flood to the last ${Math.round(grown / MB)} MB`,
    ].join("; ");
    return { floods: during.map(({ flood }) => flood), faults, told };
  } finally {
    child.kill("SIGKILL");
  }
}

/** A flood in a process of its own: it prints one line of JSON. */
export async function runFlood(file: string, words: string[]): Promise<Flood> {
  const child = Bun.spawn(dyingWithUs([...script(file), ...words], "KILL"), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  return JSON.parse(await new Response(child.stdout).text()) as Flood;
}

const script = (name: string) => [process.execPath, join(import.meta.dir, name)];

const all = (rounds: Asked[]): Waited => together(rounds.map(({ waited }) => waited));

const perS = (rounds: Asked[]) => Math.round(rounds.reduce((sum, { flood }) => sum + flood.perS, 0) / rounds.length);
