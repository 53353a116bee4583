// Counts why this node became the owner of an actor.

import type { NodeStore } from "../store/store.ts";
import type { DeadNode } from "./judge.ts";
import { type ActivationReason, activations, failOverSeconds } from "./metrics.ts";

/** What the claiming node believes about the owner before it. */
export interface PreviousOwner {
  believedEpoch: number;
  dead: DeadNode | null;
  /** `dead` is alive and hands the actor over. Default false. */
  handedOver?: boolean;
}

/** Started without being awaited, because callers wait for the actor. Never rejects. */
export async function countActivation({ believedEpoch, dead, handedOver }: PreviousOwner, nodes: NodeStore) {
  let reason: ActivationReason = believedEpoch === 0 ? "first" : "woken";
  if (handedOver) reason = "hand_over";
  else if (dead) {
    const node = await nodes.look(dead.incarnation).catch(() => null);
    reason = node?.left ? "left_node" : node?.draining ? "hand_over" : "dead_node";
    if (node && reason === "dead_node") failOverSeconds.observe(node.silentMs / 1_000);
  }
  activations.inc({ reason });
}
