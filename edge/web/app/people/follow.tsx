// The follow button, and the number of followers. A click takes effect on the page at once and is undone if the server refuses.

import { signal, untracked, useSignal, useSignalEffect } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { ApiError, errorText } from "../api.ts";
import { navigate, signInHref } from "../router.ts";
import { call, session } from "../session.ts";
import { capitalized } from "../ui/capitalized.ts";
import { HeartIcon } from "../ui/icons.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { showToast } from "../ui/toast.ts";
import { words } from "../words/ui.ts";
import { keepFollowWish, takeFollowWish } from "./follow-wish.ts";

/** The channel on the page, for all of its buttons. Null: not known yet, or signed out. */
const followed = signal<{ login: string; on: boolean } | null>(null);
/** The channel's number of followers at the click, and the change by the click. It counts until the channel is loaded again. */
const clicked = signal<{ login: string; seen: number; by: 1 | -1 } | null>(null);

/** Grows when a change begins and when it is over: what was asked before or meanwhile says nothing of it. */
let changes = 0;

interface FollowButtonProps {
  channel: ChannelView;
  /** The server has taken it: the user follows the channel now. */
  onFollowed?(): void;
}

const byClickOf = ({ login, followers }: ChannelView) =>
  clicked.value?.login === login && clicked.value.seen === followers ? clicked.value.by : 0;

/** With the visitor's own click. */
export const followersOf = (channel: ChannelView) => Math.max(0, channel.followers + byClickOf(channel));

/** From elsewhere on the page than the button. Throws ApiError. */
export async function follow(login: string) {
  await call(`/me/follows/${login}`, { method: "PUT", body: {} });
  changes++;
  followed.value = { login, on: true };
}

export function FollowButton({ channel, onFollowed }: FollowButtonProps) {
  const { login, displayName } = channel;
  const trouble = useSignal<string | null>(null);
  useSignalEffect(() => {
    const isIn = session.value.phase === "in";
    untracked(() => {
      if (!isIn || followed.value?.login !== login) followed.value = null;
    });
    if (!isIn) return;
    const ending = new AbortController();
    const before = changes;
    call<{ following: boolean }>(`/me/follows/${login}`, { signal: ending.signal }).then(
      (answer) => {
        if (changes !== before) return;
        followed.value = { login, on: answer.following };
        if (takeFollowWish(login) && !answer.following) void change(true);
      },
      () => {}, // The button offers to follow; a click then shows the error.
    );
    return () => ending.abort();
  });

  const { followers } = channel;
  const own = session.value.phase === "in" && session.value.user.login === login;
  const on = followed.value?.login === login && followed.value.on;
  const change = async (wanted: boolean) => {
    if (session.value.phase !== "in") {
      keepFollowWish(login);
      return navigate(signInHref());
    }
    trouble.value = null;
    changes++;
    followed.value = { login, on: wanted };
    const isClicked = clicked.peek()?.login === login && clicked.peek()?.seen === followers;
    clicked.value = isClicked ? null : { login, seen: followers, by: wanted ? 1 : -1 };
    try {
      await call(`/me/follows/${login}`, { method: wanted ? "PUT" : "DELETE", body: {} });
      followed.value = { login, on: wanted };
      if (wanted) onFollowed?.();
      else showToast(words.noLongerFollow(isolated(displayName)), () => change(true));
    } catch (error) {
      followed.value = { login, on: !wanted };
      clicked.value = null;
      const blocked = error instanceof ApiError && error.code === "blocked";
      trouble.value = blocked ? `You cannot follow ${displayName}.` : capitalized(errorText(error));
      if (session.peek().phase === "out") navigate(signInHref());
    } finally {
      changes++;
    }
  };
  return (
    <div class="follow">
      {own ? null : (
        <button
          type="button"
          class={on ? "button follow-on" : "button primary"}
          aria-pressed={on}
          aria-label={on ? `Following ${displayName}` : `Follow ${displayName}`}
          onClick={() => void change(!on)}
        >
          <HeartIcon full={on} />
          <span>{on ? "Following" : "Follow"}</span>
        </button>
      )}
      {trouble.value ? (
        <span class="follow-trouble" role="alert">
          {trouble.value}
        </span>
      ) : null}
    </div>
  );
}
