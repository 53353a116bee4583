// The channels that the user follows: live ones as cards, the others as rows from which one stops following.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { FollowView } from "#schema/api/follows.ts";
import { errorText } from "../api.ts";
import { after } from "../clock.ts";
import { followedLive, keepFollowed } from "../people/followed.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { recoverFocus } from "../ui/focus.ts";
import { isolated } from "../ui/isolated-name.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { words } from "../words/browse.ts";
import { words as findingWords } from "../words/finding.ts";
import { CardSkeletons, ChannelCard } from "./channel-card.tsx";
import { OffAirRow } from "./off-air-row.tsx";

const UNDO_MS = 8_000;

export function FollowingPage() {
  const user = usePrivatePage(words.following);
  return (
    <main id="main" class="browse">
      <h1>{words.following}</h1>
      {user ? <Followed key={user.id} /> : <CardSkeletons count={2} />}
    </main>
  );
}

function Followed() {
  useEffect(keepFollowed, []);
  const live = followedLive.value;
  const offAir = useList<FollowView>("/me/follows?live=false&limit=50");
  const rows = offAir.items.value;
  if (live === null || (rows === null && !offAir.trouble)) return <CardSkeletons count={2} />;
  if (live.length === 0 && rows?.length === 0)
    return (
      <div class="browse-empty">
        <p class="muted">{findingWords.noFollows}</p>
        <a class="button primary" href="/categories">
          {findingWords.browse}
        </a>
      </div>
    );
  return (
    <>
      {live.length > 0 ? (
        <section aria-labelledby="following-live">
          <header class="browse-head">
            <h2 id="following-live">{words.liveNow}</h2>
          </header>
          <ul class="grid">
            {live.map((channel) => (
              <ChannelCard key={channel.id} channel={channel} />
            ))}
          </ul>
        </section>
      ) : null}
      <section aria-labelledby="following-off">
        <header class="browse-head">
          <h2 id="following-off">{words.offAir}</h2>
        </header>
        <ListState list={offAir} />
        <ul class="off-air-rows">
          {rows?.map((follow) => (
            <FollowedRow key={follow.channel.id} follow={follow} />
          ))}
        </ul>
        <LoadMore list={offAir} />
      </section>
    </>
  );
}

/** Unfollowing acts at once; for a while it can be undone in the same place. */
function FollowedRow({ follow }: { follow: FollowView }) {
  const { login, displayName } = follow.channel;
  const phase = useSignal<"followed" | "undoable" | "gone">("followed");
  const trouble = useSignal<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isUndoable = phase.value === "undoable";
  useEffect(() => {
    if (!isUndoable) return;
    return after(UNDO_MS, () => {
      const hadFocus = document.activeElement === button.current;
      phase.value = "gone";
      if (hadFocus) recoverFocus();
    });
  }, [isUndoable, phase]);
  const set = async (isFollowed: boolean) => {
    const was = phase.value;
    phase.value = isFollowed ? "followed" : "undoable";
    trouble.value = null;
    after(0, () => button.current?.focus()); // One button gives way to the other.
    try {
      await call(`/me/follows/${login}`, isFollowed ? { method: "PUT", body: {} } : { method: "DELETE" });
    } catch (error) {
      phase.value = was;
      trouble.value = capitalized(errorText(error));
    }
  };
  if (phase.value === "gone") return null;
  if (isUndoable)
    return (
      <li class="off-air-row">
        <p role="status">{findingWords.unfollowed(isolated(displayName))}</p>
        <button
          ref={button}
          type="button"
          class="button"
          aria-label={findingWords.undoOne(displayName)}
          onClick={() => set(true)}
        >
          {findingWords.undo}
        </button>
      </li>
    );
  return (
    <OffAirRow channel={follow.channel} lastLiveAt={follow.lastLiveAt}>
      <Alert text={trouble.value} />
      <button
        ref={button}
        type="button"
        class="button"
        aria-label={findingWords.unfollowOne(displayName)}
        onClick={() => set(false)}
      >
        {findingWords.unfollow}
      </button>
    </OffAirRow>
  );
}
