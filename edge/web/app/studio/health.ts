// The health of the broadcast, asked for while the page is open.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { call } from "../session.ts";
import { poll } from "../ui/poll.ts";

const EVERY_MS = 2_000;

export interface HealthHere {
  /** Null until the first answer. Kept while the server does not answer. */
  health: Signal<BroadcastHealth | null>;
  isAway: Signal<boolean>;
  /** Rejects with an ApiError. What has come of it is asked for at once. */
  act(word: "start" | "stop"): Promise<void>;
}

export function useHealth(login: string): HealthHere {
  const path = `/channels/${login}/broadcast`;
  const health = useSignal<BroadcastHealth | null>(null);
  const isAway = useSignal(false);
  const acts = useSignal(0);
  useEffect(
    () =>
      poll(EVERY_MS, async (signal) => {
        try {
          health.value = await call<BroadcastHealth>(path, { signal });
          isAway.value = false;
        } catch {
          isAway.value = !signal.aborted; // The state line says so.
        }
      }),
    [path, health, isAway, acts.value],
  );
  const act = async (word: "start" | "stop") => {
    await call(`${path}/${word}`, { method: "POST" });
    acts.value++;
  };
  return { health, isAway, act };
}
