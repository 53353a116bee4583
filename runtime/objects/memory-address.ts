// Signed addresses of the object store in memory: `memory:` URLs whose secret is that only the store can read them.

import { ObjectsRefused } from "./objects.ts";

/** What an address permits. */
export type MemoryGrant = { expiresAtMs: number; key: string } & (
  | { method: "GET"; fileName?: string }
  | { method: "PUT"; uploadId: string; number: number; bytes: number }
);

export function memoryAddress({ key, ...grant }: MemoryGrant): string {
  const url = new URL(`memory:///${key}`);
  for (const [name, value] of Object.entries(grant)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

/** Throws ObjectsRefused with code AccessDenied for an address of another kind or one that has expired. */
export function readMemoryAddress<M extends MemoryGrant["method"]>(
  address: string,
  { method, nowMs }: { method: M; nowMs: number },
): Extract<MemoryGrant, { method: M }> {
  const url = new URL(address);
  const expiresAtMs = Number(url.searchParams.get("expiresAtMs"));
  if (url.protocol !== "memory:" || url.searchParams.get("method") !== method || nowMs > expiresAtMs)
    throw new ObjectsRefused("AccessDenied", "the address permits something else or has expired");
  const { number, bytes, ...words } = Object.fromEntries(url.searchParams);
  const part = number && { number: Number(number), bytes: Number(bytes) };
  const grant = { ...words, expiresAtMs, key: url.pathname.slice(1), ...part };
  return grant as unknown as Extract<MemoryGrant, { method: M }>;
}
