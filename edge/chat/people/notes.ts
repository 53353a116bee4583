// Serves moderators' notes about people of schema/api/room-people.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { addNote, deleteNote, type NoteView } from "#schema/api/room-people.ts";
import { addNoteAbout, deleteNoteAbout, type NoteRow, notesAbout } from "#schema/queries/chat/person-notes.ts";
import { NOTES_MAX } from "#schema/wire/chat-limits.ts";
import { type Served, serve } from "../../gateway/serve.ts";
import type { EdgeWorld } from "../../world.ts";
import { byView } from "../moderation-views.ts";
import type { RoomActs } from "../room-acts.ts";

export function noteRoutes({ database, random, clock }: EdgeWorld, { person, asker }: RoomActs): Served[] {
  const { sql } = database;

  return [
    serve(addNote, async ({ who, channel, params, body }) => {
      const { id: userId } = await person(channel.id, params.login);
      const about = { id: random.uuid(clock.wallMs()), channelId: channel.id, userId };
      const { text } = body;
      if (!(await addNoteAbout(sql, { ...about, byUserId: who.userId, text, most: NOTES_MAX })))
        throw new Refusal("too_many", `a person has at most ${NOTES_MAX} notes`);
      const [row] = await notesAbout(sql, { ...about, limit: 1 });
      // Its author, or the channel's owner, was faster to delete it.
      if (!row) throw new Refusal("not_found");
      return noteView(row);
    }),
    serve(deleteNote, async ({ who, channel, params }) => {
      const { id: userId } = await person(channel.id, params.login);
      const about = { id: params.id, channelId: channel.id, userId };
      const by = await asker(channel.id, who.userId);
      const mayAll = by.isOwner || by.role === "admin";
      if (await deleteNoteAbout(sql, { ...about, ...(mayAll ? {} : { byUserId: by.id }) })) return;
      const [there] = await notesAbout(sql, { ...about, limit: 1 });
      throw there ? new Refusal("forbidden", "this is another moderator's note") : new Refusal("not_found");
    }),
  ];
}

export const noteView = ({ id, at, text, ...row }: NoteRow): NoteView => ({
  id,
  at: at.toISOString(),
  by: byView(row),
  text,
});
