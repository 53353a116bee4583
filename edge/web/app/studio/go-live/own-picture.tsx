// What is captured, as viewers will see it; without sound, for one hears oneself already.

import { useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../../words/go-live.ts";
import type { Capture } from "./capture.ts";

export function OwnPicture({ capture }: { capture: Capture }) {
  const video = useRef<HTMLVideoElement>(null);
  const track = capture.picture.value;
  useLayoutEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = track ? new MediaStream([track]) : null;
    if (track) void element.play().catch(() => {}); // A newer picture interrupted it.
  }, [track]);
  return (
    <div class="preview live-picture">
      <video ref={video} muted playsInline aria-label={words.yourPicture} hidden={!track || capture.isHidden.value} />
      {track && !capture.isHidden.value ? null : (
        <p class="preview-wait">{capture.isHidden.value ? words.pictureHidden : words.noPicture}</p>
      )}
    </div>
  );
}
