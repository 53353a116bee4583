// All routes about people in a room.

import type { Served } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import { createRoomActs } from "../room-acts.ts";
import { noteRoutes } from "./notes.ts";
import { ownLinesRoutes } from "./own-lines.ts";
import { personCardRoutes } from "./person-card.ts";
import { suspicionRoutes } from "./suspicions.ts";
import { unbanRequestRoutes } from "./unban-requests.ts";
import { warningRoutes } from "./warnings.ts";

interface RoomPeopleParts {
  /** Called when how a user stands in a channel has changed. */
  standingChanged(channelId: string, userId: string): void;
}

export function roomPeopleRoutes(world: EdgeWorld, { standingChanged }: RoomPeopleParts): Served[] {
  const acts = createRoomActs(world);
  return [
    ...personCardRoutes(world, acts),
    ...noteRoutes(world, acts),
    ...suspicionRoutes(world, acts),
    ...ownLinesRoutes(world, acts),
    ...warningRoutes(world, { acts, standingChanged }),
    ...unbanRequestRoutes(world, acts),
  ];
}
