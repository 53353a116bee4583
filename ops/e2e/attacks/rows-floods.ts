// Floods of joins: A-13. Others' waiting is compared with the same flood against a server that does nothing: the machine is the same.

import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import { ChatClient } from "../chat-client.ts";
import { type Attack, mustHold, type Tally } from "./attack.ts";
import { residentBytes } from "./balancer.ts";
import type { Flood } from "./join-flood.ts";
import { spell, startAsking, startPeak, type Waited } from "./latency.ts";
import type { Stage } from "./stage.ts";

const MB = 1024 * 1024;
const SECONDS = 5;
/** The flood and its likeness take turns; the middle one counts, since the machine does other things too. */
const ROUNDS = 3;
const AT_ONCE = 40;
/** Below it a ratio of two times says nothing on a machine that others share. */
const FLOOR_MS = 40;

const script = (name: string) => [process.execPath, join(import.meta.dir, name)];

export const floodAttacks: Attack[] = [
  floodOf("join", "one address that joins without end is refused, and others are served", { addresses: 1 }),
  floodOf("churn", "300 addresses that join and leave cannot slow others down", { addresses: 300 }),
  floodOf("rooms", "joins to 10 000 channels that are not there cannot slow others down", { addresses: 300 }),
];

function floodOf(kind: string, name: string, { addresses }: { addresses: number }): Attack {
  return {
    id: "A-13",
    name,
    slow: true,
    atLeast: 500,
    async run(stage, tally) {
      const { system, anna } = stage;
      const member = await ChatClient.join({ url: system.url, channel: anna.login, token: anna.accessToken });
      const bare = Bun.spawn(dyingWithUs(script("bare-server.ts"), "KILL"), { stdout: "pipe", stdin: "ignore" });
      const { value } = await bare.stdout.getReader().read();
      const bareUrl = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
      const flood = (url: string) => runFlood(url, anna.login, kind, addresses);
      try {
        const calm = await asking(stage, () => Bun.sleep(4_000).then(() => null));
        const memory = startPeak(() => residentBytes(system.pidOf("edge-1")));
        const beside: Asked[] = [];
        const during: Asked[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          beside.push(await asking(stage, () => flood(bareUrl)));
          during.push(await asking(stage, () => flood(system.url)));
        }
        const { grown } = memory.stop();
        for (const { sent, answers } of during.flatMap(({ flood }) => flood ?? [])) {
          tally.sent(sent);
          for (const [what, times] of Object.entries(answers)) tally.answered(what, times);
        }
        const [attacked, likened] = [middle(during), middle(beside)];
        const faults = faultsOf(tally, kind, attacked.waited, likened.waited);
        const failed = during.reduce((sum, { waited }) => sum + waited.failed, 0);
        if (failed > 0) faults.push(`${failed} of others' requests failed`);
        const said = await member.say("still here");
        if (said.type !== "said") faults.push(`a line after it: ${said.code}`);
        if (grown > 64 * MB) faults.push(`memory grew by ${Math.round(grown / MB)} MB`);
        mustHold(faults);
        return [
          `${attacked.flood!.perS} joins/s (the bare server took ${likened.flood!.perS})`,
          `others calm: ${spell(calm.waited)}`,
          `beside the bare server: ${spell(likened.waited)}; during: ${spell(attacked.waited)}`,
          `memory +${Math.round(grown / MB)} MB`,
        ].join("; ");
      } finally {
        bare.kill("SIGKILL");
        await member.leave();
      }
    },
  };
}

function faultsOf(tally: Tally, kind: string, during: Waited, beside: Waited): string[] {
  const faults: string[] = [];
  const refused = tally.count(429) + tally.count("close 4029") + tally.count(503);
  if (kind === "join" && refused === 0) faults.push("one address was never refused");
  if (kind === "rooms" && tally.count(404) + refused === 0) faults.push("no room was missing");
  if (during.p99Ms > Math.max(2 * beside.p99Ms, FLOOR_MS))
    faults.push(`others' p99 ${during.p99Ms.toFixed(1)} ms, beside a bare server ${beside.p99Ms.toFixed(1)} ms`);
  return faults;
}

interface Asked {
  flood: Flood | null;
  waited: Waited;
}

/** By others' p99. */
const middle = (rounds: Asked[]): Asked =>
  rounds.toSorted((a, b) => a.waited.p99Ms - b.waited.p99Ms)[Math.floor(rounds.length / 2)]!;

async function asking({ system, anna }: Stage, during: () => Promise<Flood | null>): Promise<Asked> {
  const others = startAsking(`${system.url}/api/v1/channels/${anna.login}`, { "x-forwarded-for": "198.51.100.8" });
  const flood = await during();
  return { flood, waited: await others.stop() };
}

async function runFlood(url: string, channel: string, kind: string, addresses: number): Promise<Flood> {
  const words = [url, channel, kind, String(addresses), String(SECONDS), String(AT_ONCE)];
  const child = Bun.spawn(dyingWithUs([...script("join-flood.ts"), ...words], "KILL"), {
    ...{ stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  });
  const text = await new Response(child.stdout).text();
  return JSON.parse(text) as Flood;
}
