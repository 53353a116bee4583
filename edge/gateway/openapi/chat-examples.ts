// Examples of the chat's frames, for the documentation. A test says them to a real edge.

import type { ClientFrame, ServerFrame } from "#schema/api/chat-frames.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";

type Kind = (ClientFrame | ServerFrame)["type"];
type FrameOf<Type extends Kind> = Extract<ClientFrame | ServerFrame, { type: Type }>;

const ADA = "01a22909-9d55-769c-963d-e1acc82c2cea";
const BROADCAST = "01a22911-6b02-7a10-8c55-90ab12cd34ef";
const MODERATOR = { id: ADA, login: "ada", displayName: "Ada" };
const RAID = {
  id: "01a22913-0000-7000-8000-000000000001",
  state: "counting" as const,
  from: { login: "ada", displayName: "Ada" },
  to: { login: "fernly", displayName: "Fernly" },
  viewers: 230,
  startedAt: "2026-11-29T22:00:00.000Z",
  atMs: Date.parse("2026-11-29T22:00:10.000Z"),
};
const line = (seq: number, body: string) => ({
  seq,
  at: "2026-11-29T20:00:00.000Z",
  kind: "line" as const,
  id: `01a2290a-0000-7000-8000-${String(seq).padStart(12, "0")}`,
  user: { id: ADA, login: "ada", displayName: "Ada", color: "#2f6fdb", badges: ["moderator"] },
  body,
});

export const CHAT_EXAMPLES: { readonly [Type in Kind]: readonly FrameOf<Type>[] } = {
  hello: [{ type: "hello" }, { type: "hello", token: "tcl_pat_…", resume: { seq: 41 } }],
  challenge: [
    { type: "challenge", challenge: "aimM3hCkTb1xYwvE0y2kqFz1C0b7mW9uH8a4dQs", bits: 16, expiresInMs: 60_000 },
  ],
  proof: [{ type: "proof", challenge: "aimM3hCkTb1xYwvE0y2kqFz1C0b7mW9uH8a4dQs", solution: "48213" }],
  welcome: [
    {
      type: "welcome",
      protocol: 1,
      you: { id: ADA, login: "ada", roles: ["moderator"] },
      room: DEFAULT_ROOM_SETTINGS,
      seq: 42,
      viewers: 3,
      resumed: true,
      pinned: null,
      poll: null,
      raid: null,
      entries: [line(42, "hi all")],
    },
  ],
  entries: [{ type: "entries", entries: [line(43, "!ping")] }],
  say: [
    { type: "say", nonce: "f3a91c", body: "pong" },
    { type: "say", nonce: "0b77d2", body: "/me waves", replyTo: line(43, "").id },
  ],
  said: [{ type: "said", nonce: "f3a91c", id: line(44, "").id, seq: 44 }],
  refused: [
    { type: "refused", nonce: "0b77d2", code: "slow_mode", retryAfterMs: 3_200 },
    {
      type: "refused",
      code: "bad_message",
      detail: 'unknown type "auth": a client sends hello, proof, say, ping or attention (mistake 1 of 3)',
    },
  ],
  ping: [{ type: "ping" }],
  pong: [{ type: "pong" }],
  attention: [{ type: "attention", hidden: true }],
  you: [{ type: "you", id: ADA, login: "ada", roles: ["moderator", "vip"] }],
  room: [{ type: "room", ...DEFAULT_ROOM_SETTINGS, slowMs: 5_000 }],
  viewers: [{ type: "viewers", count: 12 }],
  status: [
    { type: "status", phase: "live", broadcastId: BROADCAST },
    { type: "status", phase: "offline" },
  ],
  pinned: [
    {
      type: "pinned",
      pinned: { line: line(42, "hi all"), at: "2026-11-29T20:01:00.000Z", until: null, by: MODERATOR },
    },
    { type: "pinned", pinned: null },
  ],
  poll: [
    {
      type: "poll",
      poll: {
        id: "01a22912-0000-7000-8000-000000000001",
        question: "Which game next?",
        choices: [
          { text: "Chess", votes: 12 },
          { text: "Go", votes: 30 },
        ],
        votes: 42,
        startedAt: "2026-11-29T20:02:00.000Z",
        endsAt: "2026-11-29T20:04:00.000Z",
        endedAt: null,
        by: MODERATOR,
      },
    },
  ],
  raid: [{ type: "raid", ...RAID }],
  raid_coming: [{ type: "raid_coming", raid: RAID }],
  held: [
    {
      type: "held",
      item: {
        ...{ id: line(45, "").id, at: line(45, "").at, expiresAt: "2026-11-29T20:05:00.000Z" },
        ...{ user: line(45, "").user, body: "look at example.com" },
        reason: { code: "automod", category: "links", level: 2, marks: [{ from: 8, to: 19 }] },
      },
    },
  ],
  held_decided: [
    { type: "held_decided", id: line(45, "").id, allowed: true, by: { id: ADA, login: "ada", displayName: "Ada" } },
  ],
  held_result: [{ type: "held_result", nonce: "9d20e4", allowed: true }],
  warning: [
    { type: "warning", reason: "Please stay on the topic." },
    { type: "warning", reason: null },
  ],
  suspicious: [
    {
      type: "suspicious",
      userId: ADA,
      suspicion: {
        user: { id: ADA, login: "ada", displayName: "Ada" },
        level: "likely",
        at: "2026-11-29T20:00:00.000Z",
        by: null,
      },
    },
    { type: "suspicious", userId: ADA, suspicion: null },
  ],
  newcomer: [{ type: "newcomer", userId: ADA, lineId: line(43, "").id }],
  unban_request: [
    {
      type: "unban_request",
      request: {
        id: line(43, "").id,
        user: { id: ADA, login: "ada", displayName: "Ada" },
        at: "2026-11-29T20:00:00.000Z",
        text: "I have read the rules now.",
        state: "open",
        by: null,
        decidedAt: null,
        answer: "",
      },
    },
  ],
  erased: [{ type: "erased", userIds: [ADA] }],
  bye: [{ type: "bye", retryAfterMs: 1_400 }],
};
