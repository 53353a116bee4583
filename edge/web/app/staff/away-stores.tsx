// A banner for each store that does not answer this edge: what is missing, and what still works.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { poll } from "../ui/poll.ts";
import { awayStores } from "../words/observation.ts";

const EVERY_MS = 10_000;

export function AwayStores() {
  const away = useSignal<readonly string[]>([]);
  useEffect(
    () =>
      poll(EVERY_MS, async (signal) => {
        try {
          const answer = await fetch("/readyz", { signal, cache: "no-store" });
          away.value = ((await answer.json()) as { away?: string[] }).away ?? [];
        } catch {
          return; // The page itself says that the server is away.
        }
      }),
    [away],
  );
  return (
    <div role="status">
      {away.value.map((store) => (
        <p key={store} class="notice warn">
          {awayStores[store] ?? store}
        </p>
      ))}
    </div>
  );
}
