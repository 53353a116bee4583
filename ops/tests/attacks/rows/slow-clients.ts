// Attacks with slow clients: A-12, with own sockets and with slowhttptest and 1 000 connections.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";
import { residentBytes } from "../../support/balancer.ts";
import { ChatClient } from "../../support/chat-client.ts";
import { type Attack, mustHold } from "../attack.ts";
import { formatLatency, startPeak, startRequests } from "../latency.ts";
import { RawSocket } from "../raw-socket.ts";
import type { Tally } from "../tally.ts";

const MB = 1024 * 1024;
const CONNECTIONS = 1_000;
const SECONDS = 25;
/** Below this p99 other clients are served well on any machine. */
const SERVED_MS = 100;

export const slowAttacks: Attack[] = [
  {
    id: "A-12",
    name: "connections with slow headers, slow upgrades or missing bodies are closed within 10 s",
    slow: true,
    atLeast: 60,
    async run({ balancer, anna }, tally) {
      const faults: string[] = [];
      const path = `/api/v1/channels/${anna.login}/chat`;
      const slow = {
        headers: ["GET / HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n"],
        upgrade: [`GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n`, "X-A: b\r\n"],
        body: [
          "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{",
          "",
        ],
      };
      const times: Record<string, number> = {};
      await Promise.all(
        Object.entries(slow).map(async ([kind, [first, then]]) => {
          const took = await Promise.all(
            Array.from({ length: 20 }, () => trickle(balancer.port, first!, then!, tally)),
          );
          times[kind] = Math.max(...took);
          if (times[kind] > 12_500) faults.push(`${kind}: open for ${times[kind]} ms`);
        }),
      );
      mustHold(faults);
      return Object.entries(times)
        .map(([kind, ms]) => `${kind} ≤ ${(ms / 1_000).toFixed(1)} s`)
        .join(", ");
    },
  },
  {
    id: "A-12",
    name: "a socket without a hello is closed after 10 s, and one that answers no ping soon after a minute",
    slow: true,
    atLeast: 60,
    async run({ system, balancer, anna }, tally) {
      const faults: string[] = [];
      const path = `/api/v1/channels/${anna.login}/chat`;
      const ends = async (url: string, hello: boolean, withinMs: number, codes: number[]) => {
        tally.sent();
        const raw = await RawSocket.open({ url, path });
        if (hello) raw.text('{"type":"hello"}');
        const startMs = performance.now();
        const code = await raw.closedWithin(withinMs);
        raw.destroy();
        tally.answered(`close ${code}`);
        const tookMs = Math.round(performance.now() - startMs);
        if (code === null || !codes.includes(code))
          faults.push(`${hello ? "no pong" : "no hello"}: ${code}, ${tookMs} ms`);
        return tookMs;
      };
      const many = (url: string, hello: boolean, withinMs: number, codes: number[]) =>
        Promise.all(Array.from({ length: 15 }, () => ends(url, hello, withinMs, codes)));
      const [noHello, noHelloBehind, noPong, noPongBehind] = await Promise.all([
        many(system.url, false, 12_500, [4002]),
        many(balancer.url, false, 12_500, [4002]),
        many(system.url, true, 150_000, [1006, 1001, 1000]),
        many(balancer.url, true, 150_000, [1006, 1001, 1000]),
      ]);
      mustHold(faults);
      const most = (list: number[]) => `${(Math.max(...list) / 1_000).toFixed(1)} s`;
      return `no hello ≤ ${most([...noHello!, ...noHelloBehind!])}, no pong ≤ ${most(noPong!)}, behind the balancer ≤ ${most(noPongBehind!)}`;
    },
  },
  slowHttpTest("slow headers", ["-H", "-i", "5", "-x", "24"]),
  slowHttpTest("slow bodies", ["-B", "-i", "5", "-s", "8192", "-x", "10"]),
  slowHttpTest("slow readers", ["-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "3"]),
];

function slowHttpTest(kind: string, words: string[]): Attack {
  return {
    id: "A-12",
    name: `slowhttptest with ${CONNECTIONS} connections, ${kind}: other clients are served, and memory is flat`,
    slow: true,
    atLeast: CONNECTIONS,
    async run(stage, tally) {
      if (!Bun.which("slowhttptest")) throw new Error("cannot be executed here: slowhttptest is not installed");
      const { system, balancer, anna } = stage;
      const url = kind === "slow readers" ? await largeAsset(balancer.url) : `${balancer.url}/api/v1/auth/login`;
      const ask = () => startRequests(`${balancer.url6}/api/v1/channels/${anna.login}`);
      const member = await ChatClient.join({ url: balancer.url6, channel: anna.login, token: anna.accessToken });
      const calm = ask();
      await Bun.sleep(5_000);
      const before = await calm.stop();
      const memory = {
        nginx: startPeak(() => balancer.memoryBytes()),
        edge: startPeak(() => ["edge-1", "edge-2"].reduce((sum, name) => sum + residentBytes(system.pidOf(name)), 0)),
      };
      const others = ask();
      const seen = await runTool(url, words);
      const during = await others.stop();
      const grown = { nginx: memory.nginx.stop().grown, edge: memory.edge.stop().grown };
      tally.sent(seen.opened);
      tally.answered("connected at once", seen.connectedMax);
      tally.answered("closed", seen.closed);
      const said = await member.sayPatiently(`after ${kind}`);
      await member.leave();
      const faults: string[] = [];
      if (seen.connectedMax < CONNECTIONS / 2)
        throw new Error(`not executed: ${seen.connectedMax} connections at once`);
      if (during.failed > 0) faults.push(`${during.failed} of ${during.count} requests of other clients failed`);
      if (during.p99Ms > Math.max(3 * before.p99Ms, SERVED_MS))
        faults.push(`others: ${formatLatency(before)} → ${formatLatency(during)}`);
      if (said.type !== "said") faults.push(`a line after it: ${said.code}`);
      if (grown.nginx > 48 * MB) faults.push(`nginx grew by ${Math.round(grown.nginx / MB)} MB`);
      if (grown.edge > 64 * MB) faults.push(`edges grew by ${Math.round(grown.edge / MB)} MB`);
      mustHold(faults);
      return `others before: ${formatLatency(before)}; during: ${formatLatency(during)}; nginx +${Math.round(grown.nginx / MB)} MB, both edges +${Math.round(grown.edge / MB)} MB`;
    },
  };
}

/** Rows of its CSV, one a second: closed, pending, connected, service available. */
async function runTool(url: string, words: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "slow-"));
  const common = [
    "-c",
    String(CONNECTIONS),
    "-r",
    "250",
    "-l",
    String(SECONDS),
    "-p",
    "5",
    "-u",
    url,
    "-g",
    "-o",
    join(folder, "seen"),
  ];
  const child = Bun.spawn(dyingWithUs(["slowhttptest", ...words, ...common], "KILL"), {
    cwd: folder,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  await child.exited;
  const rows = readFileSync(join(folder, "seen.csv"), "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number))
    .filter((fields) => fields.length >= 4);
  rmSync(folder, { recursive: true, force: true });
  const last = rows.at(-1) ?? [];
  const [, closed = 0, pending = 0, connected = 0] = last;
  return { opened: closed + pending + connected, closed, connectedMax: Math.max(0, ...rows.map((row) => row[3] ?? 0)) };
}

/** The web app's largest file, for slow reads. */
async function largeAsset(url: string): Promise<string> {
  const page = await (await fetch(url)).text();
  const path = /(?:src|href)="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
  if (!path) throw new Error("the page names no script");
  return `${url}${path}`;
}

/** Sends the pieces, one every 2 s. Resolves with the time until the connection was closed, at most 20 s. */
function trickle(port: number, first: string, then: string, tally: Tally): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(first));
    tally.sent();
    const timer = setInterval(() => then && socket.writable && socket.write(then), 2_000);
    const late = setTimeout(() => socket.destroy(), 20_000);
    socket.on("data", () => {});
    socket.on("error", () => {}); // A reset closes the connection too.
    socket.on("close", () => {
      clearInterval(timer);
      clearTimeout(late);
      tally.answered("closed");
      resolve(performance.now() - startMs);
    });
  });
}
