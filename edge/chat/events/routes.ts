// Routes of what happens in a room beside its lines.

import type { Counts } from "../../gateway/limits/counts.ts";
import type { Limiter } from "../../gateway/limits/limiter.ts";
import type { Served } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import { createRoomActs } from "../room-acts.ts";
import { announcementRoutes } from "./announcements.ts";
import { chatterRoutes } from "./chatters.ts";
import { historyRoutes } from "./history.ts";
import { pinRoutes } from "./pins.ts";
import { pollRoutes } from "./polls.ts";
import { raidRoutes } from "./raids.ts";

export function roomEventRoutes(world: EdgeWorld, parts: { counts: Counts; limiter: Limiter }): Served[] {
  const acts = createRoomActs(world);
  return [
    ...pinRoutes(world, acts),
    ...announcementRoutes(world, acts),
    ...pollRoutes(world, acts),
    ...raidRoutes(world, acts, parts),
    ...chatterRoutes(world),
    ...historyRoutes(world, parts),
  ];
}
