// Below a video: its chapters, where its title or category changed while it was live, and other videos of the channel.

import type { ShownVideo } from "#schema/api/videos.ts";
import { uptimeText } from "../ui/ticker.ts";
import { words } from "../words/videos.ts";
import { chapterAt } from "./chapter-at.ts";
import { momentPath } from "./moment.ts";
import { RecentVideos } from "./recent-videos.tsx";
import type { RecordedEngine } from "./recorded-engine.ts";

interface ChaptersProps {
  video: ShownVideo;
  engine: RecordedEngine;
}

export function Chapters({ video: { id, channel, chapters }, engine }: ChaptersProps) {
  const now = chapterAt(chapters, engine.positionMs.value);
  return (
    <section class="about chapters" id="about" aria-labelledby="chapters-head">
      <div>
        <h2 id="chapters-head">{words.chapters}</h2>
        {chapters.length < 2 ? <p class="muted">{words.noChapters}</p> : null}
        {chapters.length < 2 ? null : (
          <ol class="chapter-list">
            {chapters.map((chapter) => (
              <li key={chapter.startMs}>
                <a
                  href={momentPath(id, chapter.startMs)}
                  aria-current={chapter === now ? "true" : undefined}
                  onClick={(event) => {
                    event.preventDefault();
                    engine.seek(chapter.startMs);
                  }}
                >
                  <span class="chapter-time">{uptimeText(chapter.startMs)}</span>
                  <span class="chapter-what">
                    <span dir="auto">{chapter.title || words.noTitle}</span>
                    {chapter.category ? <span class="muted">{chapter.category}</span> : null}
                  </span>
                </a>
              </li>
            ))}
          </ol>
        )}
      </div>
      <RecentVideos login={channel.login} except={id} />
    </section>
  );
}
