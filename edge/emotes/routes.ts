// Serves schema/api/emotes.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import {
  addChannelEmote,
  addInstanceEmote,
  listEmotes,
  removeChannelEmote,
  removeInstanceEmote,
} from "#schema/api/emotes.ts";
import { emotesFor, removeEmote } from "#schema/queries/emotes/emotes.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Drawer } from "../pictures/drawer.ts";
import { listedChannel } from "../videos/asked.ts";
import type { EdgeWorld } from "../world.ts";
import { judgeCode } from "./judged-code.ts";
import { EmoteKeeper } from "./keeper.ts";
import { emoteView } from "./view.ts";

interface EmoteParts {
  objects: Pick<Objects, "put">;
  drawer: Pick<Drawer, "drawEmote">;
}

export function emoteRoutes({ database, caller, clock, random, log }: EdgeWorld, parts: EmoteParts): Served[] {
  const { sql } = database;
  const keeper = new EmoteKeeper({ sql, clock, random, ...parts });
  const remove = async (emote: { id: string; channelId: string | null }, userId: string) => {
    if (!(await removeEmote(sql, emote))) throw new Refusal("not_found");
    log.info({ emote: emote.id, channel: emote.channelId, user: userId }, "emote removed");
  };

  return [
    serve(listEmotes, async ({ params, asker }) => {
      const { id } = await listedChannel(sql, params.channel, asker);
      const rows = await emotesFor(sql, id);
      return {
        channel: rows.filter(({ channelId }) => channelId !== null).map(emoteView),
        instance: rows.filter(({ channelId }) => channelId === null).map(emoteView),
      };
    }),
    serve(addChannelEmote, async ({ channel, who: { userId }, query: { code }, body: file }) => {
      await judgeCode(caller, { channelId: channel.id, code });
      const row = await keeper.add({ channelId: channel.id, userId, code, file });
      log.info({ emote: row.id, channel: channel.id, user: userId }, "emote added");
      return emoteView(row);
    }),
    serve(removeChannelEmote, ({ channel, params, who }) =>
      remove({ id: params.id, channelId: channel.id }, who.userId),
    ),
    serve(addInstanceEmote, async ({ who: { userId }, query: { code }, body: file }) => {
      const row = await keeper.add({ channelId: null, userId, code, file });
      log.info({ emote: row.id, user: userId }, "emote of the instance added");
      return emoteView(row);
    }),
    serve(removeInstanceEmote, ({ params, who }) => remove({ id: params.id, channelId: null }, who.userId)),
  ];
}
