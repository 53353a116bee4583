// The part of a WebSocket that the client uses: browsers, Bun, Node from 22 on and the package `ws` have it.

/** Methods are declared in the loose way of TypeScript, so that events of other types fit. */
export interface ClientSocket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number): void;
  onopen: { handle(event: unknown): void }["handle"] | null;
  onmessage: { handle(event: { data: unknown }): void }["handle"] | null;
  onclose: { handle(event: { code: number }): void }["handle"] | null;
  onerror: { handle(event: unknown): void }["handle"] | null;
}

export type ClientSocketConstructor = new (url: string) => ClientSocket;

/** `readyState` of an open socket. */
export const OPEN = 1;

/** The runtime's own; null: it has none. */
export const ownSocket = (): ClientSocketConstructor | null =>
  (globalThis as { WebSocket?: ClientSocketConstructor }).WebSocket ?? null;
