// The audit log in words.

import { expect, test } from "bun:test";
import { acts } from "#schema/api/audit.ts";
import { ACT_GROUPS, actWords, detailText } from "./act-words.ts";

test("each act has words, and an act of a newer release has its code", () => {
  for (const act of Object.keys(acts)) expect(actWords(act).before).not.toContain(".");
  expect(actWords("user.suspended")).toEqual({ before: "suspended", after: "" });
  expect(actWords("node.undrained")).toEqual({ before: "put the node", after: " to work again" });
  expect(actWords("sign-in.ok")).toEqual({ before: "signed in", after: null });
  expect(actWords("moon.landed")).toEqual({ before: "moon.landed", after: null });
});

test("each group of the filter has acts", () => {
  for (const [group] of ACT_GROUPS.slice(1))
    expect(Object.keys(acts).some((act) => act.startsWith(`${group}.`))).toBe(true);
});

test("details are words, lengths and ends of ids", () => {
  const detail = { durationMs: 604_800_000, oldRole: null, sessionId: "01a2290a-0000-7000-8000-000000000043" };
  expect(detailText(detail)).toBe("for 7 days, old role: none, session id: …000043");
});
