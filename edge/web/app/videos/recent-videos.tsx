// Below a channel or one of its videos: its newest videos. Takes no place where there are none.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { lazyPart } from "../ui/lazy.tsx";
import type { RecentVideosProps } from "./newest-videos.tsx";

const Newest = lazyPart<RecentVideosProps>(async () => (await import("./newest-videos.tsx")).NewestVideos);

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
