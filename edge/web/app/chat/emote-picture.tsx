// An emote as it stands in a line. Who wants no motion sees its first frame.

import type { EmoteView } from "#schema/api/emotes.ts";

export const EmotePicture = ({ emote }: { emote: EmoteView }) => (
  <picture class="emote" title={emote.code}>
    {emote.animated ? <source media="(prefers-reduced-motion: reduce)" srcset={emote.stillSrcset} /> : null}
    <img
      src={emote.url}
      srcset={emote.srcset}
      width={emote.width}
      height={emote.height}
      alt={emote.code}
      loading="lazy"
      decoding="async"
    />
  </picture>
);
