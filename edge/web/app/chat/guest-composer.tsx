// The composer of somebody who is not signed in: it is there, and offers to sign in once one wants to write.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { signInHref } from "../router.ts";
import { words } from "../words/composer.ts";
import { ComposerNote } from "./composer-note.tsx";
import { EmoteButton } from "./emote-button.tsx";
import type { Room } from "./room.ts";

interface GuestProps {
  channel: string;
  room: Room;
  /** Why the person is not signed in any more; null: they were not. */
  ended: string | null;
  children?: ComponentChildren;
}

export function GuestComposer({ channel, room, ended, children }: GuestProps) {
  const isOffered = useSignal(false);
  const offer = (event: FocusEvent) => {
    const next = event.type === "focusin" ? event.target : event.relatedTarget;
    isOffered.value = (event.currentTarget as Element).contains(next as Node | null);
  };
  const keep = () => room.keepDraft();
  return (
    <section class="composer composer-out" aria-label={words.message} onFocusIn={offer} onFocusOut={offer}>
      {ended ? (
        <p class="composer-note bad" role="alert">
          {ended}
        </p>
      ) : (
        <ComposerNote channel={channel} room={room} waitMs={0} commandTrouble="" />
      )}
      <div class="composer-box">
        <textarea
          id="composer"
          rows={1}
          readOnly
          aria-label={words.message}
          placeholder={words.signInToWrite}
          value={room.draft}
        />
        <EmoteButton room={room} />
        {children}
      </div>
      {isOffered.value || ended ? (
        <div class="row">
          <a class="button primary" href={signInHref("login")} onClick={keep}>
            {words.signIn}
          </a>
          <a class="button" href={signInHref("register")} onClick={keep}>
            {words.signUp}
          </a>
        </div>
      ) : null}
    </section>
  );
}
