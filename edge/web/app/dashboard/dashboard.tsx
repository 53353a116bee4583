// The dashboard: state and health of the broadcast, stream key, title, who can watch, team, settings for OBS, and past broadcasts.

import { useSignal } from "@preact/signals";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import type { UserView } from "#schema/api/user.ts";
import { Team } from "../people/channel-roles.tsx";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { Broadcast } from "./broadcast.tsx";
import { ObsSettings } from "./obs-settings.tsx";
import { useOwnChannel } from "./own-channel.ts";
import { PastBroadcasts } from "./past-broadcasts.tsx";
import { SourceHealth } from "./source-health.tsx";
import { StreamKey } from "./stream-key.tsx";
import { Title } from "./title.tsx";
import { WhoCanWatch } from "./who-can-watch.tsx";

export function Dashboard() {
  const user = usePrivatePage("Dashboard");
  return user ? <Desk key={user.id} user={user} /> : <main id="main" class="desk" />;
}

function Desk({ user: { login } }: { user: UserView }) {
  const own = useOwnChannel(login);
  const health = useSignal<BroadcastHealth | null>(null);
  return (
    <main id="main" class="desk">
      <header class="desk-head">
        <div>
          <h1>Dashboard</h1>
          <p class="muted">
            Your channel is <a href={`/${login}`}>{`${window.location.host}/${login}`}</a>
          </p>
        </div>
        <a class="button" href={`/${login}`}>
          Open your channel
        </a>
      </header>
      <div class="desk-grid">
        <Broadcast login={login} health={health} />
        {health.value ? <SourceHealth health={health.value} /> : null}
        <div class="desk-column">
          <StreamKey login={login} />
          <Title own={own} />
          <Team login={login} />
        </div>
        <div class="desk-column">
          <WhoCanWatch own={own} />
          <ObsSettings />
        </div>
        <PastBroadcasts login={login} health={health} />
      </div>
    </main>
  );
}
