// Which latency plays, and what a viewer is told of it.

import { beforeEach, expect, test } from "bun:test";
import { storageWith } from "../testing-storage.ts";
import { fallBackText } from "./fall-back.tsx";
import { LatencyChoice, type PlayedMode } from "./latency-choice.ts";
import type { LatencyMode } from "./latency-mode.ts";
import { loadPreferences } from "./preferences.ts";

beforeEach(() => void storageWith("localStorage"));

interface Given {
  asked?: LatencyMode | null;
  kept?: PlayedMode | null;
  canLow?: boolean;
}
const choice = ({ asked = null, kept = null, canLow = true }: Given = {}) => new LatencyChoice({ asked, kept, canLow });
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

test("what this release or this browser cannot play is said", () => {
  expect(choice({ asked: "realtime" }).mode()).toBe("low");
  expect(told(choice({ asked: "realtime" }))).toBe("Real time is not available here. Playing Low.");
  expect(told(choice({ asked: "realtime", canLow: false }))).toBe("Real time is not available here. Playing Normal.");
  expect(told(choice({ asked: "low", canLow: false }))).toBe("This browser cannot play Low. Playing Normal.");
  expect(told(choice({ asked: "normal" }))).toBeNull();
});

test("low that failed is not tried again, and the reason is said", () => {
  const failed = choice();
  failed.failed("network");
  expect(failed.mode()).toBe("normal");
  expect(told(failed)).toBe("Low is not available on this network. Playing Normal.");
  failed.failed("slow");
  expect(told(failed)).toBe("Your connection is too slow for Low. Playing Normal.");
});

test("the viewer's choice is kept, holds against the address, and tries low again", () => {
  const chosen = choice({ asked: "normal" });
  chosen.failed("media");
  chosen.choose("low");
  expect(chosen.mode()).toBe("low");
  expect(told(chosen)).toBeNull();
  expect(loadPreferences().latency).toBe("low");
  chosen.choose("normal");
  expect(chosen.mode()).toBe("normal");
  expect(loadPreferences().latency).toBe("normal");
});
