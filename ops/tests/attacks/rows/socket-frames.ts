// Attacks with frames on chat sockets: A-14.

import { residentBytes } from "../../support/balancer.ts";
import { ChatClient } from "../../support/chat-client.ts";
import { type Attack, mustHold } from "../attack.ts";
import { compare, runFlood } from "../flood-cost.ts";
import { type FrameShape, RawSocket } from "../raw-socket.ts";
import type { Stage } from "../stage.ts";
import type { Tally } from "../tally.ts";

const MB = 1024 * 1024;

export const frameAttacks: Attack[] = [
  {
    id: "A-14",
    name: "frames that are too large, endless, compressed, not UTF-8 or malformed close only their own socket",
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
      const said = await member.sayPatiently("still here");
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
    name: "floods of pings, 1 MB frames and unfinished frames leave memory flat and do not slow other clients' lines",
    slow: true,
    atLeast: 50_000,
    async run(stage, tally) {
      const { system, anna } = stage;
      const member = await ChatClient.join({ url: system.url, channel: anna.login, token: anna.accessToken });
      const flood = (url: string) => runFlood("frame-flood.ts", [url, anna.login]);
      const { floods, faults, summary } = await compare(stage, { bare: "accepts", flood });
      for (const { sent, answers } of floods) {
        tally.sent(sent);
        for (const [what, times] of Object.entries(answers)) tally.answered(what, times);
      }
      if (tally.count("close 1009") === 0) faults.push("nothing was too large");
      const said = await member.sayPatiently("after the flood");
      if (said.type !== "said") faults.push(`a line after it: ${said.code}`);
      await member.leave();
      mustHold(faults);
      return summary;
    },
  },
  {
    id: "A-14",
    name: "floods of fragments of one byte and of none leave memory flat and do not slow other clients' lines",
    slow: true,
    atLeast: 1_000_000,
    async run(stage, tally) {
      const { system, anna } = stage;
      const member = await ChatClient.join({ url: system.url, channel: anna.login, token: anna.accessToken });
      const flood = (url: string) => runFlood("fragment-flood.ts", [url, anna.login]);
      const { floods, faults, summary } = await compare(stage, { bare: "accepts", flood });
      for (const { sent, answers } of floods) {
        tally.sent(sent);
        for (const [what, times] of Object.entries(answers)) tally.answered(what, times);
      }
      if (tally.count("bytes: close 1009") === 0) faults.push("no message of fragments was too large");
      if (tally.count("none: answered") === 0) faults.push("no message among empty fragments was understood");
      const said = await member.sayPatiently("after the fragments");
      if (said.type !== "said") faults.push(`a line after it: ${said.code}`);
      await member.leave();
      mustHold(faults);
      return summary;
    },
  },
];

/** Opens a socket, sends the frames and returns the close code. */
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

const fragments = (count: number, bytes: number): FrameShape[] =>
  Array.from({ length: count }, (_, index) => ({
    opcode: index === 0 ? 1 : 0,
    fin: false,
    payload: Buffer.alloc(bytes, "a"),
  }));
