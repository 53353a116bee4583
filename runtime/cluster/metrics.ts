// Metrics of ownership: activations and their reasons, take-overs, and waiting requests.

import { beginAt0, Counter, Gauge, Histogram } from "../base/metrics.ts";

export const awake = new Gauge({ name: "actors_awake", help: "Actors that this node owns and runs" });

/** `first`: the actor was never awake before. `woken`: no node owned it. `hand_over`: a node that drains or cannot serve the actor gave
 *  it away. `left_node`: its node had left. `dead_node`: its node was judged dead. */
export type ActivationReason = "first" | "woken" | "hand_over" | "left_node" | "dead_node";

export const activations = new Counter({
  name: "actor_activations_total",
  help: "Claims won by this node, each of which bumped an epoch, by reason",
  labelNames: ["reason"],
});
beginAt0(activations, "reason", ["dead_node"]);

export const activationSeconds = new Histogram({
  name: "actor_activation_seconds",
  help: "Time from the claim until the actor can be called",
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

export const failOverSeconds = new Histogram({
  name: "actor_fail_over_seconds",
  help: "Time from a dead node's last heartbeat, sent twice a second, until this node had claimed an actor of it",
  buckets: [0.5, 1, 1.5, 2, 3, 5, 8, 10, 12, 15, 30, 60],
});

export const handedOver = new Counter({
  name: "actor_hand_overs_total",
  help: "Hand-overs of running actors that this node offered, by outcome",
  labelNames: ["outcome"],
});

export const takenOver = new Counter({
  name: "actor_fenced_total",
  help: "Actors that this node lost to another, by how it noticed",
  labelNames: ["noticed_by"],
});
beginAt0(takenOver, "noticed_by", ["save", "room", "status", "confirm"]);

/** Claims make this impossible. Anything but 0 is a bug, or epochs were moved back by a restore. */
export const duplicateOwners = new Counter({
  name: "actor_duplicate_owners_total",
  help: "Times two nodes answered for one actor with the same epoch; must stay 0",
});

export const heldMessages = new Counter({
  name: "actor_messages_held_total",
  help: "Messages that waited at the gate for the epoch to be confirmed",
});

export const requestsWaiting = new Gauge({
  name: "actor_requests_waiting",
  help: "Requests let through to the actors of this node and not answered yet: in a mailbox, waiting for a save, or parked",
});

export const requestSeconds = new Histogram({
  name: "actor_request_seconds",
  help: "Time from a request's arrival at this node to its answer",
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

/** By kind and outcome: prom-client's own look-up by labels would cost more than what it measures. */
const callObservers = new Map<string, { observe(seconds: number): void }>();
const callSeconds = new Histogram({
  name: "actor_call_seconds",
  help: "Calls of this process to actors, with their retries: ok, refused by the actor's rules, or failed",
  labelNames: ["kind", "outcome"],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

/** Codes by which a call fails through no decision of its actor. */
const FAILURES = new Set(["busy", "unavailable", "timeout", "internal"]);

/** `code`: of the refusal; null: it was answered. */
export function countCall(kind: string, code: string | null, seconds: number) {
  const outcome = code === null ? "ok" : FAILURES.has(code) ? "failed" : "refused";
  const key = `${kind} ${outcome}`;
  let observer = callObservers.get(key);
  if (!observer) {
    observer = callSeconds.labels({ kind, outcome });
    callObservers.set(key, observer);
  }
  observer.observe(seconds);
}

export const busyAnswers = new Counter({
  name: "actor_busy_total",
  help: "Requests refused because too many were waiting at the actor or its gate",
});
