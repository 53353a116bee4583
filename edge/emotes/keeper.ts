// Keeps emotes: inspected, drawn, stored, and named by their row.

import { createHash } from "node:crypto";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import type { Random } from "#runtime/base/random.ts";
import { type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import type { FileBody } from "#schema/api/route.ts";
import type { Sql } from "#schema/database.ts";
import { addEmote, beginEmote, type EmoteRow } from "#schema/queries/emotes/emotes.ts";
import { emoteKey, emoteStem } from "#schema/wire/emotes.ts";
import { PICTURE_HASH_LENGTH, PICTURE_OBJECT } from "#schema/wire/pictures.ts";
import type { Drawer, DrawnEmote } from "../pictures/drawer.ts";
import { inspectEmote } from "./inspect.ts";

interface KeeperParts {
  sql: Sql;
  clock: Pick<Clock, "wallMs">;
  random: Pick<Random, "uuid">;
  objects: Pick<Objects, "put">;
  drawer: Pick<Drawer, "drawEmote">;
}

interface SentEmote {
  /** Null: of the instance. */
  channelId: string | null;
  userId: string;
  code: string;
  file: FileBody;
}

export class EmoteKeeper {
  readonly #byUser = new KeyedSemaphore({
    concurrentMax: 1,
    waitingMax: 0,
    full: () => new Refusal("busy", "another picture of yours is being read", 2_000),
  });

  constructor(private readonly parts: KeeperParts) {}

  /** Throws Refusal: those of `FileBody`, `inspectEmote` and `Drawer`; `code_taken`, `too_many`, `unavailable`. */
  add({ channelId, userId, code, file }: SentEmote): Promise<EmoteRow> {
    return this.#byUser.run(userId, async () => {
      const drawn = await this.parts.drawer.drawEmote(await file.read(), inspectEmote);
      const { sql, clock, random } = this.parts;
      const hash = hashOf(drawn);
      await beginEmote(sql, { channelId, hash });
      await this.#store(emoteStem(channelId, hash), drawn);
      const nowMs = clock.wallMs();
      const [lowest] = drawn.sizes;
      const { animated, sizes } = drawn;
      const row = {
        ...{ id: random.uuid(nowMs), channelId, code, hash, ...lowest!, animated, userId },
        heights: sizes.map(({ height }) => height),
      };
      const added = await addEmote(sql, row);
      if (added === "taken") throw new Refusal("code_taken");
      if (added === "too many") throw new Refusal("too_many", "remove another emote first");
      return { ...row, createdAt: new Date(nowMs) };
    });
  }

  async #store(stem: string, { sizes, pictures, stills }: DrawnEmote) {
    const { objects } = this.parts;
    try {
      for (const [i, { height }] of sizes.entries()) {
        await objects.put(emoteKey(stem, height, false), pictures[i]!, PICTURE_OBJECT);
        if (stills[i]) await objects.put(emoteKey(stem, height, true), stills[i], PICTURE_OBJECT);
      }
    } catch (error) {
      if (error instanceof ObjectsAway) throw new Refusal("unavailable", "the object store does not answer", 5_000);
      throw error;
    }
  }
}

function hashOf({ pictures }: DrawnEmote): string {
  const hash = createHash("sha256");
  for (const bytes of pictures) hash.update(bytes);
  return hash.digest("hex").slice(0, PICTURE_HASH_LENGTH);
}
