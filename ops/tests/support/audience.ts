// Many listening sockets in one room, and a check of the entries they received.

import { ChatClient } from "./chat-client.ts";

export interface Audience {
  sockets: ChatClient[];
  /** Resolves when every socket has the entry with that `seq`. */
  allHave(seq: number, withinMs?: number): Promise<void>;
  /** Gaps, repeats and wrong order in the entries after `fromSeq`. Empty when each socket received every entry once and in order. */
  faults(fromSeq: number): string[];
  leave(): Promise<void>;
}

/** Opens sockets, spread evenly over the edges. */
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
  const step = 50; // Concurrent joins; more would only queue in the kernel.
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
