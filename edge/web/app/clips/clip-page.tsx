// The page of a clip: it plays twice, and says who made it and where it is from.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ClipView } from "#schema/api/clips.ts";
import { ApiError, errorText } from "../api.ts";
import { useTitle } from "../instance.ts";
import { loadHls } from "../player/load-hls.ts";
import { makeVideo } from "../player/video-element.ts";
import { navigate } from "../router.ts";
import { call, session, whenSessionKnown } from "../session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { Confirm } from "../ui/confirm.tsx";
import { copyText } from "../ui/copy.tsx";
import { momentText, whenText } from "../ui/dates.ts";
import { Late } from "../ui/late.tsx";
import { showToast, showTrouble } from "../ui/toast.ts";
import { ShareIcon } from "../ui/tool-icons.tsx";
import { momentPath } from "../videos/moment.ts";
import { NoSuchVideo } from "../videos/no-such-video.tsx";
import { RecordedEngine } from "../videos/recorded-engine.ts";
import { RecordedPlayer } from "../videos/recorded-player.tsx";
import { makerOf, words } from "../words/clips.ts";
import { words as uiWords } from "../words/ui.ts";
import { words as videoWords } from "../words/videos.ts";
import { DownloadButton } from "./download-button.tsx";
import { MoreClips } from "./more-clips.tsx";

/** The key makes another clip a new page instead of the same page with other props. */
export const ClipPage = ({ id }: { id: string }) => <OneClip key={id} id={id} />;

type State = { phase: "loading"; trouble: string | null } | { phase: "missing" } | { phase: "known"; clip: ClipView };

function OneClip({ id }: { id: string }) {
  const state = useSignal<State>({ phase: "loading", trouble: null });
  const now = session.value;
  const whoId = now.phase === "in" ? now.user.id : now.phase;
  useEffect(() => void loadHls(), []);
  useEffect(() => {
    const ending = new AbortController();
    whenSessionKnown()
      .then(() => call<ClipView>(`/clips/${id}`, { signal: ending.signal }))
      .then(
        (clip) => {
          state.value = { phase: "known", clip };
        },
        (error) => {
          if (ending.signal.aborted) return;
          const isMissing = error instanceof ApiError && error.status === 404;
          state.value = isMissing ? { phase: "missing" } : { phase: "loading", trouble: capitalized(errorText(error)) };
        },
      );
    return () => ending.abort();
  }, [id, whoId, state]);
  const { value } = state;
  if (value.phase === "missing") return <NoSuchVideo title={words.missing} text={words.missingText} />;
  if (value.phase === "known") return <KnownClip key={value.clip.hlsUrl} clip={value.clip} />;
  return (
    <main id="main" class="watch watch-alone" aria-busy="true">
      <div class="watch-main">
        <div class="stage">
          <div class="stage-empty">
            {value.trouble ? <p class="late-words">{value.trouble}</p> : <Late>{videoWords.stillLoading}</Late>}
          </div>
        </div>
      </div>
    </main>
  );
}

function KnownClip({ clip }: { clip: ClipView }) {
  const theatre = useSignal(false);
  useTitle(`${clip.title} – ${clip.channel.displayName}`);
  return (
    <main id="main" class={`watch watch-video watch-about watch-alone${theatre.value ? " watch-theatre" : ""}`}>
      <div class="watch-main">
        <div class="stage">
          {clip.hlsUrl === null ? (
            <div class="stage-empty">
              <h2>{words.onlyFollowersWatch(clip.channel.displayName)}</h2>
              <p>{words.followToWatch}</p>
              <a class="button primary" href={`/${clip.channel.login}`}>
                {clip.channel.displayName}
              </a>
            </div>
          ) : (
            <PlayedClip
              clip={clip}
              url={clip.hlsUrl}
              theatre={{
                on: theatre.value,
                toggle() {
                  theatre.value = !theatre.value;
                },
              }}
            />
          )}
        </div>
        <ClipInfo clip={clip} />
        <MoreClips login={clip.channel.login} except={clip.id} />
      </div>
    </main>
  );
}

interface PlayedClipProps {
  clip: ClipView;
  url: string;
  theatre: { on: boolean; toggle(): void };
}

function PlayedClip({ clip, url, theatre }: PlayedClipProps) {
  const { startOffsetMs: startMs, endOffsetMs: endMs } = clip;
  const engine = useMemo(() => new RecordedEngine(makeVideo(), { startMs, endMs, repeats: 1 }), []);
  useEffect(() => {
    void engine.load(url, 0);
    return () => engine.stop();
  }, [engine, url]);
  const looks = { storyboard: null, chapters: [], posterUrl: clip.thumbnailUrl };
  return <RecordedPlayer engine={engine} video={looks} resumedMs={null} theatre={theatre} chat={null} />;
}

function ClipInfo({ clip }: { clip: ClipView }) {
  const { channel, video, title, createdAt, views } = clip;
  const share = async () => {
    if (await copyText(`${window.location.origin}/clips/${clip.id}`)) showToast(words.copied);
    else showTrouble(uiWords.notCopied);
  };
  return (
    <section class="meta" aria-label={words.about}>
      <Notice clip={clip} />
      <div class="meta-row">
        <Avatar login={channel.login} name={channel.displayName} picture={channel.pictureUrl} size="l" />
        <div class="meta-text">
          <p class="meta-who">
            <a class="meta-name" href={`/${channel.login}`}>
              {channel.displayName}
            </a>
          </p>
          <h1 dir="auto">{title}</h1>
          <p class="meta-facts muted">
            {makerOf(clip)} ·{" "}
            <span>
              <time title={momentText(createdAt)}>{whenText(createdAt)}</time> · {words.views(views)}
            </span>
          </p>
        </div>
        <div class="meta-acts meta-acts-many">
          {video ? (
            <a class="button primary" href={momentPath(video.id, video.startMs)}>
              {words.whole}
            </a>
          ) : null}
          <button type="button" class="button" onClick={share}>
            <ShareIcon />
            <span>{words.share}</span>
          </button>
          {clip.hlsUrl ? <DownloadButton of={`clips/${clip.id}`} /> : null}
          {clip.deletable ? <DeleteClip clip={clip} /> : null}
        </div>
      </div>
      {video ? null : <p class="muted">{words.videoGone}</p>}
    </section>
  );
}

const NOTICES = { private: words.onlyYou, unlisted: words.unlisted, followers: words.onlyFollowers };

/** Who sees it, where that is not everybody. */
function Notice({ clip: { visibility, deletable } }: { clip: ClipView }) {
  if (visibility === "public" || !deletable) return null;
  return <p class="notice video-notice">{NOTICES[visibility]}</p>;
}

function DeleteClip({ clip }: { clip: ClipView }) {
  const isAsked = useSignal(false);
  const close = () => {
    isAsked.value = false;
  };
  const remove = async () => {
    await call(`/clips/${clip.id}`, { method: "DELETE" });
    navigate(`/${clip.channel.login}/clips`, { replace: true });
    showToast(words.removed);
  };
  return (
    <>
      <button
        type="button"
        class="button danger"
        onClick={() => {
          isAsked.value = true;
        }}
      >
        {words.remove}
      </button>
      {isAsked.value ? (
        <Confirm title={words.removeAsk} word={words.removeDo} act={remove} onClose={close}>
          {words.removeWhat(clip.title)}
        </Confirm>
      ) : null}
    </>
  );
}
