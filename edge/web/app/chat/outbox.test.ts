// Own lines from Enter to their entry.

import { expect, test } from "bun:test";
import type { LineEntry } from "#schema/api/chat.ts";
import * as outbox from "./outbox.ts";

const entry = (seq: number, body: string, user = "me"): LineEntry => ({
  seq,
  at: "",
  kind: "line",
  id: `id-${seq}`,
  user: { id: user, login: user, displayName: user, color: "#ffffff", badges: [] },
  body,
});
const two = outbox.queued(outbox.queued([], { nonce: "a", body: "first" }), { nonce: "b", body: "second" });

test("lines are sent one at a time, in the order of writing", () => {
  expect(outbox.nextToSend(two)?.nonce).toBe("a");
  const sent = outbox.sent(two, "a");
  expect(outbox.nextToSend(sent)).toBeNull();
  expect(outbox.nextToSend(outbox.said(sent, { nonce: "a", seq: 9 }, 8))?.nonce).toBe("b");
});

test("a line whose outcome is unknown is repeated with its nonce before later lines", () => {
  const unknown = outbox.outcomeUnknown(outbox.sent(two, "a"), "a");
  expect(outbox.nextToSend(unknown)).toMatchObject({ nonce: "a", repeats: 1 });
});

test("lines the old socket did not answer are sent again on a new one", () => {
  expect(outbox.nextToSend(outbox.requeued(outbox.sent(two, "a")))?.nonce).toBe("a");
});

test("after said, a line is shown until its entry arrives", () => {
  const said = outbox.said(outbox.sent(two, "a"), { nonce: "a", seq: 9 }, 8);
  expect(said.length).toBe(2);
  const seen = outbox.reconciled(said, [entry(9, "first")], { you: "me", headSeq: 9 });
  expect(seen.map(({ nonce }) => nonce)).toEqual(["b"]);
});

test("an entry that arrives before said hides the line, and said removes it", () => {
  const sent = outbox.sent(two, "a");
  const seen = outbox.reconciled(sent, [entry(9, "first")], { you: "me", headSeq: 9 });
  expect(seen.filter(({ seenSeq }) => seenSeq === null).map(({ nonce }) => nonce)).toEqual(["b"]);
  expect(outbox.said(seen, { nonce: "a", seq: 9 }, 9).map(({ nonce }) => nonce)).toEqual(["b"]);
});

test("another user's line with the same text hides nothing", () => {
  const seen = outbox.reconciled(outbox.sent(two, "a"), [entry(9, "first", "other")], { you: "me", headSeq: 9 });
  expect(seen.every(({ seenSeq }) => seenSeq === null)).toBeTrue();
});

test("an action matches its entry, which has no /me", () => {
  const one = outbox.sent(outbox.queued([], { nonce: "a", body: "/me  waves" }), "a");
  expect(outbox.reconciled(one, [entry(1, "waves")], { you: "me", headSeq: 1 })[0]?.seenSeq).toBe(1);
});

test("length is counted in code points after trimming", () => {
  expect(outbox.bodyLength("  👋🏽 hi ")).toBe(5);
  expect(outbox.isSendable("👋".repeat(500))).toBeTrue();
  expect(outbox.isSendable("👋".repeat(501))).toBeFalse();
  expect(outbox.isSendable("   ")).toBeFalse();
});
