// Attacks by frames of a chat socket: A-14.

import { ChatClient } from "../chat-client.ts";
import { type Attack, mustHold, type Tally } from "./attack.ts";
import { residentBytes } from "./balancer.ts";
import { type FrameShape, RawSocket } from "./raw-socket.ts";
import type { Stage } from "./stage.ts";

const MB = 1024 * 1024;

export const frameAttacks: Attack[] = [
  {
    id: "A-14",
    name: "frames that are too large, endless, compressed, not UTF-8 or malformed close their own socket, and no other",
    atLeast: 8,
    async run(stage, tally) {
      const faults: string[] = [];
      const { system, anna } = stage;
      const member = await ChatClient.join({ url: system.url, channel: anna.login, token: anna.accessToken });
      const before = residentBytes(system.pidOf("edge-1"));
      const cases: [name: string, frames: FrameShape[], wanted: number[]][] = [
        ["100 MB in one frame", [{ opcode: 1, claimedBytes: 100 * MB, payload: new Uint8Array(MB) }], [1009, 1006]],
        ["2^53 bytes claimed", [{ opcode: 1, claimedBytes: 2 ** 53 - 1, payload: new Uint8Array(64) }], [1009, 1006]],
        ["fragments without end", fragments(64, 64 * 1024), [1009, 1006]],
        ["text that is not UTF-8", [{ opcode: 1, payload: Buffer.from([0xff, 0xfe, 0xc0, 0x80]) }], [1007, 1006]],
        ["half a surrogate", [{ opcode: 1, payload: Buffer.from([0xed, 0xa0, 0x80]) }], [1007, 1006]],
        [
          "compressed without being agreed",
          [{ opcode: 1, compressed: true, payload: new Uint8Array(64) }],
          [1002, 1006],
        ],
        ["not masked", [{ opcode: 1, masked: false, payload: Buffer.from("{}") }], [1002, 1006]],
        ["an opcode that is none", [{ opcode: 3, payload: new Uint8Array(1) }], [1002, 1006]],
        ["a ping of 1 KB", [{ opcode: 9, payload: new Uint8Array(1024) }], [1002, 1006]],
        ["a continuation of nothing", [{ opcode: 0, payload: new Uint8Array(1) }], [1002, 1006]],
        ["three binary frames", Array.from({ length: 3 }, () => ({ opcode: 2, payload: new Uint8Array(9) })), [4509]],
      ];
      const codes: string[] = [];
      for (const [name, frames, wanted] of cases) {
        const code = await play(stage, tally, frames);
        codes.push(`${name}: ${code}`);
        if (code === null || !wanted.includes(code)) faults.push(`${name}: ${code}, not ${wanted}`);
      }
      const said = await member.say("still here");
      if (said.type !== "said") faults.push(`another's line: ${said.code}`);
      await member.leave();
      const grown = residentBytes(system.pidOf("edge-1")) - before;
      if (grown > 48 * MB) faults.push(`the edge grew by ${Math.round(grown / MB)} MB`);
      mustHold(faults);
      return `${codes.join("; ")}; memory ${grown < 0 ? "" : "+"}${Math.round(grown / MB)} MB`;
    },
  },
  {
    id: "A-14",
    name: "floods of pings, of 1 MB frames and of half frames leave memory flat and others' lines fast",
    slow: true,
    atLeast: 50_000,
    async run(stage, tally) {
      const { system, anna } = stage;
      const member = await ChatClient.join({ url: system.url, channel: anna.login, token: anna.accessToken });
      const lines = async (count: number) => {
        const tookMs: number[] = [];
        for (let index = 0; index < count; index++) {
          const startMs = performance.now();
          await fetch(`${system.url}/api/v1/channels/${anna.login}`, {
            headers: { "x-forwarded-for": "198.51.100.9" },
          });
          tookMs.push(performance.now() - startMs);
          await Bun.sleep(5);
        }
        return tookMs.sort((a, b) => a - b)[Math.floor(count * 0.99)]!;
      };
      const memory = () => residentBytes(system.pidOf("edge-1"));
      const calmMs = await lines(300);
      const before = memory();
      let peak = before;
      let over = false;
      const watching = (async () => {
        for (; !over; await Bun.sleep(100)) peak = Math.max(peak, memory());
      })();
      const pings = flood(stage, tally, { opcode: 9, payload: new Uint8Array(120) }, 500, 100);
      const halves = flood(stage, tally, { opcode: 1, fin: false, payload: new Uint8Array(60 * 1024) }, 1, 3);
      const large = flood(stage, tally, { opcode: 1, payload: new Uint8Array(MB) }, 1, 8);
      const stormMs = await lines(300);
      await Promise.all([pings, halves, large]);
      over = true;
      await watching;
      const said = await member.say("after the flood");
      await member.leave();
      const faults: string[] = [];
      if (said.type !== "said") faults.push(`a line: ${said.code}`);
      if (peak - before > 96 * MB) faults.push(`memory grew by ${Math.round((peak - before) / MB)} MB`);
      if (stormMs > Math.max(2 * calmMs, calmMs + 30)) faults.push(`p99 ${stormMs} ms, calm ${calmMs} ms`);
      mustHold(faults);
      return `p99 ${calmMs.toFixed(1)} → ${stormMs.toFixed(1)} ms, memory +${Math.round((peak - before) / MB)} MB`;
    },
  },
];

/** Opens a socket, sends the frames, answers how it was closed. */
async function play({ system, anna }: Stage, tally: Tally, frames: FrameShape[]): Promise<number | null> {
  const raw = await RawSocket.open({ url: system.url, path: `/api/v1/channels/${anna.login}/chat` });
  if (raw.status !== 101) throw new Error(`no socket: ${raw.status}`);
  for (const frame of frames) {
    if (raw.closeCode !== null) break;
    raw.send(frame);
    await raw.drained();
  }
  tally.sent();
  const code = await raw.closedWithin(3_000);
  raw.destroy();
  tally.answered(`close ${code}`);
  return code;
}

/** `batches` of `perBatch` frames each on ten sockets, which come back when they are closed. */
async function flood({ system, anna }: Stage, tally: Tally, frame: FrameShape, perBatch: number, batches: number) {
  const path = `/api/v1/channels/${anna.login}/chat`;
  const open = () => RawSocket.open({ url: system.url, path, headers: { "x-forwarded-for": "198.51.100.4" } });
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      let raw = await open();
      for (let batch = 0; batch < batches; batch++) {
        if (raw.closeCode !== null) {
          tally.answered(`close ${raw.closeCode}`);
          raw.destroy();
          raw = await open();
        }
        for (let index = 0; index < perBatch; index++) raw.send(frame);
        tally.sent(perBatch);
        await raw.drained();
        await Bun.sleep(20);
      }
      tally.answered(raw.closeCode === null ? "open" : `close ${raw.closeCode}`);
      raw.destroy();
    }),
  );
}

const fragments = (count: number, bytes: number): FrameShape[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ opcode: index === 0 ? 1 : 0, fin: false, payload: Buffer.alloc(bytes, "a") },
  }));
