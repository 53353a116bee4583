// Which cards above the lines a person has folded or opened, kept while the tab lives. On a phone they begin folded.

import { signal } from "@preact/signals";
import { keep, kept } from "../storage.ts";

const KEY = "room-cards";
const KEPT_MAX = 50;
const PHONE = "(max-width: 899px)";

type Folded = Readonly<Record<string, boolean>>;

const folded = signal<Folded>(read());

function read(): Folded {
  const found = kept(KEY, "sessionStorage");
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(Object.entries(found).filter(([, isFolded]) => typeof isFolded === "boolean"));
}

/** `id`: of the pinned line, or of the poll. */
export const isFolded = (id: string): boolean => folded.value[id] ?? globalThis.matchMedia?.(PHONE).matches ?? false;

export function fold(id: string, to: boolean) {
  const { [id]: _, ...others } = folded.peek();
  folded.value = Object.fromEntries([...Object.entries(others), [id, to] as const].slice(-KEPT_MAX));
  keep(KEY, folded.peek(), "sessionStorage");
}
