// Below the player of a video: whose it is, its title, when it was live, how often it was seen, and what one can do.

import { useSignal } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import type { ShownVideo, VideoView } from "#schema/api/videos.ts";
import { FollowButton, followersOf } from "../people/follow.tsx";
import { location } from "../router.ts";
import { session } from "../session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { copyText } from "../ui/copy.tsx";
import { dateText } from "../ui/dates.ts";
import { ChatIcon, HighlightIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { uptimeText } from "../ui/ticker.ts";
import { showToast, showTrouble } from "../ui/toast.ts";
import { ShareIcon } from "../ui/tool-icons.tsx";
import { words as channelWords } from "../words/channel.ts";
import { words as highlightWords } from "../words/highlights.ts";
import { words as uiWords } from "../words/ui.ts";
import { titleOf, words } from "../words/videos.ts";
import { asksForHighlight, momentPath } from "./moment.ts";
import type { RecordedEngine } from "./recorded-engine.ts";

const ClipButton = lazyPart(async () => (await import("../clips/clips.ts")).ClipButton);
const HighlightMaker = lazyPart(async () => (await import("../clips/clips.ts")).HighlightMaker);
const DownloadButton = lazyPart(async () => (await import("../clips/clips.ts")).DownloadButton);

interface VideoInfoProps {
  video: ShownVideo;
  /** Null: not known yet. */
  channel: ChannelView | null;
  engine: RecordedEngine;
  /** Null: it is shown, or there is none. */
  showChat: (() => void) | null;
}

export function VideoInfo({ video, channel, engine, showChat }: VideoInfoProps) {
  const { login, displayName, pictureUrl } = video.channel;
  const isMaking = useSignal(asksForHighlight(location.peek().search));
  return (
    <section class="meta" aria-label={words.about}>
      <Notice video={video} />
      <div class="meta-row">
        <Avatar login={login} name={displayName} picture={pictureUrl} isLive={channel?.live != null} size="l" />
        <div class="meta-text">
          <p class="meta-who">
            <a class="meta-name" href={`/${login}`}>
              {displayName}
            </a>{" "}
            {channel ? <span class="meta-followers">{channelWords.followers(followersOf(channel))}</span> : null}
          </p>
          <h1 dir="auto">{titleOf(video)}</h1>
          <p class="meta-facts muted">{factsOf(video)}</p>
        </div>
        <div class="meta-acts">
          {channel ? <FollowButton channel={channel} onFollowed={() => {}} /> : null}
          {video.clippable ? (
            <ClipButton clipped={() => ({ login, videoId: video.id, atMs: engine.positionMs.peek() })} />
          ) : null}
          {video.highlightable ? (
            <button
              type="button"
              class="button"
              aria-expanded={isMaking.value}
              onClick={() => {
                isMaking.value = !isMaking.peek();
              }}
            >
              <HighlightIcon />
              <span>{highlightWords.highlight}</span>
            </button>
          ) : null}
          {video.downloadable ? <DownloadButton of={`videos/${video.id}`} /> : null}
          {video.hlsUrl ? <ShareMoment videoId={video.id} engine={engine} /> : null}
          {showChat ? (
            <button type="button" class="button chat-open" onClick={showChat}>
              <ChatIcon />
              {channelWords.showChat}
            </button>
          ) : null}
        </div>
      </div>
      {video.highlightable && isMaking.value ? (
        <HighlightMaker
          video={video}
          engine={engine}
          onClose={() => {
            isMaking.value = false;
          }}
        />
      ) : null}
    </section>
  );
}

const factsOf = ({ startedAt, createdAt, views }: VideoView) =>
  [startedAt ? words.recordedOn(dateText(startedAt)) : words.uploadedOn(dateText(createdAt)), words.views(views)].join(
    " · ",
  );

/** Who sees it, for those who may change that; and that it is live still. */
function Notice({ video: { channel, visibility, status } }: { video: ShownVideo }) {
  const now = session.value;
  const isOwn = now.phase === "in" && now.user.login === channel.login;
  if (status === "recording")
    return (
      <p class="notice video-notice">
        {words.stillLive(channel.displayName)}
        <a class="notice-end" href={`/${channel.login}`}>
          {words.watchLive}
        </a>
      </p>
    );
  if (!isOwn || visibility === "public") return null;
  return (
    <p class="notice video-notice">
      {{ private: words.onlyYou, unlisted: words.unlisted, followers: words.followers }[visibility]}
      <a class="notice-end" href="/dashboard/videos">
        {words.changeIt}
      </a>
    </p>
  );
}

/** Copies the address of what is seen now. */
function ShareMoment({ videoId, engine }: { videoId: string; engine: RecordedEngine }) {
  const time = uptimeText(engine.positionMs.value);
  const share = async () => {
    const path = momentPath(videoId, engine.positionMs.peek());
    if (await copyText(window.location.origin + path)) showToast(words.copied(time));
    else showTrouble(uiWords.notCopied);
  };
  return (
    <button type="button" class="button share-moment" onClick={share}>
      <ShareIcon />
      {words.share(time)}
    </button>
  );
}
