// One line of a chat that is replayed: where it is in the video, badges, name, text. Nothing can be done with it any more.

import type { ReplayedLine } from "#schema/api/videos.ts";
import { Badges } from "../chat/badges.tsx";
import { emotes } from "../chat/emotes.ts";
import { Body } from "../chat/line.tsx";
import { readable } from "../ui/contrast.ts";
import { theme } from "../ui/theme.ts";
import { uptimeText } from "../ui/ticker.ts";

export const ReplayLine = ({ line: { offsetMs, user, body, action = false, links } }: { line: ReplayedLine }) => (
  <li class="line">
    <span class="line-time">{uptimeText(offsetMs)}</span>
    <Badges roles={user.badges} />
    <b class="line-author" style={{ color: readable(user.color, theme.value.background) }}>
      {user.displayName}
    </b>
    {action ? " " : <span class="line-colon">: </span>}
    <Body body={body} action={action} emotes={emotes.value} links={links} />
  </li>
);
