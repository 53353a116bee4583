// In place of the picture of a suspended channel, for its owner and staff.

import type { ChannelView } from "#schema/api/channels.ts";
import { momentText } from "../ui/dates.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { words } from "../words/channel.ts";

export interface SuspendedProps {
  channel: ChannelView;
  suspension: NonNullable<ChannelView["suspension"]>;
}

export const Suspended = ({ channel, suspension: { reason, until } }: SuspendedProps) => (
  <div class="offair">
    <Placeholder login={channel.login} name="" />
    <div class="offair-card">
      <h2>{words.suspended(channel.displayName)}</h2>
      {reason ? <p>{words.suspendedFor(reason)}</p> : null}
      {until ? <p>{words.suspendedUntil(momentText(until))}</p> : null}
      <p class="offair-small">{words.seenByOwner}</p>
    </div>
  </div>
);
