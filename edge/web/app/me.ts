// What the session does not carry: the role of who is signed in. Asked for by what needs it.

import { computed, signal } from "@preact/signals";
import type { MeView } from "#schema/api/me.ts";
import { ApiError } from "./api.ts";
import { call, session } from "./session.ts";

export const me = signal<MeView | null>(null);
const mine = computed(() => {
  const now = session.value;
  return now.phase === "in" && me.value?.id === now.user.id ? me.value : null;
});

export const isStaff = computed(() => mine.value?.role === "staff" || mine.value?.role === "admin");
export const isAdmin = computed(() => mine.value?.role === "admin");
/** Neither yes nor no yet. */
export const roleUnknown = computed(() => mine.value === null);

/** Asks once per person. */
export function knowMe() {
  if (mine.peek() !== null || session.peek().phase !== "in") return;
  call<MeView>("/me").then(
    (answer) => {
      me.value = answer;
    },
    (error) => {
      if (!(error instanceof ApiError)) throw error; // Asked again by the next one who needs it.
    },
  );
}
