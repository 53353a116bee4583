// The emotes of the room that this page shows: asked for when its chat opens, and again now and then, since sets change while people watch.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { EmoteSets, EmoteView } from "#schema/api/emotes.ts";
import { after } from "../clock.ts";
import { call } from "../session.ts";

export type Emotes = ReadonlyMap<string, EmoteView>;

const NONE: Emotes = new Map();
const AGAIN_MS = 5 * 60_000;
/** After a look that failed. */
const RETRY_MS = 5_000;

/** By code. */
export const emotes = signal<Emotes>(NONE);

export function useEmotes(login: string) {
  useEffect(() => {
    const ending = new AbortController();
    let cancel = () => {};
    const look = async () => {
      let pauseMs = AGAIN_MS;
      try {
        const sets = await call<EmoteSets>(`/channels/${login}/emotes`, { signal: ending.signal });
        const all = [...sets.instance, ...sets.channel];
        emotes.value = all.length === 0 ? NONE : new Map(all.map((emote) => [emote.code, emote]));
      } catch {
        pauseMs = RETRY_MS; // Until then codes are words.
      }
      if (!ending.signal.aborted) cancel = after(pauseMs, look);
    };
    void look();
    return () => {
      ending.abort();
      cancel();
      emotes.value = NONE;
    };
  }, [login]);
}
