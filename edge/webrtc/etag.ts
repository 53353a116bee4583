// Entity tags of sessions: the state of ICE, which a restart changes (RFC 9725 §4.3.1). Every edge makes the same one.

import { createHash } from "node:crypto";
import { Refusal } from "#runtime/actor/actor.ts";

interface IceState {
  id: string;
  /** How often ICE began anew. */
  restarts: number;
}

/** A strong tag, quoted (RFC 9110 §8.8.3). */
export const etagOf = ({ id, restarts }: IceState) =>
  `"${createHash("sha256").update(`${restarts} ${id}`).digest("base64url").slice(0, 16)}"`;

/** `*` asks for a restart, whatever the state is. Throws Refusal: `precondition_required`, `precondition_failed`. */
export function checkIfMatch(header: string | null, state: IceState) {
  if (header === null) throw new Refusal("precondition_required");
  const tags = header.split(",").map((tag) => tag.trim());
  if (!tags.includes("*") && !tags.includes(etagOf(state))) throw new Refusal("precondition_failed");
}
