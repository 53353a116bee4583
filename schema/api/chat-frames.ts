// Frames of the chat WebSocket, `/api/v1/channels/:channel/chat` (contract §4). The edge checks clients' frames by these schemas; the
// documentation and the types are made of them. A field's `description` is the text of its mistake.

import { type Static, type TSchema, t } from "elysia";
import { NONCE_LENGTH_MAX } from "../wire/chat-limits.ts";
import { VIEWER_PATTERN } from "../wire/viewers.ts";
import { entryAnswer, moderatorAnswer, roomSettings } from "./chat.ts";
import { REFUSALS, type RefusedCode } from "./chat-refusals.ts";
import { heldAnswer } from "./held-lines.ts";
import { pinAnswer } from "./pins.ts";
import { pollAnswer } from "./polls.ts";
import { challengeAnswer, proofFields } from "./proof.ts";
import { raidAnswer } from "./raids.ts";
import { suspicionAnswer } from "./room-people.ts";
import { bool, count, described, id, oneOf, orNull, text, wholeNumber } from "./shapes.ts";
import { unbanRequestAnswer } from "./unban-requests.ts";

const TOKEN_LENGTH_MAX = 8 * 1024;

/** One kind of frame; `$id` names it in the documentation. */
const frame = <const Type extends string, Fields extends Record<string, TSchema>>(
  type: Type,
  description: string,
  fields: Fields,
) =>
  t.Object(
    { type: t.Literal(type), ...fields },
    {
      $id: `${type
        .split("_")
        .map((word) => word[0]!.toUpperCase() + word.slice(1))
        .join("")}Frame`,
      description,
    },
  );

const nonce = t.String({
  minLength: 1,
  maxLength: NONCE_LENGTH_MAX,
  description: `1 to ${NONCE_LENGTH_MAX} characters, random: a repeat is the same line`,
});

/** What clients send. */
export const clientFrames = {
  hello: frame("hello", "The first frame, within 10 seconds", {
    token: t.Optional(
      t.String({
        maxLength: TOKEN_LENGTH_MAX,
        description: `an access token or a personal access token, at most ${TOKEN_LENGTH_MAX} characters; without one you can only read`,
      }),
    ),
    resume: t.Optional(
      t.Object(
        {
          seq: wholeNumber({
            minimum: 0,
            maximum: Number.MAX_SAFE_INTEGER,
            description: "the seq of the last entry that you have: a whole number",
          }),
        },
        { description: "an object with a seq, to get what was missed since" },
      ),
    ),
    viewer: t.Optional(
      t.String({
        pattern: VIEWER_PATTERN,
        description:
          "as in `POST …/playback`, so that a person with player and chat counts once; a malformed one is ignored",
      }),
    ),
  }),
  proof: frame("proof", "The answer to `challenge`; `welcome` follows", proofFields),
  say: frame("say", "A line to be stored; answered by `said` or `refused` with its nonce", {
    nonce,
    body: t.String({ description: "text of 1 to 500 characters; `/me …` makes an action" }),
    replyTo: t.Optional(t.String({ description: "id of the line that this one answers" })),
  }),
  ping: frame("ping", "Answered by `pong`, for clients that cannot see the WebSocket's own pings", {}),
  attention: frame("attention", "Whether somebody looks at the room; at first somebody does", {
    hidden: t.Boolean({
      description: "true or false; while it is true, entries come every two seconds, and none is left out",
    }),
  }),
} as const;

/** As the edge reads them: absent fields are left out. */
export type ClientFrame = Static<(typeof clientFrames)[keyof typeof clientFrames]>;

const you = {
  id,
  login: text,
  roles: t.Array(described(text, "`broadcaster`, `editor`, `moderator`, `vip`, `subscriber`, `staff` or `admin`")),
};
export type You = Static<ReturnType<typeof t.Object<typeof you>>>;

