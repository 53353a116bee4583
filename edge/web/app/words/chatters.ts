// Who is in a chat.

import { countText } from "../ui/ticker.ts";

export const words = {
  here: (count: number) => (count === 1 ? "1 person in the chat" : `${countText(count)} people in the chat`),
  tooMany: "They are too many to be named.",
} as const;
