// The moving picture over a thumbnail, without sound, once the pointer or the focus has rested on it for a second. Never for those who want
// less motion or less data, and never for media that need a right.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { after } from "../clock.ts";
import { MutedIcon } from "../ui/icons.tsx";
import { isDataSaved, isMotionReduced } from "../ui/preferences.ts";
import { words as homeWords } from "../words/home.ts";

const REST_MS = 1_000;

export function SilentPreview({ channel: { live } }: { channel: ChannelView }) {
  const video = useRef<HTMLVideoElement>(null);
  const isMoving = useSignal(false);
  const hlsUrl = live?.thumbnailUrl ? live.hlsUrl : null;
  useEffect(() => {
    const element = video.current;
    const place = element?.parentElement;
    if (!element || !place || hlsUrl === null || isMotionReduced() || isDataSaved()) return;
    const ending = new AbortController();
    const { signal } = ending;
    let cancel = () => {};
    let stop = () => {};
    const begin = async () => {
      const { playSilently } = await import("../player/silent.ts");
      if (resting && !signal.aborted) stop = await playSilently(element, hlsUrl);
      if (!resting || signal.aborted) leave();
    };
    let resting = false;
    const rest = () => {
      if (resting) return;
      resting = true;
      cancel = after(REST_MS, () => void begin());
    };
    const leave = () => {
      resting = false;
      cancel();
      stop();
      isMoving.value = false;
    };
    for (const type of ["pointerenter", "focus"]) place.addEventListener(type, rest, { signal });
    for (const type of ["pointerleave", "blur"]) place.addEventListener(type, leave, { signal });
    element.addEventListener("playing", () => (isMoving.value = resting), { signal });
    return () => {
      ending.abort();
      leave();
    };
  }, [hlsUrl, isMoving]);
  return (
    <>
      <video
        ref={video}
        class={isMoving.value ? "preview-video moving" : "preview-video"}
        muted
        playsInline
        tabIndex={-1}
        aria-hidden="true"
      />
      {isMoving.value ? (
        <span class="card-uptime chip over" aria-hidden="true">
          <MutedIcon size="text" />
          {homeWords.preview}
        </span>
      ) : null}
    </>
  );
}