/** What the server sends. More kinds and more fields may come: ignore the unknown. */
export const serverFrames = {
  welcome: frame("welcome", "The answer to hello, with the newest entries or the missed ones", {
    protocol: t.Literal(1),
    you: described(orNull(t.Object(you)), "null: you can only read"),
    room: roomSettings,
    seq: described(count, "of the room's newest entry; 0 in an empty room"),
    viewers: count,
    resumed: described(bool, "true: the entries go on right after `resume.seq`; false: they are the newest ones"),
    pinned: t.Optional(described(orNull(pinAnswer), "the pinned line")),
    poll: t.Optional(described(orNull(pollAnswer), "the poll that is open")),
    raid: t.Optional(described(orNull(raidAnswer), "the raid that counts down")),
    entries: t.Array(entryAnswer),
  }),
  challenge: frame(
    "challenge",
    "The answer to a hello without a token while the server is flooded: answer with `proof` before it expires",
    challengeAnswer.properties,
  ),
  entries: frame("entries", "New entries, in order and without holes", { entries: t.Array(entryAnswer) }),
  you: frame("you", "Your roles in this room have changed", you),
  said: frame("said", "The line is stored", { nonce: text, id, seq: count }),
  refused: frame("refused", "Why a line is not stored, or what is wrong with a frame", {
    nonce: t.Optional(described(text, "of the line; absent for `bad_message`")),
    code: oneOf(...(Object.keys(REFUSALS) as RefusedCode[]), "bad_message"),
    retryAfterMs: t.Optional(count),
    detail: t.Optional(described(text, "what is wrong with the frame, for people")),
  }),
  room: frame("room", "The room's settings have changed", roomSettings.properties),
  pinned: frame("pinned", "Another line is pinned, or none", { pinned: orNull(pinAnswer) }),
  poll: frame("poll", "A poll has opened, its counts have changed (at most once a second), or it has ended", {
    poll: pollAnswer,
  }),
  raid: frame(
    "raid",
    "The channel's viewers are about to be sent to another channel. `gone`: go there now, unless the viewer wants to stay",
    raidAnswer.properties,
  ),
  raid_coming: frame(
    "raid_coming",
    "To moderators: another channel is about to send its viewers here, or it is cancelled, or the channel owner has declined it",
    { raid: raidAnswer },
  ),
  held: frame("held", "To moderators: a line waits for one of them", { item: heldAnswer }),
  held_decided: frame("held_decided", "To moderators: a line does not wait any more", {
    id,
    allowed: bool,
    by: described(orNull(moderatorAnswer), "null: nobody decided in time"),
  }),
  held_result: frame("held_result", "To the person who said it: a line that was `refused` `held` was decided upon", {
    nonce: text,
    allowed: described(bool, "true: the line is an entry of the room now"),
  }),
  warning: frame("warning", "A moderator has warned you: you may not write until you acknowledge it", {
    reason: described(orNull(text), "null: it is acknowledged"),
  }),
  suspicious: frame("suspicious", "To moderators: somebody is marked as suspicious, or the mark was taken away", {
    userId: id,
    suspicion: described(orNull(suspicionAnswer), "null: the mark was taken away"),
  }),
  newcomer: frame("newcomer", "To moderators: this line is the first of its author in this room", {
    userId: id,
    lineId: id,
  }),
  unban_request: frame("unban_request", "To moderators: somebody asks to be let back in, or it was decided", {
    request: unbanRequestAnswer,
  }),
  erased: frame("erased", "These accounts were deleted: hide their lines", { userIds: t.Array(id) }),
  viewers: frame("viewers", "How many people watch, at most 5 seconds old", { count }),
  status: frame("status", "The channel goes on or off air", {
    phase: oneOf("offline", "live", "lost"),
    broadcastId: t.Optional(id),
  }),
  pong: frame("pong", "The answer to ping", {}),
  bye: frame("bye", "This server is going away: connect again after this time", { retryAfterMs: count }),
} as const;

export type ServerFrame = Static<(typeof serverFrames)[keyof typeof serverFrames]>;
