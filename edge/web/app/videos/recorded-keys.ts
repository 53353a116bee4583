// Keys of videos alone: a digit is a tenth of the length, < and > change the speed, comma and point go by a picture while it is paused.

import { isHeard, type Pressed } from "../player/keys.ts";

export type RecordedKey =
  | { kind: "tenth"; tenth: number }
  | { kind: "slower" }
  | { kind: "faster" }
  | { kind: "picture"; by: -1 | 1 };

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** Null: no such key, or not for the player. */
export function recordedKey(event: Pressed): RecordedKey | null {
  const key = keyOf(event.key);
  return key && isHeard(event) ? key : null;
}

function keyOf(key: string): RecordedKey | null {
  if (/^\d$/.test(key)) return { kind: "tenth", tenth: Number(key) };
  if (key === "<") return { kind: "slower" };
  if (key === ">") return { kind: "faster" };
  if (key === ",") return { kind: "picture", by: -1 };
  if (key === ".") return { kind: "picture", by: 1 };
  return null;
}

/** The next speed in this direction; the last one stays. */
export function nextRate(rate: number, by: -1 | 1): number {
  const further = by > 0 ? RATES.find((one) => one > rate) : RATES.findLast((one) => one < rate);
  return further ?? rate;
}
