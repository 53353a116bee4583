// Work of which few run at once on a node, and which can be stopped.

import type { KeyedSemaphore } from "./keyed-semaphore.ts";

interface InTurnOptions<End> {
  turns: KeyedSemaphore;
  /** Works with the same name wait for each other. */
  name: string;
  work(signal: AbortSignal): Promise<End>;
  /** The end of a work that has failed, or got no turn. */
  failed(error: unknown): End;
}

export interface InTurn<End> {
  /** Never rejects; null: it was stopped. */
  readonly end: Promise<End | null>;
  /** Resolves when nothing of it runs. */
  stop(): Promise<void>;
}

export function inTurn<End>({ turns, name, work, failed }: InTurnOptions<End>): InTurn<End> {
  const abort = new AbortController();
  let working: Promise<End> | null = null;
  const turn = async (): Promise<End> => {
    abort.signal.throwIfAborted();
    working = work(abort.signal);
    return working;
  };
  return {
    end: turns.run(name, turn).catch((error: unknown) => (abort.signal.aborted ? null : failed(error))),
    async stop() {
      abort.abort();
      await working?.catch(() => {});
    },
  };
}
