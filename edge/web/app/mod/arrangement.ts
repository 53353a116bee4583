// How a moderator likes the columns and panels, kept on this device.

import { signal } from "@preact/signals";
import { keep, kept } from "../storage.ts";

export const COLUMNS = ["chat", "queues", "people"] as const;
export type Column = (typeof COLUMNS)[number];
const PANELS = ["held", "unban", "newcomers", "person", "log"] as const;
export type PanelName = (typeof PANELS)[number];

interface Arrangement {
  /** The column at the left; the others follow in their usual order. */
  first: Column;
  /** Panels of which only the head is shown. */
  folded: readonly PanelName[];
}

const KEY = "mod-arrangement";
const USUAL: Arrangement = { first: "chat", folded: [] };

export const arrangement = signal<Arrangement>(read());

export function read(): Arrangement {
  const { first, folded } = (kept(KEY) ?? {}) as Partial<Record<keyof Arrangement, unknown>>;
  return {
    first: COLUMNS.find((column) => column === first) ?? USUAL.first,
    folded: Array.isArray(folded) ? PANELS.filter((name) => folded.includes(name)) : USUAL.folded,
  };
}

export function arrange(change: Partial<Arrangement>) {
  arrangement.value = { ...arrangement.peek(), ...change };
  keep(KEY, arrangement.peek());
}

export const columnsInOrder = ({ first }: Pick<Arrangement, "first">): Column[] => [
  first,
  ...COLUMNS.filter((column) => column !== first),
];

export function fold(name: PanelName, isFolded: boolean) {
  const others = arrangement.peek().folded.filter((one) => one !== name);
  arrange({ folded: isFolded ? [...others, name] : others });
}
