// What the browser keeps for us as JSON: for this device, or for the life of a tab. Where it keeps nothing, as in some private windows, nothing
// fails.

type Place = "localStorage" | "sessionStorage";

/** Null: nothing is kept, or no JSON. Its shape is unknown: another release may have written it. */
export function kept(key: string, place: Place = "localStorage"): unknown {
  try {
    return JSON.parse(globalThis[place]?.getItem(key) ?? "null");
  } catch {
    return null; // Storage is disabled or holds another value.
  }
}

/** Null: removes what is kept. */
export function keep(key: string, value: object | null, place: Place = "localStorage") {
  try {
    if (value === null) globalThis[place].removeItem(key);
    else globalThis[place].setItem(key, JSON.stringify(value));
  } catch {
    return; // Storage is disabled or full: the next visit begins anew.
  }
}
