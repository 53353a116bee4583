// Watches the processes of other nodes: each node keeps a connection open to each other one, over which nothing is said. When a process dies,
// its machine closes the connection at once and refuses the next one. Of a machine that dies or is cut off this says nothing: see judge.ts.

import type { Clock } from "../base/clock.ts";

export interface Peer {
  incarnation: string;
  /** `http://host:port` of its internal port. */
  address: string;
}

/** Calls `onEnded` once, when the process is known to have ended. Returns how to stop watching. */
export type WatchPeer = (peer: Peer, onEnded: () => void) => () => void;

export const ALIVE_PATH = "/alive";
const INCARNATION_HEADER = "x-incarnation";

/** The answers to other nodes, which have no end. */
export class AliveAnswers {
  readonly #open = new Set<ReadableStreamDefaultController<Uint8Array>>();

  constructor(private readonly incarnation: string) {}

  /** The caller must lift the server's time limit for the request. */
  answer(): Response {
    let mine: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        mine = controller;
        this.#open.add(controller);
        controller.enqueue(Uint8Array.of(10)); // Headers go out with the first bytes.
      },
      cancel: () => void this.#open.delete(mine),
    });
    return new Response(body, { headers: { [INCARNATION_HEADER]: this.incarnation } });
  }

  /** A server that stops waits for its answers. */
  end() {
    for (const controller of this.#open) controller.close();
    this.#open.clear();
  }
}

/** How a connection ended, or why there was none. */
type Outcome = "ended" | "lost" | "refused" | "another process" | "not known there";

const HEADERS_WITHIN_MS = 2_000;
const AGAIN_MS = 250;
/** A node of a release without this. */
const NOT_KNOWN_AGAIN_MS = 60_000;

export const watchPeers =
  (clock: Clock): WatchPeer =>
  (peer, onEnded) => {
    const stopping = new AbortController();
    void follow();
    return () => stopping.abort();

    async function follow() {
      let wasConnected = false;
      while (!stopping.signal.aborted) {
        const begunMs = clock.monoMs();
        const outcome = await connection(peer, { clock, stopping: stopping.signal, onConnected });
        if (stopping.signal.aborted) return;
        if (outcome === "another process" || (outcome === "refused" && wasConnected)) return onEnded();
        // One that stood is tried again at once: that tells a broken connection from a dead process.
        const stood = outcome !== "refused" && clock.monoMs() - begunMs > AGAIN_MS;
        await clock.sleep(outcome === "not known there" ? NOT_KNOWN_AGAIN_MS : stood ? 0 : AGAIN_MS);
      }
      function onConnected() {
        wasConnected = true;
      }
    }
  };

interface Connecting {
  clock: Clock;
  stopping: AbortSignal;
  onConnected(): void;
}

async function connection(
  { address, incarnation }: Peer,
  { clock, stopping, onConnected }: Connecting,
): Promise<Outcome> {
  const slow = new AbortController();
  const cancel = clock.timer(HEADERS_WITHIN_MS, () => slow.abort());
  try {
    const response = await fetch(`${address}${ALIVE_PATH}`, { signal: AbortSignal.any([stopping, slow.signal]) });
    cancel();
    const there = response.headers.get(INCARNATION_HEADER);
    if (there !== incarnation) void response.body?.cancel();
    if (there === null) return "not known there";
    if (there !== incarnation) return "another process";
    onConnected();
    for await (const _ of response.body ?? []) void _;
    return "ended";
  } catch (error) {
    return isRefused(error) ? "refused" : "lost";
  } finally {
    cancel();
  }
}

const isRefused = (error: unknown) =>
  ["ECONNREFUSED", "ConnectionRefused"].includes((error as { code?: string } | null)?.code ?? "");
