// What was said last in a channel's chat, for its stage on the home page. Read over HTTP: no socket is opened for it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LineEntry } from "#schema/api/chat.ts";
import type { Page } from "#schema/api/fields.ts";
import { callApi } from "../api.ts";
import { readable } from "../ui/contrast.ts";
import { poll } from "../ui/poll.ts";
import { theme } from "../ui/theme.ts";
import { words as homeWords } from "../words/home.ts";

const EVERY_MS = 15_000;
const LINES_MAX = 5;

export function ChatExcerpt({ login }: { login: string }) {
  const lines = useSignal<LineEntry[]>([]);
  useEffect(
    () =>
      poll(EVERY_MS, async (signal) => {
        try {
          const path = `/channels/${login}/chat/messages?limit=${LINES_MAX}`;
          const { items } = await callApi<Page<LineEntry>>(path, { signal });
          lines.value = items.filter(({ deleted }) => !deleted);
        } catch {
          return; // The stage does without.
        }
      }),
    [login, lines],
  );
  return (
    <ol class="chat-excerpt" aria-label={homeWords.fromChat}>
      {lines.value.map(({ id, user, body }) => (
        <li key={id}>
          <strong style={{ color: readable(user.color, theme.value.background) }}>{user.displayName}</strong>: {body}
        </li>
      ))}
    </ol>
  );
}
