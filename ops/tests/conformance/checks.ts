// All checks of the conformance suite.

import type { Check } from "#ops/tests/support/hls/check.ts";
import { lowLatencyChecks } from "#ops/tests/support/hls/checks/low-latency.ts";
import { multivariantChecks } from "#ops/tests/support/hls/checks/multivariant.ts";
import { reloadChecks } from "#ops/tests/support/hls/checks/reload.ts";
import { deltaChecks, pairChecks, reportChecks } from "#ops/tests/support/hls/checks/renditions.ts";
import { successionChecks } from "#ops/tests/support/hls/checks/succession.ts";
import { syntaxChecks } from "#ops/tests/support/hls/checks/syntax.ts";
import { bitRateChecks, fetchChecks, hintChecks, initChecks, partChecks, segmentChecks } from "./media-checks.ts";

/** A second opinion on every playlist. */
export const strictParser = { name: "hls-parser in strict mode takes every playlist", section: "4" };
/** Bytes that cannot be read are no media. */
export const readable = { name: "init segments, parts and segments are fragmented MP4", section: "3.1.2" };

export const allChecks: Pick<Check<never>, "name" | "section">[] = [
  ...multivariantChecks,
  ...syntaxChecks,
  ...lowLatencyChecks,
  ...successionChecks,
  ...reloadChecks,
  ...deltaChecks,
  ...pairChecks,
  ...reportChecks,
  ...fetchChecks,
  ...hintChecks,
  ...initChecks,
  ...partChecks,
  ...segmentChecks,
  ...bitRateChecks,
  strictParser,
  readable,
];
