// Polls at an interval. A failing look is retried, and the log reports each outage once.

import { type Clock, every } from "./clock.ts";
import { type Log, reason } from "./log.ts";

interface PollOptions {
  clock: Clock;
  log: Pick<Log, "warn">;
  everyMs: number;
  /** Logged when a look rejects, unless the previous look rejected too. */
  failure: string;
  look(): Promise<void>;
  /** Looks at once, instead of first after `everyMs`. */
  atOnce?: boolean;
}

/** Returns stop. */
export function poll({ clock, log, everyMs, failure, look, atOnce = false }: PollOptions): () => void {
  let away = false;
  const turn = async () => {
    try {
      await look();
      away = false;
    } catch (error) {
      if (!away) log.warn({ reason: reason(error) }, failure);
      away = true;
    }
  };
  const stop = every(clock, everyMs, turn);
  if (atOnce) void turn();
  return stop;
}

interface PollIdsOptions extends Omit<PollOptions, "look"> {
  find(): Promise<string[]>;
  /** An id that is still found after this time is passed to `found` again. */
  againMs: number;
  found(ids: ReadonlySet<string>): void;
}

/** Passes ids that `find` returns to `found`, and again every `againMs` while it returns them, so that a lost call does no harm. Returns stop. */
export function pollIds({ find, againMs, found, ...options }: PollIdsOptions): () => void {
  /** When each id was last passed on. */
  let lastPassedMs = new Map<string, number>();
  return poll({
    ...options,
    async look() {
      const ids = await find();
      const nowMs = options.clock.monoMs();
      const due = new Set(ids.filter((id) => nowMs - (lastPassedMs.get(id) ?? Number.NEGATIVE_INFINITY) >= againMs));
      lastPassedMs = new Map(ids.map((id) => [id, due.has(id) ? nowMs : lastPassedMs.get(id)!]));
      if (due.size > 0) found(due);
    },
  });
}
