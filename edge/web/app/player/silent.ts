// Plays a live stream on an element without sound, in its smallest quality: for previews. hls.js is loaded when it is first needed.

import { hlsConfig } from "./hls-config.ts";
import { loadHls } from "./load-hls.ts";
import { streamControllerClass } from "./stream-controller.ts";

/** Returns a function that stops, and frees the element; may be called twice. Never rejects: without a picture the element stays empty. */
export async function playSilently(video: HTMLVideoElement, hlsUrl: string): Promise<() => void> {
  video.muted = true;
  const play = () => void video.play().catch(() => {}); // A browser that refuses shows the thumbnail.
  const { default: Hls } = await loadHls().catch(() => ({ default: null }));
  if (!Hls?.isSupported()) {
    if (!video.canPlayType("application/vnd.apple.mpegurl")) return () => {};
    video.src = hlsUrl;
    play();
    return () => {
      video.removeAttribute("src");
      video.load();
    };
  }
  const streamController = streamControllerClass(Hls.DefaultConfig.streamController);
  const hls = new Hls({ ...hlsConfig, streamController, capLevelToPlayerSize: true, startLevel: -1 });
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    hls.currentLevel = hls.levels.reduce(
      (least, { bitrate }, i) => (bitrate < hls.levels[least]!.bitrate ? i : least),
      0,
    );
    play();
  });
  hls.on(Hls.Events.ERROR, (_event, { fatal }) => {
    if (fatal) hls.destroy();
  });
  hls.loadSource(hlsUrl);
  hls.attachMedia(video);
  return () => hls.destroy();
}
