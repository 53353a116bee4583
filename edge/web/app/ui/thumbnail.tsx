// The picture of a broadcast on air: the newest thumbnail, asked for anew each 30 s while the page is visible; a drawing while there is none.

import { useComputed, useSignal } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { random } from "../random.ts";
import { Placeholder } from "./placeholder.tsx";
import { nowMs } from "./ticker.ts";

const RENEW_MS = 30_000;
/** So that not all pages ask in the same second. */
const PHASE_MS = random() * RENEW_MS;
/** Of 16:9; the style gives the size on the page. */
const SIZES = { small: { width: 320, height: 180 }, large: { width: 1_280, height: 720 } };

interface ThumbnailProps {
  channel: Pick<ChannelView, "login" | "displayName" | "live">;
  size?: keyof typeof SIZES;
}

export function Thumbnail({ channel: { login, displayName, live }, size = "small" }: ThumbnailProps) {
  const turn = useComputed(() => Math.floor((nowMs.value + PHASE_MS) / RENEW_MS));
  const broken = useSignal("");
  const url = live?.thumbnailUrl;
  // The address says which picture is wanted: a browser would show the same address from its memory.
  const src = url && `${size === "large" ? largeOf(url) : url}?${turn.value}`;
  if (!src || broken.value === src) return <Placeholder login={login} name={displayName} />;
  return (
    <img
      src={src}
      alt={`What ${displayName} shows now`}
      {...SIZES[size]}
      loading="lazy"
      onError={() => {
        broken.value = src;
      }}
    />
  );
}

/** The small thumbnail for whoever may have this playlist, with its token if it has one. */
export const thumbnailBeside = (indexUrl: string) => indexUrl.replace(/index\.m3u8.*$/, "thumbnail.jpg");

const largeOf = (url: string) => url.replace(/\.jpg$/, "-1280.jpg");
