// The home page: the channels that are live now.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { callApi } from "../api.ts";
import { followedLoaded } from "../people/followed.ts";
import { FollowedChannels } from "../people/followed-channels.tsx";
import { session } from "../session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge, Uptime } from "../ui/badges.tsx";
import { BroadcastIcon } from "../ui/icons.tsx";
import { Placeholder } from "../ui/placeholder.tsx";
import { poll } from "../ui/poll.ts";
import { Thumbnail } from "../ui/thumbnail.tsx";
import { viewersText } from "../ui/ticker.ts";

const EVERY_MS = 4_000;

export function Home() {
  const channels = useSignal<ChannelView[] | null>(null);
  const away = useSignal(false);
  useEffect(() => {
    document.title = "Live now · TwitchClone";
    return poll(EVERY_MS, async (signal) => {
      try {
        const page = await callApi<Page<ChannelView>>("/channels?live=true&limit=100", { signal });
        channels.value = page.items.filter((channel) => channel.live !== null);
        away.value = false;
      } catch {
        away.value = true; // The page says so and keeps the last list.
      }
    });
  }, [channels, away]);

  const list = followedLoaded.value || away.value ? channels.value : null;
  return (
    <main id="main" class="home">
      {away.value ? (
        <p class="notice" role="status">
          The server does not answer. Trying again…
        </p>
      ) : null}
      <FollowedChannels />
      {list === null ? (
        away.value ? null : (
          <Loading />
        )
      ) : list.length === 0 ? (
        <NobodyLive />
      ) : (
        <>
          <h1>Live now</h1>
          <ul class={list.length === 1 ? "grid grid-one" : "grid"}>
            {list.map((channel) => (
              <Card key={channel.id} channel={channel} large={list.length === 1} />
            ))}
          </ul>
          <Invitation />
        </>
      )}
    </main>
  );
}

function Card({ channel, large }: { channel: ChannelView; large: boolean }) {
  const { login, displayName, title, category, live } = channel;
  if (!live) return null;
  return (
    <li class="card">
      <a href={`/${login}`} class="card-link">
        <div class="card-picture">
          <Thumbnail channel={channel} size={large ? "large" : "small"} />
          <span class="card-live">
            <LiveBadge lost={live.phase === "lost"} />
          </span>
          <span class="card-viewers chip">{viewersText(live.viewers)}</span>
          <span class="card-uptime chip">
            <Uptime startedAt={live.startedAt} />
          </span>
        </div>
        <div class="card-text">
          <Avatar login={login} name={displayName} />
          <div>
            <h2>{title || `${displayName} is live`}</h2>
            <p class="muted">{displayName}</p>
            {category ? <p class="muted">{category}</p> : null}
            <span class="button primary card-watch">Watch now</span>
          </div>
        </div>
      </a>
    </li>
  );
}

const Loading = () => (
  <>
    <h1>Live now</h1>
    <ul class="grid" aria-hidden="true">
      {[0, 1, 2].map((key) => (
        <li class="card skeleton" key={key}>
          <div class="card-picture" />
          <div class="card-text">
            <span class="avatar avatar-m" />
            <div>
              <i />
              <i />
            </div>
          </div>
        </li>
      ))}
    </ul>
  </>
);

const goLiveHref = () => (session.value.phase === "in" ? "/dashboard" : "/register?next=/dashboard");

function NobodyLive() {
  return (
    <section class="nobody-live">
      <div class="nobody-live-picture">
        <Placeholder login="horizon" name="" />
      </div>
      <h1>Nobody is live right now</h1>
      <p class="lead">Be the first. It takes about two minutes, and viewers see you two seconds after you start.</p>
      <ol class="steps">
        <li>
          <strong>Create your channel</strong>
          <span>Sign up, and your channel is ready.</span>
        </li>
        <li>
          <strong>Copy your stream key</strong>
          <span>The dashboard shows the server and key for OBS.</span>
        </li>
        <li>
          <strong>Start streaming</strong>
          <span>Press the button in OBS, and you are live.</span>
        </li>
      </ol>
      <a class="button primary large" href={goLiveHref()}>
        <BroadcastIcon />
        Go live
      </a>
    </section>
  );
}

const Invitation = () => (
  <aside class="invitation">
    <div>
      <h2>Your turn?</h2>
      <p class="muted">Stream from OBS in two minutes: copy the server and key, press Start.</p>
    </div>
    <a class="button" href={goLiveHref()}>
      <BroadcastIcon />
      Go live
    </a>
  </aside>
);
