// The small pictures of a video, loaded once the page is at rest: nobody needs them before they move over the bar.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { after } from "../clock.ts";
import { type SmallPicture, smallPictures } from "./storyboard.ts";

const LATER_MS = 1_000;

/** `url` null: there are none. Without them the bar says the time alone. */
export function useSmallPictures(url: string | null): readonly SmallPicture[] {
  const pictures = useSignal<readonly SmallPicture[]>([]);
  useEffect(() => {
    if (url === null) return;
    const ending = new AbortController();
    const load = async () => {
      const response = await fetch(url, { signal: ending.signal });
      if (response.ok) pictures.value = smallPictures(await response.text(), response.url);
    };
    const cancel = after(LATER_MS, () => void load().catch(() => {})); // The network may be away, or the page has gone.
    return () => {
      cancel();
      ending.abort();
    };
  }, [url, pictures]);
  return pictures.value;
}
