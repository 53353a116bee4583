// The page for a video that does not exist, or not for whom asks.

import { useTitle } from "../instance.ts";
import { words as channelWords } from "../words/channel.ts";
import { words } from "../words/videos.ts";

export function NoSuchVideo() {
  useTitle(channelWords.notFound);
  return (
    <main id="main" class="missing">
      <p class="missing-code" aria-hidden="true">
        404
      </p>
      <h1>{words.missing}</h1>
      <p class="muted">{words.missingText}</p>
      <a class="button" href="/search">
        {channelWords.search}
      </a>
      <a href="/">{channelWords.home}</a>
    </main>
  );
}
