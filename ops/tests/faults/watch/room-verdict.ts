// The conditions that a room must meet after a fault (I2), as a pure function with tests of its own.

import type { Acknowledged } from "./room-member.ts";

export interface StoredLine {
  seq: number;
  id: string;
  nonce: string;
  body: string;
  epoch: number;
  userId: string;
}

export interface RoomRecord {
  /** All rows of the room, by `seq`. */
  stored: StoredLine[];
  acknowledged: Acknowledged[];
  /** Entries that each socket received, in order of arrival. */
  seen: { seq: number; id: string }[][];
  /** Position of a line among its sender's lines, read from its body. */
  placeOf(body: string): number;
}

const FAULTS_MAX = 10;

/** Violations. Empty when every acknowledged line exists exactly once at its `seq`, without holes and in order per sender, every socket saw the same, and epochs never fall. */
export function roomFaults({ stored, acknowledged, seen, placeOf }: RoomRecord): string[] {
  const faults: string[] = [];
  const bySeq = new Map(stored.map((line) => [line.seq, line]));
  const times = new Map<string, number>();
  for (const { nonce } of stored) times.set(nonce, (times.get(nonce) ?? 0) + 1);
  stored.forEach((line, index) => {
    if (line.seq !== index + 1) faults.push(`a hole: ${line.seq} is stored where ${index + 1} was due`);
    if ((times.get(line.nonce) ?? 0) > 1) faults.push(`"${line.body}" is stored more than once`);
    const before = stored[index - 1];
    if (before && before.epoch > line.epoch)
      faults.push(`${line.seq} is of epoch ${line.epoch}, after ${before.epoch}`);
  });
  for (const { seq, id, body, nonce } of acknowledged) {
    const line = bySeq.get(seq);
    if (line?.id !== id || line.body !== body || line.nonce !== nonce)
      faults.push(`"${body}" was acknowledged as ${seq}, where "${line?.body}" is stored`);
  }
  const last = new Map<string, number>();
  for (const { userId, body, seq } of stored) {
    const place = placeOf(body);
    if (place <= (last.get(userId) ?? -1)) faults.push(`"${body}" at ${seq} comes after a later one of its sender`);
    last.set(userId, place);
  }
  seen.forEach((entries, socket) => {
    const fromSeq = entries[0]?.seq ?? 1;
    entries.forEach(({ seq, id }, index) => {
      if (seq !== fromSeq + index) faults.push(`socket ${socket} saw ${seq} where ${fromSeq + index} was due`);
      else if (bySeq.get(seq)?.id !== id) faults.push(`socket ${socket} saw another line at ${seq}`);
    });
    if ((entries.at(-1)?.seq ?? 0) !== stored.length)
      faults.push(`socket ${socket} saw up to ${entries.at(-1)?.seq ?? 0} of ${stored.length}`);
  });
  return faults.slice(0, FAULTS_MAX);
}
