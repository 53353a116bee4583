// Publishes changes of a user's roles in a channel, or of the display name, on the bus, and receives them from every edge, including this one. A lost message does
// little harm, since both are cached for 2 s only.

import { type Log, reason } from "#runtime/base/log.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { RolesChanged } from "#schema/api/channel-roles.ts";
import { subjects } from "#schema/wire/subjects.ts";

interface RoleChanges {
  /** To be called after the change is stored. */
  announce(channelId: string, userId: string): void;
  stop(): void;
}

interface RoleChangesOptions {
  bus: Bus;
  log: Log;
  onChange(channelId: string, userId: string): void;
}

export function createRoleChanges({ bus, log, onChange }: RoleChangesOptions): RoleChanges {
  const listening = bus.subscribe(subjects.rolesChanged, (body) => {
    const { channelId, userId } = body as Partial<RolesChanged>;
    if (typeof channelId === "string" && typeof userId === "string") onChange(channelId, userId);
  });
  return {
    announce: (channelId, userId) => bus.publish(subjects.rolesChanged, { channelId, userId } satisfies RolesChanged),
    stop() {
      listening.drain().catch((error: unknown) => log.debug({ reason: reason(error) }, "subscription was not drained"));
    },
  };
}
