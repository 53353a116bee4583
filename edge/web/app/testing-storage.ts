// A browser's storage for tests of what is kept in it.

const page = globalThis as { localStorage?: unknown; sessionStorage?: unknown };

/** Puts a storage that holds these texts in the place of the browser's. Returns what it holds. */
export function storageWith(place: keyof typeof page, texts: Record<string, string> = {}): Map<string, string> {
  const held = new Map(Object.entries(texts));
  page[place] = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, text: string) => held.set(key, text),
    removeItem: (key: string) => held.delete(key),
  };
  return held;
}

/** As in a private window that keeps nothing. */
export function withoutStorage() {
  delete page.localStorage;
  delete page.sessionStorage;
}
