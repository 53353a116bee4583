// Looks at something again and again. What is away is looked at all the same, and the log says so once.

import { type Clock, every } from "./clock.ts";
import { type Log, reason } from "./log.ts";

interface PollOptions {
  clock: Clock;
  log: Pick<Log, "warn">;
  everyMs: number;
  /** Logged when a look rejects, unless the one before did too. */
  failure: string;
  look(): Promise<void>;
  /** The first look comes at once, not after `everyMs`. */
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
  /** An id that is found for so long is told again. */
  againMs: number;
  found(ids: ReadonlySet<string>): void;
}

/** Tells of ids that `find` comes upon, and again as long as it does: nothing depends on one message or one moment. Returns stop. */
export function pollIds({ find, againMs, found, ...options }: PollIdsOptions): () => void {
  /** When each was told of last. */
  let told = new Map<string, number>();
  return poll({
    ...options,
    async look() {
      const ids = await find();
      const nowMs = options.clock.monoMs();
      const due = new Set(ids.filter((id) => nowMs - (told.get(id) ?? Number.NEGATIVE_INFINITY) >= againMs));
      told = new Map(ids.map((id) => [id, due.has(id) ? nowMs : told.get(id)!]));
      if (due.size > 0) found(due);
    },
  });
}
