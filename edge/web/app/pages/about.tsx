// What a channel says of itself, below the player: its text, links, and the rules of its chat.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AboutView } from "#schema/api/channel-about.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import { pictureSet } from "#schema/wire/picture-widths.ts";
import type { Room } from "../chat/room.ts";
import { pieces } from "../chat/text.ts";
import { followersOf } from "../people/follow.tsx";
import { call, session } from "../session.ts";
import { RecentVideos } from "../videos/recent-videos.tsx";
import { words as aboutWords } from "../words/about.ts";
import { words } from "../words/channel.ts";
import { OnAirFor, Tags } from "./broadcast-facts.tsx";
import { ClipLive } from "./channel-acts.tsx";
import { ChannelMore } from "./channel-more.tsx";
import { Share } from "./share.tsx";

// Loaded with this text: a page that plays has no need of them at first.
export { ChannelActs } from "./channel-acts.tsx";

interface AboutProps {
  channel: ChannelView;
  room: Room;
  /** The server does not answer; the text is asked for again when it does. */
  isAway: boolean;
}

export function About({ channel, room, isAway }: AboutProps) {
  const { login, displayName } = channel;
  const said = useAbout(login, isAway);
  const isOwn = session.value.phase === "in" && session.value.user.login === login;
  const isEmpty = said !== null && said.about === "" && said.rules === "" && said.links.length === 0;
  return (
    <section class="about" id="about" aria-label={words.about} aria-busy={said === null}>
      <BroadcastInFull channel={channel} room={room} />
      {channel.bannerUrl ? <Banner url={channel.bannerUrl} name={displayName} /> : null}
      <div class="about-main">
        <h2>{aboutWords.aboutOne(displayName)}</h2>
        {isEmpty ? (
          <p class="muted">
            {aboutWords.nothingSaid(displayName)} {isOwn ? <a href="/dashboard">{aboutWords.writeSomething}</a> : null}
          </p>
        ) : null}
        {said?.about ? <Said text={said.about} /> : null}
        {said && said.links.length > 0 ? (
          <ul class="about-links" aria-label={aboutWords.links}>
            {said.links.map(({ name, url }) => (
              <li key={url}>
                <a href={url} {...OUTWARD}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      {said?.rules ? (
        <div class="about-rules">
          <h2>{aboutWords.rules}</h2>
          <Said text={said.rules} />
        </div>
      ) : null}
      <RecentVideos login={login} />
    </section>
  );
}

function Banner({ url, name }: { url: string; name: string }) {
  const isBroken = useSignal(false);
  return isBroken.value ? null : (
    <img
      class="banner"
      src={url}
      srcset={pictureSet(url, [960, 1_920])}
      sizes="(min-width: 960px) 960px, 100vw"
      {...{ width: 960, height: 160 }}
      alt={aboutWords.bannerOf(name)}
      loading="lazy"
      decoding="async"
      onError={() => {
        isBroken.value = true;
      }}
    />
  );
}

/** On a phone: what the row below the player has no room for. */
const BroadcastInFull = ({ channel, room }: Pick<AboutProps, "channel" | "room">) => (
  <div class="about-broadcast">
    <p class="about-title">{channel.title}</p>
    <p class="about-facts">
      <span>{words.followers(followersOf(channel))}</span>
      {channel.live && channel.live.phase !== "preview" ? <OnAirFor startedAt={channel.live.startedAt} /> : null}
    </p>
    <Tags channel={channel} />
    <div class="about-acts">
      <ClipLive channel={channel} />
      <Share channel={channel} />
      <ChannelMore channel={channel} room={room} />
    </div>
  </div>
);

const OUTWARD = { target: "_blank", rel: "noopener noreferrer nofollow ugc" };

/** Plain text; only addresses in it are links. */
const Said = ({ text }: { text: string }) => (
  <p class="about-text">
    {pieces(text).map((piece) =>
      "href" in piece ? (
        <a href={piece.href} {...OUTWARD}>
          {piece.text}
        </a>
      ) : (
        piece.text
      ),
    )}
  </p>
);

function useAbout(login: string, isAway: boolean): AboutView | null {
  const said = useSignal<AboutView | null>(null);
  useEffect(() => {
    if (isAway || said.peek() !== null) return;
    const ending = new AbortController();
    call<AboutView>(`/channels/${login}/about`, { signal: ending.signal }).then(
      (answer) => {
        said.value = answer;
      },
      () => {}, // The page says that the server is away.
    );
    return () => ending.abort();
  }, [login, isAway, said]);
  return said.value;
}
