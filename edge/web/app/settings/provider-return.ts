// What came back from a provider: in the address for a moment, gone from it now.

import { signal } from "@preact/signals";

/** `error` or `linked`; shown once by the panel of linked accounts. */
export const came = signal<Record<string, string>>({});
