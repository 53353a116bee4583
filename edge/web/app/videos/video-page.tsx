// The page of a video: the player, what it is, its chapters, and the chat as it was said.

// The watch page shares half of its files with this one. The bundler makes a chunk of the files that have the same users: with this line the
// chunks of a watch page stay whole, which is 1.7 KB of its first load. From a video people go to the channel anyway.
import "../pages/watch.tsx";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ShownVideo } from "#schema/api/videos.ts";
import { useTitle } from "../instance.ts";
import { useChatBeside } from "../pages/use-chat-beside.ts";
import { loadHls } from "../player/load-hls.ts";
import { makeVideo } from "../player/video-element.ts";
import { location } from "../router.ts";
import { Late } from "../ui/late.tsx";
import { titleOf, words } from "../words/videos.ts";
import { Chapters } from "./chapters.tsx";
import { momentIn } from "./moment.ts";
import { NoSuchVideo } from "./no-such-video.tsx";
import { RecordedEngine } from "./recorded-engine.ts";
import { RecordedPlayer } from "./recorded-player.tsx";
import { ReplayPanel } from "./replay-panel.tsx";
import { useChannel } from "./use-channel.ts";
import { usePosition } from "./use-position.ts";
import { useVideo } from "./use-video.ts";
import { VideoInfo } from "./video-info.tsx";
import { WhyNot } from "./why-not.tsx";

/** The key makes another video a new page instead of the same page with other props. */
export const VideoPage = ({ id }: { id: string }) => <OneVideo key={id} id={id} />;

function OneVideo({ id }: { id: string }) {
  const { state, reload } = useVideo(id);
  useEffect(() => void loadHls(), []);
  if (state.phase === "missing") return <NoSuchVideo />;
  if (state.phase === "loading")
    return (
      <main id="main" class="watch" aria-busy="true">
        <div class="watch-main">
          <div class="stage">
            <div class="stage-empty">
              {state.trouble ? <p class="late-words">{state.trouble}</p> : <Late>{words.stillLoading}</Late>}
            </div>
          </div>
        </div>
        <aside class="watch-chat" id="chat" />
      </main>
    );
  return <KnownVideo video={state.video} reload={reload} />;
}

interface KnownVideoProps {
  video: ShownVideo;
  reload(): Promise<void>;
}

function KnownVideo({ video, reload }: KnownVideoProps) {
  const page = useRef<HTMLElement>(null);
  const theatre = useSignal(false);
  const part = useSignal<"chat" | "about">("chat");
  const chat = useChatBeside(page);
  const channel = useChannel(video.channel.login);
  const engine = useEngine(video, reload);
  const hasChat = video.kind !== "upload";
  useTitle(`${titleOf(video)} – ${video.channel.displayName}`);
  const isAlone = !hasChat || !chat.isShown;
  const classes = [
    "watch",
    "watch-video",
    part.value === "about" || !hasChat ? "watch-about" : "",
    isAlone ? "watch-alone" : "",
    theatre.value ? "watch-theatre" : "",
  ];
  return (
    <main id="main" class={classes.filter(Boolean).join(" ")} ref={page}>
      <div class="watch-main">
        <div class="stage">
          {video.hlsUrl === null || engine.isGone.value ? (
            <WhyNot video={video} channel={channel} onFollowed={() => void reload()} />
          ) : (
            <PlayedVideo
              video={video}
              engine={engine}
              theatre={{
                on: theatre.value,
                toggle() {
                  theatre.value = !theatre.value;
                },
              }}
              chat={hasChat ? chat : null}
            />
          )}
        </div>
        <VideoInfo
          video={video}
          channel={channel}
          engine={engine}
          showChat={hasChat && !chat.isShown ? chat.toggle : null}
        />
        {hasChat ? (
          <nav class="watch-parts" aria-label={words.parts}>
            {(["chat", "about"] as const).map((one) => (
              <a
                key={one}
                href={`#${one}`}
                aria-current={part.value === one ? "true" : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  part.value = one;
                }}
              >
                {one === "chat" ? words.chat : words.chapters}
              </a>
            ))}
          </nav>
        ) : null}
        <Chapters video={video} engine={engine} />
      </div>
      {hasChat ? (
        <aside class="watch-chat" id="chat" tabIndex={-1} aria-label={words.chat}>
          <ReplayPanel
            videoId={video.id}
            channel={video.channel.login}
            engine={engine}
            isOnAir={video.status === "recording"}
            onClose={chat.toggle}
          />
        </aside>
      ) : null}
    </main>
  );
}

interface PlayedVideoProps {
  video: ShownVideo;
  engine: RecordedEngine;
  theatre: { on: boolean; toggle(): void };
  chat: ReturnType<typeof useChatBeside> | null;
}

function PlayedVideo({ video, engine, theatre, chat }: PlayedVideoProps) {
  const start = useRef<{ fromMs: number; resumedMs: number | null } | null>(null);
  if (start.current === null) {
    const asked = momentIn(location.peek().search);
    start.current = { fromMs: asked ?? video.positionMs ?? 0, resumedMs: asked === null ? video.positionMs : null };
  }
  const { fromMs, resumedMs } = start.current;
  const { hlsUrl } = video;
  // A right that ends gives the address another token: it plays on from where it is.
  useEffect(() => {
    if (hlsUrl !== null) void engine.load(hlsUrl, engine.started.peek() ? engine.positionMs.peek() : fromMs);
  }, [engine, hlsUrl, fromMs]);
  usePosition(video.id, engine);
  return <RecordedPlayer engine={engine} video={video} resumedMs={resumedMs} theatre={theatre} chat={chat} />;
}

/** Stops with the page. */
function useEngine(video: ShownVideo, reload: () => Promise<void>): RecordedEngine {
  const engine = useMemo(() => new RecordedEngine(makeVideo()), []);
  const isAsked = useRef(false);
  engine.onDenied = () => {
    if (isAsked.current) return;
    isAsked.current = true;
    void reload().finally(() => {
      isAsked.current = false;
    });
  };
  useEffect(() => () => engine.stop(), [engine]);
  useEffect(() => {
    if (engine.durationMs.peek() === 0) engine.durationMs.value = video.durationMs;
  }, [engine, video.durationMs]);
  return engine;
}
