// The last picture over the element while its source changes, so that the screen does not turn black in between.

import { effect } from "@preact/signals";
import { after } from "../clock.ts";
import type { Source } from "./source.ts";

/** A source that takes longer shows that it waits. */
const HELD_MS_MAX = 3_000;

interface Playing {
  video: HTMLVideoElement;
  source: Pick<Source, "replay">;
}

/** While a broadcast is rewound, and live again. Returns a function that stops it. */
export function holdPicture({ video, source }: Playing): () => void {
  let last = source.replay.peek();
  let letGo = () => {};
  const stop = effect(() => {
    const replay = source.replay.value;
    if (replay === last) return;
    last = replay;
    letGo();
    letGo = hold(video);
  });
  return () => {
    stop();
    letGo();
  };
}

/** Until the next picture plays, or for `heldMs` (null: no limit); without a picture it does nothing. Returns a function that ends it; may be
 *  called twice. */
export function hold(video: HTMLVideoElement, heldMs: number | null = HELD_MS_MAX): () => void {
  if (video.videoWidth === 0) return () => {};
  const picture = document.createElement("canvas");
  picture.width = video.videoWidth;
  picture.height = video.videoHeight;
  picture.className = "player-held";
  picture.getContext("2d")?.drawImage(video, 0, 0);
  video.after(picture);
  const cancel = heldMs === null ? () => {} : after(heldMs, end);
  video.addEventListener("playing", end);
  function end() {
    cancel();
    video.removeEventListener("playing", end);
    picture.remove();
  }
  return end;
}
