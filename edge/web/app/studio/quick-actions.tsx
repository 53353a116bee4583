// What a streamer reaches for while live.

import { CopyButton } from "../ui/copy.tsx";
import { ChatIcon, ShieldIcon } from "../ui/icons.tsx";
import { OpenIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/studio.ts";
import { RaidButton } from "./raid-button.tsx";

export const QuickActions = ({ login }: { login: string }) => (
  <ul class="quick">
    <li>
      <a class="button" href={`/${login}`}>
        <OpenIcon />
        {words.openChannel}
      </a>
    </li>
    <li>
      <CopyButton text={`${window.location.origin}/${login}`} label={words.copyLinkLabel} word={words.copyLink} />
    </li>
    <li>
      <a class="button" href={`/mod/${login}`} target="_blank" rel="noopener">
        <ShieldIcon />
        {words.moderate}
      </a>
    </li>
    <li>
      <a class="button" href={`/popout/${login}/chat`} target="_blank" rel="noopener">
        <ChatIcon />
        {words.popOutChat}
      </a>
    </li>
    <li>
      <RaidButton login={login} />
    </li>
  </ul>
);
