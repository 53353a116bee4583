// What stands in the head of a chat: who is in it, and the way to the moderator view.

import { countText } from "../ui/ticker.ts";

export const words = {
  moderatorView: "Moderator view",
  people: "People in the chat",
  here: (count: number) => (count === 1 ? "1 person in the chat" : `${countText(count)} people in the chat`),
  tooMany: "They are too many to be named.",
} as const;
