// The moderator view of a channel (`/mod/:login`): from seeing to acting in one key. This file decides who may see it.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useTitle } from "../instance.ts";
import { useChannelRoom } from "../pages/channel-room.ts";
import { NotFound } from "../pages/not-found.tsx";
import { useOpenChannel } from "../pages/open-channel.ts";
import { moderates } from "../people/ranks.ts";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { words } from "../words/mod.ts";
import { ModView } from "./mod-view.tsx";
import { adoptSheet } from "./sheet.ts";

export function ModPage({ login }: { login: string }) {
  adoptSheet();
  const user = usePrivatePage(words.viewOf(login));
  return user ? <ModOf key={`${user.id} ${login}`} login={login} /> : <main id="main" class="mod-empty" />;
}

function ModOf({ login }: { login: string }) {
  const { watcher, channel, isMissing, wasThere } = useOpenChannel(login);
  const { room, announcer } = useChannelRoom(login, watcher, { isForModerators: true });
  const name = channel?.displayName ?? login;
  useTitle(words.viewOf(name));
  const may = useComputed(() => (room.you.value ? moderates(room) : null));
  const hasModerated = useSignal(false);
  useSignalEffect(() => {
    if (may.value) hasModerated.value = true;
  });
  if (isMissing) return <NotFound channel={login} wasThere={wasThere} />;
  if (may.value === false) return <Forbidden login={login} name={name} wasModerator={hasModerated.value} />;
  if (may.value === null || !channel)
    return (
      <main id="main" class="mod-empty" aria-busy="true">
        <h1>{words.viewOf(name)}</h1>
        <Skeleton shape="panel" />
      </main>
    );
  return <ModView channel={channel} room={room} announcer={announcer} />;
}

interface ForbiddenProps {
  login: string;
  name: string;
  /** They were, when the page was opened. */
  wasModerator: boolean;
}

const Forbidden = ({ login, name, wasModerator }: ForbiddenProps) => (
  <main id="main" class="mod-empty">
    <h1>{words.viewOf(name)}</h1>
    <p role="status">{wasModerator ? words.noLonger(name) : words.onlyModerators(name)}</p>
    <a class="button" href={`/${login}`}>
      {words.toChannel}
    </a>
  </main>
);
