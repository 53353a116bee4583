// The targets of a running broadcast: which run, which rest after a failure, and since when one takes the stream.
//
//   connecting ── up ──► live
//     ▲    │               │
//     │    └──── ended ────┤
//     └── retried ── resting ◄┘   1 s, 2 s … 60 s
//
// A target that is changed, or a new owner, begins anew.

import { backoffMs } from "#runtime/base/backoff.ts";
import { TARGETS_MAX, type TargetFault } from "#schema/wire/targets.ts";

const RETRY_PAUSES = { firstMs: 1_000, longestMs: 60_000 };
/** A connection that stood for so long makes the failures before it count no more. */
const STOOD_MS = 30_000;

/** A target as the list has it. */
export interface ListedTarget {
  id: string;
  /** Rises with each change of the target. */
  revision: number;
}

export interface TargetRun extends ListedTarget {
  /** Number of the connection. */
  run: number;
  /** Connections in a row that failed, or ended early. */
  failures: number;
  /** The target takes the stream of this pull. Absent: not yet. */
  up?: { publicName: string; attempt: number; sinceMs: number };
  /** Why the latest connection ended. Absent: none has. */
  why?: TargetFault;
  pause: { untilMs: number } | null;
}

export interface Restream {
  /** How often the list was asked to be read anew. */
  asked: number;
  targets: TargetRun[];
}

/** One connection to a target. */
export interface TargetRef extends ListedTarget {
  run: number;
}

export type RestreamEvent =
  | { type: "targetsAsked" }
  | { type: "targetsListed"; targets: ListedTarget[] }
  | { type: "targetUp"; target: TargetRef; publicName: string; attempt: number; atMs: number }
  | { type: "targetEnded"; target: TargetRef; why: TargetFault; atMs: number }
  | { type: "targetsRetried"; atMs: number };

const NOTHING: Restream = { asked: 0, targets: [] };

export function evolveRestream(known: Restream = NOTHING, event: RestreamEvent): Restream {
  const { asked, targets } = known;
  switch (event.type) {
    case "targetsAsked":
      return { asked: asked + 1, targets };
    case "targetsListed":
      return { asked, targets: event.targets.slice(0, TARGETS_MAX).map((one) => runOf(one, targets)) };
    case "targetUp": {
      const { publicName, attempt, atMs: sinceMs } = event;
      return {
        asked,
        targets: changed(targets, event.target, ({ why: _, ...run }) => ({
          ...run,
          up: { publicName, attempt, sinceMs },
        })),
      };
    }
    case "targetEnded":
      return { asked, targets: changed(targets, event.target, (run) => ended(run, event)) };
    case "targetsRetried": {
      const rested = (run: TargetRun) => run.pause !== null && run.pause.untilMs <= event.atMs;
      return { asked, targets: targets.map((run) => (rested(run) ? { ...run, pause: null } : run)) };
    }
  }
}

/** Of a new owner, whose targets have no connection and were refused nothing yet. */
export const revivedRestream = ({ asked, targets }: Restream): Restream => ({
  asked,
  targets: targets.map(({ id, revision, run }) => ({ id, revision, run: run + 1, failures: 0, pause: null })),
});

export const isSame = (a: TargetRef, b: TargetRef) => a.id === b.id && a.revision === b.revision && a.run === b.run;

function runOf({ id, revision }: ListedTarget, known: readonly TargetRun[]): TargetRun {
  const before = known.find((run) => run.id === id);
  if (before?.revision === revision) return before;
  return { id, revision, run: 1, failures: 0, pause: null };
}

const changed = (targets: readonly TargetRun[], target: TargetRef, change: (run: TargetRun) => TargetRun) =>
  targets.map((run) => (isSame(run, target) ? change(run) : run));

function ended({ up, ...run }: TargetRun, { why, atMs }: { why: TargetFault; atMs: number }): TargetRun {
  const before = up && atMs - up.sinceMs >= STOOD_MS ? 0 : run.failures;
  const pause = { untilMs: atMs + backoffMs(RETRY_PAUSES, before) };
  return { ...run, run: run.run + 1, failures: before + 1, why, pause };
}
