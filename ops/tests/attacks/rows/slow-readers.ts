// Attacks with chat sockets that read nothing or 5 KB/s, in a room with much to say, and while their edge leaves: A-12.

import { patient } from "#schema/testing-slowness.ts";
import { register } from "../../support/api.ts";
import { residentBytes } from "../../support/balancer.ts";
import { ChatClient } from "../../support/chat-client.ts";
import { bootSystem, type TestSystem } from "../../support/system.ts";
import { until } from "../../support/until.ts";
import { type Attack, mustHold } from "../attack.ts";
import { RawSocket } from "../raw-socket.ts";
import type { Tally } from "../tally.ts";

const MB = 1024 * 1024;
/** Sockets of each kind. */
const READERS = 10;
/** Their lines share commits: more of them say more lines a second. */
const TALKERS = 30;
/** A line of a kilobyte. */
const LINE = "🦊".repeat(240);
/** The kernel takes a few MB of each socket before the edge has to keep anything. */
const TALKED_WITHIN_MS = patient(150_000);
const TOO_SLOW = 4008;
const GOING_AWAY = 4000;

export const slowReaderAttacks: Attack[] = [
  {
    id: "A-12",
    name: "chat sockets that read nothing or 5 KB/s are closed as too slow, and another gets every line",
    slow: true,
    atLeast: 2 * READERS,
    async run(_, tally) {
      const system = await bootSystem({ env: { LINES_PER_30S_PER_USER: "0" } });
      try {
        return await talkOver(system, tally);
      } finally {
        await system.stop();
      }
    },
  },
  {
    id: "A-12",
    name: "an edge that leaves closes every socket with our code: greeted, without a hello, and after a pause of reading",
    atLeast: 3 * READERS,
    async run({ system, anna }, tally) {
      const url = system.edgeUrl(2);
      const path = `/api/v1/channels/${anna.login}/chat`;
      const greeted = await Promise.all(
        Array.from({ length: READERS }, () => ChatClient.join({ url, channel: anna.login })),
      );
      const silent = await Promise.all(Array.from({ length: READERS }, () => RawSocket.open({ url, path })));
      const paused = await Promise.all(Array.from({ length: READERS }, () => greetedSocket(url, path)));
      tally.sent(3 * READERS);
      for (const { socket } of paused) socket.pause();
      const starts = system.startsOf("edge-2");
      process.kill(system.pidOf("edge-2"), "SIGTERM");
      await until("the clients to be told", () => greeted.every(({ closed }) => closed !== null));
      for (const { socket } of paused) socket.resume();
      const codes = [
        ...greeted.map(({ closed }) => closed!.code),
        ...(await Promise.all([...silent, ...paused].map((raw) => raw.closedWithin(5_000)))),
      ];
      for (const code of codes) tally.answered(`close ${code}`);
      const faults = codes.filter((code) => code !== GOING_AWAY).map((code) => `closed with ${code}`);
      for (const { frames } of greeted) if (frames.at(-1)?.type !== "bye") faults.push("closed without a bye");
      await system.restarted("edge-2", starts);
      mustHold(faults);
      return `${codes.length} sockets were closed with ${GOING_AWAY}`;
    },
  },
];

/** Lines are said until the edge has closed all slow readers. */
async function talkOver(system: TestSystem, tally: Tally): Promise<string> {
  const { url } = system;
  const owner = await register(url);
  const path = `/api/v1/channels/${owner.login}/chat`;
  const pid = system.pidOf("edge-1");
  const before = residentBytes(pid);
  const slow = await Promise.all(Array.from({ length: 2 * READERS }, () => greetedSocket(url, path)));
  tally.sent(slow.length);
  const stopDrinking = slow.map(({ socket }, n) => drink(socket, n % 2 === 0 ? 0 : 5_000));
  const well = await ChatClient.join({ url, channel: owner.login });
  const talkers = await Promise.all(
    Array.from({ length: TALKERS }, () => ChatClient.join({ url, channel: owner.login, token: owner.accessToken })),
  );
  const startMs = performance.now();
  let [lines, closed, refused] = [0, 0, 0];
  while (closed < slow.length && performance.now() - startMs < TALKED_WITHIN_MS) {
    for (let round = 0; round < 20; round++) {
      const verdicts = await Promise.all(talkers.map((talker, n) => talker.sayPatiently(`${LINE} ${lines + n}`)));
      lines += verdicts.length;
      refused += verdicts.filter(({ type }) => type !== "said").length;
    }
    closed = await closedAsTooSlow(system);
  }
  const tookS = ((performance.now() - startMs) / 1_000).toFixed(0);
  const grown = residentBytes(pid) - before;
  for (const stop of stopDrinking) stop();
  const codes = await Promise.all(slow.map((raw) => raw.closedWithin(5_000)));
  for (const code of codes) tally.answered(`close ${code}`);
  await well.has(lines - refused);
  const faults: string[] = [];
  if (closed < slow.length) faults.push(`${closed} of ${slow.length} were closed within ${tookS} s`);
  // The connection of one that does not read at all may be cut before it reads the code.
  if (codes.some((code) => code !== TOO_SLOW && code !== 1006) || !codes.includes(TOO_SLOW))
    faults.push(`closed with ${codes.join(", ")}`);
  if (well.closed) faults.push("the client that reads was closed");
  if (well.lines.length !== lines - refused) faults.push(`${well.lines.length} of ${lines - refused} lines came`);
  if (refused > 0) faults.push(`${refused} lines were refused`);
  // Each socket may hold 1 MB, and lines stay in memory for those that join.
  if (grown > 2 * READERS * MB + 64 * MB) faults.push(`the edge grew by ${Math.round(grown / MB)} MB`);
  mustHold(faults);
  return `${closed} closed after ${lines} lines in ${tookS} s; memory +${Math.round(grown / MB)} MB`;
}

async function greetedSocket(url: string, path: string): Promise<RawSocket> {
  const raw = await RawSocket.open({ url, path });
  raw.text('{"type":"hello"}');
  await until("a welcome", () => raw.received.has(1));
  return raw;
}

/** Reads so much on average: a pause follows each read. Returns a function that lets it read as fast as it can. */
function drink(socket: RawSocket["socket"], bytesPerS: number): () => void {
  let isSlow = true;
  socket.pause();
  socket.on("data", (chunk: Buffer) => {
    if (!isSlow) return;
    socket.pause();
    setTimeout(() => socket.resume(), (chunk.length / bytesPerS) * 1_000);
  });
  if (bytesPerS > 0) socket.resume();
  return () => {
    isSlow = false;
    socket.resume();
  };
}

async function closedAsTooSlow(system: TestSystem): Promise<number> {
  const text = await (await fetch(`${system.internalUrl("edge-1")}/metrics`)).text();
  return Number(new RegExp(`^chat_closes_total\\{[^}]*code="${TOO_SLOW}"[^}]*\\} (\\d+)`, "m").exec(text)?.[1] ?? 0);
}
