// The chat with its lines and its composer, as somebody sees it who is signed in.

import type { LineEntry } from "#schema/api/chat.ts";
import type { UserView } from "#schema/api/user.ts";
import { Announcer } from "../chat/announcer.ts";
import { ChatPanel } from "../chat/panel.tsx";
import { Room } from "../chat/room.ts";
import { session } from "../session.ts";
import { State } from "./state.tsx";

const ME = { id: "me", login: "tidewalker", displayName: "tidewalker" };

const line = (seq: number, login: string, body: string, more: Partial<LineEntry> = {}): LineEntry => ({
  seq,
  at: "2026-11-30T12:00:00Z",
  kind: "line",
  id: `line-${seq}`,
  user: { id: login, login, displayName: login, color: "#1e63b8", badges: [] },
  body,
  ...more,
});

const LINES = [
  line(1, "quickfox", "hello everybody"),
  line(2, "fernly", "look at https://live.example/a-page", {
    user: { id: "fernly", login: "fernly", displayName: "مرحبا", color: "#ffe600", badges: [] },
  }),
  line(3, "quickfox", "@tidewalker a line that mentions me"),
  line(4, "quickfox", "waves", { action: true }),
  line(5, "fernly", "", { deleted: true }),
  line(6, "tidewalker", `a long one ${"W".repeat(120)}`),
];

const room = new Room({
  url: "ws://states.invalid",
  token: async () => null,
  renewToken: async () => {},
});
room.connection.value = { phase: "open" };
room.you.value = { id: ME.id, login: ME.login, roles: [] };
room.entries.value = { headSeq: LINES.length, lines: LINES, held: null };
const announcer = new Announcer();

session.value = { phase: "in", user: ME as UserView, accessToken: "", expiresAtMs: Number.MAX_SAFE_INTEGER };

export const ChatStates = () => (
  <State name="chat lines and composer">
    <div class="states-chat">
      <ChatPanel channel="tidewalker" room={room} announcer={announcer} onClose={null} />
    </div>
  </State>
);
