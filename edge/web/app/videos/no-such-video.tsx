// The page for a video, or a clip, that does not exist, or not for whom asks.

import { useTitle } from "../instance.ts";
import { words as missingWords } from "../words/missing.ts";
import { words } from "../words/videos.ts";

export function NoSuchVideo({ title = words.missing, text = words.missingText }: { title?: string; text?: string }) {
  useTitle(missingWords.notFound);
  return (
    <main id="main" class="missing">
      <p class="missing-code" aria-hidden="true">
        404
      </p>
      <h1>{title}</h1>
      <p class="muted">{text}</p>
      <a class="button" href="/search">
        {missingWords.search}
      </a>
      <a href="/">{missingWords.home}</a>
    </main>
  );
}
