// What a typed text is: a line for the room, or a command for this page. By a slip no command is posted into the room.

import { isAction } from "./outbox.ts";

export interface Typed {
  kind: "line" | "command";
  text: string;
}

/** A slash begins a command, whether there is one of that name or not; two slashes begin a line with one. */
export function readTyped(text: string): Typed {
  const trimmed = text.trim();
  if (!trimmed.startsWith("/") || isAction(trimmed)) return { kind: "line", text };
  if (!trimmed.startsWith("//")) return { kind: "command", text };
  const rest = trimmed.slice(1);
  // The room would take it for an action.
  return { kind: "line", text: isAction(rest) ? trimmed : rest };
}
