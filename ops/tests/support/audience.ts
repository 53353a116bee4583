// Many sockets in one room that only listen, and what all of them must have seen.

import { ChatClient } from "./chat-client.ts";

export interface Audience {
  sockets: ChatClient[];
  /** Resolves when every socket has the entry with that `seq`. */
  allHave(seq: number, withinMs?: number): Promise<void>;
  /** What is wrong with what they saw after `fromSeq`: holes, repeats, wrong order. Empty = every entry once and in order at each. */
  faults(fromSeq: number): string[];
  leave(): Promise<void>;
}

/** Spread evenly over the edges. */
export async function joinAudience({
  urls,
  channel,
  count,
}: {
  urls: string[];
  channel: string;
  count: number;
}): Promise<Audience> {
  const sockets: ChatClient[] = [];
  const step = 50; // At once; more would only queue in the kernel.
  for (let from = 0; from < count; from += step) {
    const wave = Array.from({ length: Math.min(step, count - from) }, (_, index) =>
      ChatClient.join({ url: urls[(from + index) % urls.length]!, channel }),
    );
    sockets.push(...(await Promise.all(wave)));
  }
  return {
    sockets,
    async allHave(seq, withinMs = 10_000) {
      await Promise.all(sockets.map((socket) => socket.has(seq, withinMs)));
    },
    faults(fromSeq) {
      return sockets.flatMap((socket, index) => {
        const seqs = socket.entries.map(({ seq }) => seq).filter((seq) => seq > fromSeq);
        const wrong = seqs.findIndex((seq, at) => seq !== fromSeq + 1 + at);
        return wrong < 0 ? [] : [`socket ${index}: ${seqs[wrong]} where ${fromSeq + 1 + wrong} was due`];
      });
    },
    async leave() {
      await Promise.all(sockets.map((socket) => socket.leave()));
    },
  };
}
