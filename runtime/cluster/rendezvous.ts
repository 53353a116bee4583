// Weighted rendezvous hashing decides which node should own an actor. Every node computes the same order, and a node that joins or leaves moves only its own share.

export interface Candidate {
  /** Incarnation of the node. */
  id: string;
  /** Free slots; 0 or less ranks behind every node with free slots. */
  weight: number;
}

/** The candidates, best first. A node of weight w ranks first for w / Σw of all keys. */
export function ranked<T extends Candidate>(key: string, candidates: readonly T[]): T[] {
  const score = ({ id, weight }: T) => (weight > 0 ? -weight / Math.log(unit(key, id)) : -1 + unit(key, id));
  return candidates
    .map((candidate) => ({ candidate, score: score(candidate) }))
    .sort((a, b) => b.score - a.score || (a.candidate.id < b.candidate.id ? -1 : 1))
    .map(({ candidate }) => candidate);
}

/** 0 < x < 1, uniform over pairs. */
function unit(key: string, id: string): number {
  const hash = Bun.hash.xxHash64(`${key} ${id}`);
  return (Number(hash >> 11n) + 0.5) / 2 ** 53;
}
