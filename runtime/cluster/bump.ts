// Why an actor was opened here, which bumped its epoch: counted for those who watch over the nodes.

import type { NodeStore } from "../store/store.ts";
import { activations, type BumpReason, failOverSeconds } from "./metrics.ts";

/** Whose it was: as the claimer believes. */
export interface Belief {
  believedEpoch: number;
  deadNode: string | null;
  /** That node lives, and gives it away. Default false. */
  handedOver?: boolean;
}

/** Beside the way of those who wait for the actor. Never rejects. */
export async function countBump({ believedEpoch, deadNode, handedOver }: Belief, nodes: NodeStore) {
  let reason: BumpReason = believedEpoch === 0 ? "first" : "woken";
  if (handedOver) reason = "hand_over";
  else if (deadNode !== null) {
    const node = await nodes.look(deadNode).catch(() => null);
    reason = node?.left ? "left_node" : node?.draining ? "hand_over" : "dead_node";
    if (node && reason === "dead_node") failOverSeconds.observe(node.silentMs / 1_000);
  }
  activations.inc({ reason });
}
