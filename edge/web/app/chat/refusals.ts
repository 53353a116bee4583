// Refusals of chat lines: what the page does with the line. What it says to the author is in words/chat.ts.

/** `repeat`: the line is sent again with the same nonce. `return`: its text goes back into the composer. `keep`: it stays with the moderators. */
type Reaction = "repeat" | "return" | "keep";

/** `unavailable` means that the outcome is unknown, `busy` that the line was not taken; with the same nonce a line is stored once. */
export const reactionTo = (code: string): Reaction =>
  code === "unavailable" || code === "busy" ? "repeat" : code === "held" ? "keep" : "return";

/** What was held is not said: a moderator denied it. */
export const DENIED = "denied";
