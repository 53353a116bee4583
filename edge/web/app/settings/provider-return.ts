// The result that a sign-in provider left in the address, after it was removed from there.

import { signal } from "@preact/signals";

/** `error` or `linked`; shown once in the panel of linked accounts. */
export const providerReturn = signal<Record<string, string>>({});
