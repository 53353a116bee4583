// The picture of a broadcast on air: the newest thumbnail, asked for anew each 15 s while it is in view; a drawing while there is none.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { every } from "../clock.ts";
import { random } from "../random.ts";
import { Placeholder } from "./placeholder.tsx";
import { isDataSaved } from "./preferences.ts";

const RENEW_MS = 15_000;
const RENEW_SAVING_MS = 60_000;
/** Of 16:9; the style gives the size on the page. */
const SIZES = { small: { width: 320, height: 180 }, large: { width: 1_280, height: 720 } };

interface ThumbnailProps {
  channel: Pick<ChannelView, "login" | "displayName" | "live">;
  size?: keyof typeof SIZES;
  /** The picture's text. Default: what it is of. Empty where a link beside it says more. */
  alt?: string;
}

export function Thumbnail({ channel, size = "small", alt }: ThumbnailProps) {
  const { login, displayName, live } = channel;
  const box = useRef<HTMLSpanElement>(null);
  const turn = useSignal(Math.floor(random() * 1_000_000));
  /** The newest picture that has loaded: it is seen until the next one has. */
  const shown = useSignal("");
  const broken = useSignal("");
  const url = live?.thumbnailUrl;
  useEffect(() => {
    const element = box.current;
    if (!url || !element) return;
    const next = () => {
      if (document.visibilityState === "visible") turn.value++;
    };
    let stop = () => {};
    const observer = new IntersectionObserver(([entry]) => {
      stop();
      if (entry?.isIntersecting) stop = every(isDataSaved() ? RENEW_SAVING_MS : RENEW_MS, next);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      stop();
    };
  }, [url, turn]);
  // The address says which picture is wanted: a browser would show the same address from its memory.
  const src = url ? `${size === "large" ? largeOf(url) : url}?${turn.value}` : "";
  const isMissing = src === "" || (broken.value === src && shown.value === "");
  const text = alt ?? `What ${displayName} shows now`;
  return (
    <span class="thumbnail" ref={box}>
      {isMissing ? <Placeholder login={login} name={displayName} /> : null}
      {[...new Set([shown.value, src])]
        .filter((one) => one !== "" && one !== broken.value)
        .map((one) => (
          <img
            key={one}
            src={one}
            alt={one === src ? text : ""}
            {...SIZES[size]}
            loading="lazy"
            decoding="async"
            onLoad={() => {
              if (one === src) shown.value = one;
            }}
            onError={() => {
              broken.value = one;
            }}
          />
        ))}
    </span>
  );
}

/** The small thumbnail for whoever may have this playlist, with its token if it has one. */
export const thumbnailBeside = (indexUrl: string) => indexUrl.replace(/index\.m3u8.*$/, "thumbnail.jpg");

const largeOf = (url: string) => url.replace(/\.jpg$/, "-1280.jpg");
