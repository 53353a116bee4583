// The people whom the signed-in user has blocked: chat does not show their lines.

import { effect, signal } from "@preact/signals";
import type { Page } from "#schema/api/fields.ts";
import { call, session } from "../session.ts";

const PAGE_LENGTH = 100;
/** An account blocks 1 000 people at most. */
const PAGES_MAX = 10;

/** Ids of users. */
export const blocked = signal<ReadonlySet<string>>(new Set());

/** Keeps the list that of the signed-in user. Returns a function that stops it. */
export function syncBlocks(): () => void {
  let known: string | null = null;
  return effect(() => {
    const now = session.value;
    const id = now.phase === "in" ? now.user.id : null;
    if (id === known || now.phase === "loading") return;
    known = id;
    queueMicrotask(() => {
      blocked.value = new Set();
      if (id !== null) void load(id);
    });
  });
}

async function load(userId: string) {
  const ids = new Set<string>();
  let cursor: string | null = null;
  try {
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<{ id: string }> = await call(`/me/blocks?limit=${PAGE_LENGTH}${more}`);
      for (const { id } of page.items) ids.add(id);
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
  } catch {
    return; // All lines are shown then; the next visit tries again.
  }
  if (session.value.phase === "in" && session.value.user.id === userId)
    blocked.value = new Set([...ids, ...blocked.value]);
}

/** Id of null: not known, so that the list is loaded anew. Throws ApiError. */
export async function block({ id, login }: { id: string | null; login: string }) {
  await call(`/me/blocks/${login}`, { method: "PUT", body: {} });
  if (id !== null) blocked.value = new Set([...blocked.value, id]);
  else await reload();
}

/** As `block`. */
export async function unblock({ id, login }: { id: string | null; login: string }) {
  await call(`/me/blocks/${login}`, { method: "DELETE", body: {} });
  if (id !== null) blocked.value = new Set([...blocked.value].filter((one) => one !== id));
  else await reload();
}

async function reload() {
  const now = session.peek();
  if (now.phase !== "in") return;
  blocked.value = new Set();
  await load(now.user.id);
}
