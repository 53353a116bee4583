// The row above the composer: what note.ts says, and the way out of it. It is always there, so that nothing moves when it has something to say.

import { follow } from "../people/follow.tsx";
import { isForeignOrigin, session } from "../session.ts";
import { showFailure } from "../ui/toast.ts";
import { words } from "../words/composer.ts";
import { noteOf } from "./note.ts";
import { askToBeUnbanned, readWarning } from "./own-moderation.tsx";
import type { Room } from "./room.ts";

interface NoteProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  waitMs: number;
  commandTrouble: string;
}

/** What is said of the last line. Programs of others look for it by this id, and for the field by `composer`. */
export const SAID_ID = "composer-said";

export function ComposerNote({ channel, room, waitMs, commandTrouble }: NoteProps) {
  const note = noteOf({
    connection: room.connection.value,
    isForeignOrigin: isForeignOrigin.value,
    isFirst: room.entries.value.headSeq === null,
    isSignedIn: session.value.phase !== "out",
    refused: room.refused.value,
    waitMs,
    commandTrouble,
    settings: room.settings.value,
    roles: room.you.value?.roles ?? [],
  });
  const isCounting = note !== null && note.text !== note.spoken;
  const followChannel = async () => {
    try {
      await follow(channel);
      room.refused.value = null;
    } catch (error) {
      showFailure(error);
    }
  };
  return (
    <p class={`composer-note ${note?.look ?? ""}`}>
      {isCounting ? <span aria-hidden="true">{note?.text}</span> : null}
      <span class={isCounting ? "sr-only" : ""} id={SAID_ID} role="status">
        {note?.spoken}
      </span>{" "}
      {note?.out === "follow" ? (
        <button type="button" class="link" onClick={() => void followChannel()}>
          {words.follow}
        </button>
      ) : note?.out === "confirm-email" ? (
        <a href="/settings/account">{words.confirmEmail}</a>
      ) : note?.out === "read-warning" ? (
        <button type="button" class="link" onClick={() => void readWarning(channel, room)}>
          {words.readWarning}
        </button>
      ) : note?.out === "ask-unban" ? (
        <button type="button" class="link" onClick={askToBeUnbanned}>
          {words.askUnban}
        </button>
      ) : null}
    </p>
  );
}
