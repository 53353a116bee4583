// What the chat says: whole sentences with places for names and numbers, so that they can be translated.

import { countText } from "../ui/ticker.ts";

export const words = {
  messages: "Messages",
  paused: "Chat paused",
  newMessages: (count: number) => (count === 1 ? "1 new message" : `${countText(count)} new messages`),
  nobodyYet: "Nobody has said anything yet.",
  beFirst: "Be the first.",
} as const;
