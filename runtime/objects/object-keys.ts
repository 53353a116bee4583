// Which keys objects may have, so that a key is the same text in paths, signatures, listings and file systems.

import { ObjectsRefused } from "./objects.ts";

const KEY_LENGTH_MAX = 512;
/** No empty, `.` or `..` segment: clients and proxies resolve those in paths (RFC 3986 §5.2.4). */
const KEY = /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*$/;

/** Throws ObjectsRefused with code InvalidKey unless keys may look like that. */
export function requireKey(key: string) {
  if (key.length > KEY_LENGTH_MAX || !KEY.test(key)) throw new ObjectsRefused("InvalidKey", "not a key of this store");
}
