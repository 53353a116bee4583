// The client's one timer: how long it waits before it comes back, spread so that not all clients come at once.

/** Calls `back` once after `ms` to twice as long. */
export function comeBackAfter(ms: number, back: () => void) {
  setTimeout(back, ms * (1 + Math.random()));
}
