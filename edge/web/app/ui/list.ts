// A paged list of the API: loads the first page at once and further pages on request.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { capitalized } from "./capitalized.ts";

export interface List<Item> {
  /** Null until the first answer. */
  items: Signal<Item[] | null>;
  hasMore: boolean;
  trouble: string | null;
  more(): Promise<void>;
  /** Loads the first page again. */
  reload(): Promise<void>;
}

/** `path` has all parameters except `cursor`; a changed path loads the list again. */
export function useList<Item>(path: string): List<Item> {
  const items = useSignal<Item[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const trouble = useSignal<string | null>(null);
  const load = async (from: string | null, signal?: AbortSignal) => {
    const join = path.includes("?") ? "&" : "?";
    try {
      const page = await call<Page<Item>>(from === null ? path : `${path}${join}cursor=${encodeURIComponent(from)}`, {
        ...(signal ? { signal } : {}),
      });
      items.value = from === null ? page.items : [...(items.value ?? []), ...page.items];
      cursor.value = page.nextCursor;
      trouble.value = null;
    } catch (error) {
      if (!signal?.aborted) trouble.value = capitalized(errorText(error));
    }
  };
  useEffect(() => {
    const ending = new AbortController();
    void load(null, ending.signal);
    return () => ending.abort();
  }, [path]);
  return {
    items,
    hasMore: cursor.value !== null,
    trouble: trouble.value,
    more: () => load(cursor.value),
    reload: () => load(null),
  };
}
