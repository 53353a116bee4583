// The signed-in user's role, which the session does not carry. Loaded when a page needs it.

import { computed, signal } from "@preact/signals";
import type { MeView } from "#schema/api/me.ts";
import { ApiError } from "./api.ts";
import { call, session } from "./session.ts";

export const me = signal<MeView | null>(null);
const ownProfile = computed(() => {
  const now = session.value;
  return now.phase === "in" && me.value?.id === now.user.id ? me.value : null;
});

export const isStaff = computed(() => ownProfile.value?.role === "staff" || ownProfile.value?.role === "admin");
export const isAdmin = computed(() => ownProfile.value?.role === "admin");
/** The role has not been loaded yet. */
export const roleUnknown = computed(() => ownProfile.value === null);

/** Loads the profile once per user. */
export function loadMe() {
  if (ownProfile.peek() !== null || session.peek().phase !== "in") return;
  call<MeView>("/me").then(
    (answer) => {
      me.value = answer;
    },
    (error) => {
      if (!(error instanceof ApiError)) throw error; // The next page that needs the role tries again.
    },
  );
}
