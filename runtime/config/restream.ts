// Settings of restreaming: unit, default, and a reason to change each.

import type { Reader } from "./reader.ts";

/** Internal networks (`10.0.0.0/8`, `fd00::/8`, separated by commas) in which targets may be: for an RTMP server in the operator's own network,
 *  and for tests. The same on edges and actor nodes. Default: none, public addresses alone. */
export const readRestreamNetworks = (read: Reader) => read.addressBlocks("RESTREAM_NETWORKS");

/** The secret that opens the stream keys of targets, at least 32 characters, the same on all actor nodes and unknown to edges; then secrets
 *  that open older ones. To change it: add the new one to RESTREAM_ACCEPTED_SECRETS on all actor nodes, then swap the two. Keys that were
 *  sealed with one that is removed have to be entered again. Default: none, and nothing is forwarded. */
export function readRestreamSecrets(read: Reader): readonly [string, ...string[]] | null {
  const secret = read.text("RESTREAM_SECRET", "");
  /** Secrets that open older keys of targets, separated by commas. */
  const accepted = read.list("RESTREAM_ACCEPTED_SECRETS");
  if ([secret, ...accepted].some((one) => one !== "" && one.length < 32))
    read.faults.push("RESTREAM_SECRET and RESTREAM_ACCEPTED_SECRETS must have at least 32 characters each");
  return secret === "" ? null : [secret, ...accepted];
}
