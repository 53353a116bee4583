// The sentence that says why one is at the sign-in page.

import { expect, test } from "bun:test";
import { signInReason } from "./sign-in-reason.ts";

test("a private page and a channel give a reason, other addresses none", () => {
  expect(signInReason("/dashboard/key")).toBe("Sign in to stream.");
  expect(signInReason("/settings")).toBe("Sign in to open your settings.");
  expect(signInReason("/following")).toContain("channels you follow");
  expect(signInReason("/Tidewalker?latency=low")).toContain("tidewalker");
  for (const next of ["/", "/search?q=dashboard", "/categories/chess", "/categories"])
    expect(signInReason(next)).toBeNull();
});
