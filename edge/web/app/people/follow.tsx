// The follow button with the number of followers. A click takes effect on the page at once and is undone if the server refuses.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { ApiError, errorText } from "../api.ts";
import { navigate, signInHref } from "../router.ts";
import { call, session } from "../session.ts";
import { capitalized } from "../ui/form-errors.ts";
import { HeartIcon } from "../ui/icons.tsx";
import { compact } from "../ui/ticker.ts";

export function FollowButton({ channel }: { channel: ChannelView }) {
  const { login, displayName } = channel;
  /** Null: not known yet, or signed out. */
  const following = useSignal<boolean | null>(null);
  const trouble = useSignal<string | null>(null);
  /** The channel's number of followers at the click, and the change by the click. It counts until the channel is loaded again. */
  const clicked = useSignal<{ seen: number; by: 1 | -1 } | null>(null);
  useSignalEffect(() => {
    following.value = null;
    if (session.value.phase !== "in") return;
    const ending = new AbortController();
    call<{ following: boolean }>(`/me/follows/${login}`, { signal: ending.signal }).then(
      (answer) => {
        following.value = answer.following;
      },
      () => {}, // The button offers to follow; a click then shows the error.
    );
    return () => ending.abort();
  });

  const followers = channel.followers ?? 0;
  const count = clicked.value?.seen === followers ? Math.max(0, followers + clicked.value.by) : followers;
  const own = session.value.phase === "in" && session.value.user.login === login;
  const on = following.value === true;
  const toggle = async () => {
    if (session.value.phase !== "in") return navigate(signInHref());
    trouble.value = null;
    following.value = !on;
    clicked.value = clicked.value?.seen === followers ? null : { seen: followers, by: on ? -1 : 1 };
    try {
      await call(`/me/follows/${login}`, { method: on ? "DELETE" : "PUT", body: {} });
    } catch (error) {
      following.value = on;
      clicked.value = null;
      const blocked = error instanceof ApiError && error.code === "blocked";
      trouble.value = blocked ? `You cannot follow ${displayName}.` : capitalized(errorText(error));
      if (session.peek().phase === "out") navigate(signInHref());
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
          onClick={toggle}
        >
          <HeartIcon full={on} />
          <span>{on ? "Following" : "Follow"}</span>
        </button>
      )}
      <span class="follow-count">
        {compact.format(count)} <span>{count === 1 ? "follower" : "followers"}</span>
      </span>
      {trouble.value ? (
        <span class="follow-trouble" role="alert">
          {trouble.value}
        </span>
      ) : null}
    </div>
  );
}
