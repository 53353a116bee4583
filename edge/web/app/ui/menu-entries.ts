// What a menu offers, in groups, and the order in which it is shown.

import type { ComponentType } from "preact";

interface Common {
  word: string;
  /** Quieter, at the end of the row: what plays, a key. */
  note?: string | undefined;
  /** Why it cannot be chosen now. It stays in its place, so that a person learns of it. */
  whyNot?: string | undefined;
  icon?: ComponentType<{ size?: "text" }> | undefined;
}

export type MenuEntry = Common &
  (
    | { kind: "act"; act(): void /** It harms somebody, or cannot be undone. */; isHarm?: boolean }
    | { kind: "link"; href: string }
    /** One of its group is on. */
    | { kind: "choice"; isOn: boolean; act(): void }
    /** On or off by itself. */
    | { kind: "check"; isOn: boolean; act(): void }
  );

export interface MenuGroup {
  /** Shown above the group; null: the group needs no name. */
  title: string | null;
  entries: readonly MenuEntry[];
}

const isHarm = (entry: MenuEntry) => entry.kind === "act" && entry.isHarm === true;

/** A line is between two groups. What harms comes last, in a group of its own; empty groups are left out. */
export function arranged(groups: readonly MenuGroup[]): MenuGroup[] {
  const harmless = groups.map(({ title, entries }) => ({ title, entries: entries.filter((entry) => !isHarm(entry)) }));
  const harm = groups.flatMap(({ entries }) => entries.filter(isHarm));
  return [...harmless, { title: null, entries: harm }].filter(({ entries }) => entries.length > 0);
}
