// The page's source of random numbers; no other file of the app calls Math.random.

/** 0 ≤ x < 1. Not for secrets. */
export const random = () => Math.random();

/** 128 bits as 32 hexadecimal digits. Also where the page has no secure context, in which `crypto.randomUUID` is missing. */
export const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
