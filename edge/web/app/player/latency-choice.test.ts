// Which latency plays, and what a viewer is told of it.

import { beforeEach, expect, test } from "bun:test";
import { storageWith } from "../testing-storage.ts";
import { fallBackText } from "./fall-back.tsx";
import { LatencyChoice } from "./latency-choice.ts";
import type { LatencyMode } from "./latency-mode.ts";
import { loadPreferences } from "./preferences.ts";

beforeEach(() => void storageWith("localStorage"));

interface Given {
  asked?: LatencyMode | null;
  kept?: LatencyMode | null;
  canLow?: boolean;
  canRealtime?: boolean;
  offersRealtime?: boolean;
}
const choice = ({ asked = null, kept = null, canLow = true, canRealtime = true, offersRealtime = true }: Given = {}) =>
  new LatencyChoice({ asked, kept, can: { low: canLow, realtime: canRealtime }, offersRealtime: () => offersRealtime });
const told = (of: LatencyChoice) => {
  const fallBack = of.fallBack();
  return fallBack && fallBackText(fallBack);
};

test("without a wish low plays where the browser can, else normal, and nothing is said", () => {
  expect(choice().mode()).toBe("low");
  expect(choice({ canLow: false }).mode()).toBe("normal");
  expect([told(choice()), told(choice({ canLow: false }))]).toEqual([null, null]);
});

test("the address comes before what is kept on the device", () => {
  expect(choice({ asked: "normal", kept: "low" }).mode()).toBe("normal");
  expect(choice({ asked: "low", kept: "normal" }).mode()).toBe("low");
  expect(choice({ kept: "normal" }).mode()).toBe("normal");
});

test("what this server or this browser cannot play is said", () => {
  expect(choice({ asked: "realtime", offersRealtime: false }).mode()).toBe("low");
  expect(told(choice({ asked: "realtime", offersRealtime: false }))).toBe(
    "Real time is not available here. Playing Low.",
  );
  expect(told(choice({ kept: "realtime", offersRealtime: false, canLow: false }))).toBe(
    "Real time is not available here. Playing Normal.",
  );
  expect(told(choice({ asked: "realtime", canRealtime: false }))).toBe(
    "This browser cannot play Real time. Playing Low.",
  );
  expect(told(choice({ asked: "low", canLow: false }))).toBe("This browser cannot play Low. Playing Normal.");
  expect(told(choice({ asked: "normal" }))).toBeNull();
});

test("low that failed is not tried again, and the reason is said", () => {
  const failed = choice();
  failed.failed("low", "network");
  expect(failed.mode()).toBe("normal");
  expect(told(failed)).toBe("Low is not available on this network. Playing Normal.");
  failed.failed("low", "slow");
  expect(told(failed)).toBe("Your connection is too slow for Low. Playing Normal.");
});

test("real time plays where it was asked for or chosen, with low until it does; it falls back to low, and then to normal", () => {
  expect(choice({ asked: "realtime" }).mode()).toBe("realtime");
  const one = choice({ kept: "realtime" });
  expect([one.mode(), one.bridge(), told(one)]).toEqual(["realtime", "low", null]);
  one.failed("realtime", "busy");
  expect([one.mode(), told(one)]).toEqual(["low", "Real time has no free place at the moment. Playing Low."]);
  one.failed("low", "network");
  expect([one.mode(), told(one)]).toEqual(["normal", "Real time has no free place at the moment. Playing Normal."]);
  one.choose("realtime");
  expect([one.mode(), one.bridge(), told(one)]).toEqual(["realtime", "low", null]);
});

test("low that fails while real time is tried leaves real time alone", () => {
  const one = choice({ asked: "realtime" });
  one.failed("low", "media");
  expect([one.mode(), one.bridge(), told(one)]).toEqual(["realtime", "normal", null]);
});

test("the viewer's choice is kept, holds against the address, and tries again what failed", () => {
  const chosen = choice({ asked: "normal" });
  chosen.failed("low", "media");
  for (const mode of ["low", "realtime", "normal"] as const) {
    chosen.choose(mode);
    expect(chosen.mode()).toBe(mode);
    expect(told(chosen)).toBeNull();
    expect(loadPreferences().latency).toBe(mode);
  }
});
