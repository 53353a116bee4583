// Below a channel or one of its videos: its newest videos. Takes no place where there are none.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { VideoView } from "#schema/api/videos.ts";
import { useList } from "../ui/list.ts";
import { words } from "../words/videos.ts";
import { VideoCard } from "./video-card.tsx";

const SHOWN_MAX = 4;

interface RecentVideosProps {
  login: string;
  /** Id of the one that is on the page already. */
  except?: string;
}

/** Asks for them when its place is in view: most who watch live on a phone never see it. */
export function RecentVideos(props: RecentVideosProps) {
  const place = useRef<HTMLDivElement>(null);
  const isSeen = useSignal(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      isSeen.value = true;
      observer.disconnect();
    });
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [isSeen]);
  return (
    <div class="recent-videos" ref={place}>
      {isSeen.value ? <Newest {...props} /> : null}
    </div>
  );
}

function Newest({ login, except }: RecentVideosProps) {
  const list = useList<VideoView>(`/videos?channel=${login}&limit=${SHOWN_MAX + 1}`);
  const items = (list.items.value ?? []).filter(({ id }) => id !== except).slice(0, SHOWN_MAX);
  if (items.length === 0) return null;
  return (
    <>
      <div class="browse-head">
        <h2>{except === undefined ? words.videos : words.moreVideos}</h2>
        <a href={`/${login}/videos`}>{words.allVideos}</a>
      </div>
      <ul class="grid">
        {items.map((video) => (
          <VideoCard key={video.id} video={video} />
        ))}
      </ul>
    </>
  );
}
