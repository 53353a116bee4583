// Who is in a room: asked by one edge of all.

import type { ChatterView } from "../api/chatters.ts";

/** Published at `channel.chatters`. Answered by each edge that has signed-in people in the room. */
export interface ChattersAsk {
  channelId: string;
  askId: string;
}

/** Published at `chatters.<askId>`. */
export interface ChattersHere {
  /** Different people at this edge. */
  count: number;
  /** Null: more than can be named. */
  people: ChatterView[] | null;
}
