// The cost of a flood for other clients: their latency during the flood, compared with their latency during the same flood on a server
// that does nothing. The rounds alternate, so the machine and the load of the attacker are the same.

import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import { patient } from "#schema/testing-slowness.ts";
import { residentBytes } from "../support/balancer.ts";
import type { Flood } from "./join-flood.ts";
import { formatLatency, type Latency, mergeLatencies, startPeak, startRequests } from "./latency.ts";
import type { Stage } from "./stage.ts";

/** Rounds of each kind, because other work runs on the machine. */
const ROUNDS = 3;
/** Concurrent other clients. */
const PLACES = 6;
const CALM_MS = 4_000;
/** Nobody notices an answer that takes this long, and below it a ratio of two p99 says little on a shared machine: of two runs, one row or
 *  the other was over 40 ms. */
const FLOOR_MS = patient(80);
const MB = 1024 * 1024;
/** Memory that a flood may take; later floods must reuse it. */
const TAKEN_BYTES_MAX = 160 * MB;
const GROWN_BYTES_MAX = 40 * MB;

interface Round {
  flood: Flood;
  latency: Latency;
}

interface Compared {
  /** Floods of all rounds. */
  floods: Flood[];
  /** Violated limits. */
  faults: string[];
  summary: string;
}

interface CompareOptions {
  /** How the bare server answers an upgrade. */
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
    startRequests(`${system.url}/api/v1/channels/${anna.login}`, { "x-forwarded-for": "198.51.100.8" }, PLACES);
  const measured = async (url: string): Promise<Round> => {
    const requests = others();
    const done = await flood(url);
    return { flood: done, latency: await requests.stop() };
  };
  try {
    const first = others();
    await Bun.sleep(CALM_MS);
    const calm = await first.stop();
    const [onBare, during]: [Round[], Round[]] = [[], []];
    const peaks: { first: number; peak: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      onBare.push(await measured(bareUrl));
      const memory = startPeak(() => residentBytes(system.pidOf("edge-1")));
      during.push(await measured(system.url));
      peaks.push(memory.stop());
    }
    const taken = Math.max(...peaks.map(({ peak }) => peak)) - peaks[0]!.first;
    const grown = peaks.at(-1)!.peak - peaks[0]!.peak;
    const [compared, attacked] = [all(onBare), all(during)];
    const faults: string[] = [];
    // On a machine with other work, requests fail beside the bare server too.
    if (attacked.failed > compared.failed)
      faults.push(`${attacked.failed} requests of other clients failed, beside a bare server ${compared.failed}`);
    if (taken > TAKEN_BYTES_MAX) faults.push(`the flood took ${Math.round(taken / MB)} MB of memory`);
    if (grown > GROWN_BYTES_MAX) faults.push(`memory grew by ${Math.round(grown / MB)} MB from flood to flood`);
    if (attacked.p99Ms > Math.max(2 * compared.p99Ms, FLOOR_MS))
      faults.push(`others: ${formatLatency(attacked)}, beside a bare server ${formatLatency(compared)}`);
    const summary = [
      `${perS(during)}/s (the bare server took ${perS(onBare)})`,
      `others calm: ${formatLatency(calm)}; beside the bare server: ${formatLatency(compared)}; during: ${formatLatency(attacked)}`,
      `memory +${Math.round(taken / MB)} MB, from the first flood to the last ${Math.round(grown / MB)} MB`,
    ].join("; ");
    return { floods: during.map(({ flood }) => flood), faults, summary };
  } finally {
    child.kill("SIGKILL");
  }
}

/** Runs a flood in a process of its own, which prints one line of JSON. */
export async function runFlood(file: string, words: string[]): Promise<Flood> {
  const child = Bun.spawn(dyingWithUs([...script(file), ...words], "KILL"), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  return JSON.parse(await new Response(child.stdout).text()) as Flood;
}

const script = (name: string) => [process.execPath, join(import.meta.dir, name)];

const all = (rounds: Round[]): Latency => mergeLatencies(rounds.map(({ latency }) => latency));

const perS = (rounds: Round[]) => Math.round(rounds.reduce((sum, { flood }) => sum + flood.perS, 0) / rounds.length);
