// In the place of the picture: why this video does not play, and what to do.

import type { ChannelView } from "#schema/api/channels.ts";
import type { ShownVideo } from "#schema/api/videos.ts";
import { FollowButton } from "../people/follow.tsx";
import { signInHref } from "../router.ts";
import { session } from "../session.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { words } from "../words/videos.ts";

interface WhyNotProps {
  video: ShownVideo;
  /** Null: not known yet. */
  channel: ChannelView | null;
  onFollowed(): void;
}

export const WhyNot = (props: WhyNotProps) => (
  <div class="offair">
    <div class="offair-card">
      <Reason {...props} />
    </div>
  </div>
);

function Reason({ video, channel, onFollowed }: WhyNotProps) {
  const { status, failure, progress, visibility } = video;
  const name = video.channel.displayName;
  if (status === "uploading") return <h2>{words.uploading}</h2>;
  if (status === "processing")
    return (
      <>
        <h2>{words.processing}</h2>
        {progress === null ? null : (
          <ProgressBar
            label={words.processing}
            share={progress}
            text={words.processingShare(Math.round(progress * 100))}
          />
        )}
        <p>{words.processingText}</p>
      </>
    );
  if (status === "failed")
    return (
      <>
        <h2>{words.failed}</h2>
        {failure ? <p>{failure.detail}</p> : null}
        <a class="button" href="/dashboard/videos">
          {words.toVideos}
        </a>
      </>
    );
  if (visibility !== "followers") return <h2>{words.noPicture}</h2>;
  const isIn = session.value.phase === "in";
  return (
    <>
      <h2>{words.onlyFollowers(name)}</h2>
      <p>{isIn ? words.followToWatch : words.signInToFollow}</p>
      {!isIn ? (
        <a class="button primary" href={signInHref()}>
          {words.signIn}
        </a>
      ) : channel ? (
        <FollowButton channel={channel} onFollowed={onFollowed} />
      ) : null}
    </>
  );
}
