// What an edge needs for pictures that people send, emotes too, made once: their addresses, the routes of the API, and the sweep.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { findSandbox } from "#runtime/process/sandbox.ts";
import { emoteRoutes } from "../emotes/routes.ts";
import type { Served } from "../gateway/serve.ts";
import { Delivery } from "../videos/delivery.ts";
import type { Videos } from "../videos/videos.ts";
import type { EdgeWorld } from "../world.ts";
import { Drawer } from "./drawer.ts";
import { PictureKeeper } from "./keeper.ts";
import { createPictureMedia, type PictureMedia } from "./media.ts";
import { pictureRoutes } from "./routes.ts";
import { staffPictureRoutes } from "./staff-routes.ts";
import { keepSweepingPictures } from "./sweep.ts";

interface PicturesParts {
  /** Null: the instance has no object store, and so no pictures. */
  objects: Objects | null;
  videos: Pick<Videos, "keptVideo" | "videoOf">;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

/** Encoders and requests go first; but somebody waits for the picture, and the lowest priority gets nothing of a machine that encodes. */
const NICENESS = 5;
/** Three widths of a thousand people. */
const CACHE_BYTES_MAX = 16 * 1024 * 1024;
const NO_DELIVERY = { answer: () => Promise.reject(new Refusal("not_found", "this instance has no object store")) };

export interface Pictures extends PictureMedia {
  routes: Served[];
  stop(): void;
}

export function createPictures(world: EdgeWorld, { objects, videos, addressOf }: PicturesParts): Pictures {
  const { clock, log, database } = world;
  const { sql } = database;
  if (!objects) return { ...createPictureMedia(world, { delivery: NO_DELIVERY, addressOf }), routes: [], stop() {} };
  const drawer = new Drawer({
    processes: systemProcesses,
    findSandbox: () => findSandbox({ processes: systemProcesses, log, niceness: NICENESS }),
    clock,
    log,
  });
  // Always from here: pages take pictures from their own origin alone.
  const delivery = new Delivery({ objects, clock, mode: "edge", cacheBytesMax: CACHE_BYTES_MAX });
  const keeper = new PictureKeeper({ sql, objects, drawer });
  return {
    fetch: createPictureMedia(world, { delivery, addressOf }).fetch,
    routes: [
      ...pictureRoutes(world, { keeper, ...videos }),
      ...staffPictureRoutes(world, { keeper }),
      ...emoteRoutes(world, { objects, drawer }),
    ],
    stop: keepSweepingPictures({ sql, objects, clock, log }),
  };
}
