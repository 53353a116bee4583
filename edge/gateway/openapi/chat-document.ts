// The AsyncAPI 3.0 document of the chat WebSocket, made of the frames' schemas.

import type { TSchema } from "elysia";
import { clientFrames, serverFrames } from "#schema/api/chat-frames.ts";
import { REFUSALS } from "#schema/api/chat-refusals.ts";
import { CLOSE_MEANINGS, close, FINAL_CLOSE_CODE_MIN, FRAME_BYTES_MAX } from "#schema/wire/socket.ts";
import { CHAT_EXAMPLES } from "./chat-examples.ts";
import { type Components, type Json, toSpec } from "./json-schema.ts";

export interface ChatMessage extends Json {
  name: string;
  summary: string;
  payload: { $ref: string };
  examples: { payload: unknown }[];
}

export interface CloseCode {
  code: number;
  name: string;
  description: string;
  /** False: final. */
  reconnect: boolean;
}

export interface ChatDocument extends Json {
  asyncapi: string;
  info: { description: string } & Json;
  channels: { chat: { address: string; "x-close-codes": CloseCode[]; "x-refusals": Record<string, string> } & Json };
  components: { messages: Record<string, ChatMessage>; schemas: Components };
}

export const CHAT_ADDRESS = "/api/v1/channels/{channel}/chat";
/** The frames of each side, in the order of a conversation. */
export const CHAT_SIDES = { client: Object.keys(clientFrames), server: Object.keys(serverFrames) } as const;

/** Paragraphs of Markdown. */
const ABOUT_THE_CHAT = [
  `A channel's room is a WebSocket at \`${CHAT_ADDRESS}\`; \`{channel}\` is a login or the channel's id. Frames are JSON text of at most ${FRAME_BYTES_MAX / 1_024} KB.`,
  "**Hello.** The first frame is `hello`, within 10 seconds. Its `token` is an access token, or a personal access token with the scope `chat:read`, " +
    "and `chat:write` to say something. An `Authorization` header of the upgrade is not read, since browsers cannot send it. The answer is `welcome`.",
  "**Challenge.** While the server is flooded, a `hello` without a token is answered by `challenge`: find a `solution`, a whole number in digits, with which the SHA-256 of " +
    "`<challenge>:<solution>` begins with `bits` bits of 0, and send both as `proof` before `expiresInMs` is over. It takes a computer less than two seconds. " +
    "`welcome` follows; else the connection is closed with 4005. People and bots who are signed in are never asked.",
  "**Entries.** All that is said is an entry with a `seq`, which rises by one. Remember the last one, and connect again with `resume`: the welcome " +
    "then has exactly what was missed (`resumed: true`), the rest follows in `entries`. After more than 1 000 missed entries it has the newest 50 " +
    "(`resumed: false`). A `welcome.seq` below yours means that the room was restored from a backup: forget your `seq`.",
  "**Saying a line.** `say` has a `nonce` of your own, 1 to 64 random characters, and is answered by `said` or by `refused` with that nonce. A line is stored once per nonce, " +
    "so after `unavailable`, or after a connection that closed before the answer, send the same frame again. A refused line may be tried again after `retryAfterMs`. " +
    "One line at a time: send the next one when the last one was answered.",
  "**Beside the lines.** The `welcome` has the pinned line, the open poll and the raid that counts down; `pinned`, `poll` and `raid` tell their changes. People vote over HTTP. " +
    "A raid goes when its frame says `gone`, not by the clock of the client.",
  "**Mistakes.** A malformed frame is answered by `refused` `bad_message`, whose `detail` names the mistake; the third one closes the connection with 4509.",
  "**Closes.** Codes from 4500 to 4999 are final. After any other close, 1006 too, connect again with `resume`: after `bye` when its `retryAfterMs` is over, " +
    "else after a pause that doubles each time, with some chance in it. After 4003 get a new token first. An upgrade that is refused has a problem as its body, like any request of the HTTP API.",
];

export function chatDocument({ publicUrl }: { publicUrl: string }): ChatDocument {
  const schemas: Components = {};
  const site = new URL(publicUrl);
  const messages = Object.fromEntries(
    [...framesOf(clientFrames, false), ...framesOf(serverFrames, true)].map(([name, message]) => [name, message]),
  );
  const refs = (names: readonly string[]) => names.map((name) => ({ $ref: `#/channels/chat/messages/${name}` }));
  return {
    asyncapi: "3.0.0",
    info: {
      title: "TwitchClone chat",
      version: "1",
      description: ABOUT_THE_CHAT.join("\n\n"),
      license: { name: "Apache-2.0" },
      externalDocs: { url: "/api/docs" },
    },
    defaultContentType: "application/json",
    servers: { site: { host: site.host, protocol: site.protocol === "https:" ? "wss" : "ws" } },
    channels: {
      chat: {
        address: CHAT_ADDRESS,
        title: "A channel's room",
        servers: [{ $ref: "#/servers/site" }],
        parameters: { channel: { description: "login or id of a channel" } },
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: "GET", bindingVersion: "0.1.0" } },
        "x-close-codes": closeCodes(),
        "x-refusals": REFUSALS,
      },
    },
    operations: {
      fromClient: {
        action: "receive",
        summary: "Frames that clients send",
        channel: { $ref: "#/channels/chat" },
        messages: refs(CHAT_SIDES.client),
      },
      fromServer: {
        action: "send",
        summary: "Frames that the server sends",
        channel: { $ref: "#/channels/chat" },
        messages: refs(CHAT_SIDES.server),
      },
    },
    components: { messages, schemas },
  };

  function framesOf(frames: Record<string, TSchema>, grows: boolean): [string, ChatMessage][] {
    return Object.entries(frames).map(([name, schema]) => [
      name,
      {
        name,
        summary: schema.description!,
        payload: toSpec(schema, schemas, { grows }) as { $ref: string },
        examples: CHAT_EXAMPLES[name as keyof typeof CHAT_EXAMPLES].map((payload) => ({ payload })),
      },
    ]);
  }
}

const closeCodes = (): CloseCode[] =>
  Object.entries(close)
    .map(([name, code]) => ({
      code,
      name,
      description: CLOSE_MEANINGS[name as keyof typeof close],
      reconnect: code < FINAL_CLOSE_CODE_MIN,
    }))
    .sort((a, b) => a.code - b.code);
