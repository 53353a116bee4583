// Who is in the chat, beside the button that opens it: by name while they are few.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChattersView } from "#schema/api/chatters.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { capitalized } from "../ui/capitalized.ts";
import { FloatCard } from "../ui/float-card.tsx";
import { poll } from "../ui/poll.ts";
import { words } from "../words/head-tools.ts";
import { Badges } from "./badges.tsx";

const EVERY_MS = 10_000;

export interface ChattersCardProps {
  opener: HTMLElement;
  /** Login of the channel. */
  channel: string;
  onClose(): void;
  /** A name was pressed. Null: names lead to channels. */
  onPerson: ((login: string) => void) | null;
}

export function ChattersCard({ opener, channel, onClose, onPerson }: ChattersCardProps) {
  const chatters = useSignal<ChattersView | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(
    () =>
      poll(EVERY_MS, async (signal) => {
        try {
          chatters.value = await call<ChattersView>(`/channels/${channel}/chat/chatters`, { signal });
          trouble.value = null;
        } catch (error) {
          if (!signal.aborted) trouble.value = capitalized(errorText(error));
        }
      }),
    [channel],
  );
  const found = chatters.value;
  return (
    <FloatCard opener={opener} look="options-card chatters" onClose={onClose}>
      {({ headId, leave }) => (
        <>
          <h3 id={headId}>{found ? words.here(found.count) : words.people}</h3>
          {trouble.value ? (
            <p class="muted" role="alert">
              {trouble.value}
            </p>
          ) : null}
          {found?.people === null ? <p class="muted">{words.tooMany}</p> : null}
          <ul>
            {found?.people?.map(({ id, login, displayName, roles }) => (
              <li key={id}>
                <Badges roles={roles} />
                {onPerson ? (
                  <button type="button" class="link" onClick={() => leave(() => onPerson(login))}>
                    {displayName}
                  </button>
                ) : (
                  <a href={`/${login}`}>{displayName}</a>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </FloatCard>
  );
}
