// Below a clip: the newest other clips of its channel. Takes no place where there are none.

import type { ClipView } from "#schema/api/clips.ts";
import { useList } from "../ui/list.ts";
import { words } from "../words/clips.ts";
import { ClipCard } from "./clip-card.tsx";

const SHOWN_MAX = 8;

interface MoreClipsProps {
  login: string;
  /** Id of the one that is on the page already. */
  except: string;
}

export function MoreClips({ login, except }: MoreClipsProps) {
  const list = useList<ClipView>(`/channels/${login}/clips?limit=${SHOWN_MAX + 1}`);
  const items = (list.items.value ?? []).filter(({ id }) => id !== except).slice(0, SHOWN_MAX);
  if (items.length === 0) return null;
  return (
    <section class="about" aria-labelledby="more-clips-head">
      <div class="recent-videos">
        <div class="browse-head">
          <h2 id="more-clips-head">{words.more}</h2>
          <a href={`/${login}/clips`}>{words.all}</a>
        </div>
        <ul class="grid">
          {items.map((clip) => (
            <ClipCard key={clip.id} clip={clip} />
          ))}
        </ul>
      </div>
    </section>
  );
}
