// The audit log in words.

import { expect, test } from "bun:test";
import { acts } from "#schema/api/audit.ts";
import { actGroups } from "../words/staff.ts";
import { actParts, detailText } from "./act-words.ts";

const shown = (act: string) =>
  actParts(act)
    .map((part) => (part.kind === "words" ? part.text : part.kind === "who" ? "Ada" : "Bob"))
    .join("");

test("each act is a sentence about who did it, and an act of a newer release has its code", () => {
  for (const act of Object.keys(acts)) {
    expect(shown(act)).toStartWith("Ada ");
    expect(shown(act)).not.toContain(act);
    expect(shown(act)).not.toMatch(/[{}]/);
  }
  expect(shown("user.suspended")).toBe("Ada suspended Bob");
  expect(shown("node.undrained")).toBe("Ada put the node Bob to work again");
  expect(shown("sign-in.ok")).toBe("Ada signed in");
  expect(shown("moon.landed")).toBe("Ada moon.landed");
});

test("each group of the filter has acts", () => {
  for (const [group] of actGroups.slice(1))
    expect(Object.keys(acts).some((act) => act.startsWith(`${group}.`))).toBe(true);
});

test("details are words, lengths and ends of ids", () => {
  const detail = { durationMs: 604_800_000, oldRole: null, sessionId: "01a2290a-0000-7000-8000-000000000043" };
  expect(detailText(detail)).toBe("for 7 days, old role: none, session id: …000043");
});
