// Keeps the pictures that people send: drawn, stored, and named by the row of whose they are; and removes what no row names any more.

import { createHash } from "node:crypto";
import { Refusal } from "#runtime/actor/actor.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import { type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import type { FileBody } from "#schema/api/route.ts";
import type { Sql } from "#schema/database.ts";
import { beginPicture, type PictureOwner, setPicture, stemOf } from "#schema/queries/pictures/pictures.ts";
import { PICTURE_HASH_LENGTH, PICTURE_OBJECT, pictureKey } from "#schema/wire/pictures.ts";
import type { Drawer, DrawnPicture } from "./drawer.ts";

/** Files that arrive or wait to be drawn, 10 MB each. */
const FILES_MAX = 16;

interface KeeperParts {
  sql: Sql;
  objects: Pick<Objects, "put">;
  drawer: Pick<Drawer, "draw">;
}

export class PictureKeeper {
  #files = 0;
  readonly #byUser = new KeyedSemaphore({
    concurrentMax: 1,
    waitingMax: 0,
    full: () => new Refusal("busy", "another picture of yours is being read", 2_000),
  });

  constructor(private readonly parts: KeeperParts) {}

  /** Shows the picture instead of the one before. Returns what the owner's row has of it. Throws Refusal: those of `FileBody` and `Drawer`,
   *  `not_found`, `unavailable`. */
  keep(owner: PictureOwner, { file, userId }: { file: FileBody; userId: string }): Promise<string> {
    return this.#byUser.run(userId, async () => {
      if (this.#files >= FILES_MAX) throw new Refusal("busy", "too many pictures at once", 5_000);
      this.#files++;
      try {
        return await this.#store(owner, await this.parts.drawer.draw(owner.kind, await file.read()));
      } finally {
        this.#files--;
      }
    });
  }

  async remove(owner: PictureOwner): Promise<void> {
    if ((await setPicture(this.parts.sql, owner, null)) === false) throw new Refusal("not_found");
  }

  async #store(owner: PictureOwner, picture: DrawnPicture): Promise<string> {
    const { sql, objects } = this.parts;
    const stem = stemOf(owner, hashOf(picture));
    await beginPicture(sql, owner, stem);
    try {
      for (const [width, bytes] of picture) await objects.put(pictureKey(stem, width), bytes, PICTURE_OBJECT);
    } catch (error) {
      if (error instanceof ObjectsAway) throw new Refusal("unavailable", "the object store does not answer", 5_000);
      throw error;
    }
    const kept = await setPicture(sql, owner, stem);
    if (!kept) throw new Refusal("not_found");
    return kept;
  }
}

function hashOf(picture: DrawnPicture): string {
  const hash = createHash("sha256");
  for (const bytes of picture.values()) hash.update(bytes);
  return hash.digest("hex").slice(0, PICTURE_HASH_LENGTH);
}
