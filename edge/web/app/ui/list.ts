// A list of the API as a page shows it: the first page at once, the next ones when asked for.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import { sentence } from "../api.ts";
import { call } from "../session.ts";
import { capital } from "./form-errors.ts";

export interface List<Item> {
  /** Null until the first answer. */
  items: Signal<Item[] | null>;
  hasMore: boolean;
  trouble: string | null;
  more(): Promise<void>;
  /** From the start. */
  again(): Promise<void>;
}

/** `path` with all its parameters but `cursor`; another path begins anew. */
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
      if (!signal?.aborted) trouble.value = capital(sentence(error));
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
    again: () => load(null),
  };
}
