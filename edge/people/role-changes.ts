// Says on the bus that somebody's roles in a channel have changed, and hears it from every edge, this one too. What is lost on the
// way is made up for: roles are looked up anew every 2 s.

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
  heard(channelId: string, userId: string): void;
}

export function createRoleChanges({ bus, log, heard }: RoleChangesOptions): RoleChanges {
  const listening = bus.subscribe(subjects.rolesChanged, (body) => {
    const { channelId, userId } = body as Partial<RolesChanged>;
    if (typeof channelId === "string" && typeof userId === "string") heard(channelId, userId);
  });
  return {
    announce: (channelId, userId) => bus.publish(subjects.rolesChanged, { channelId, userId } satisfies RolesChanged),
    stop() {
      listening.drain().catch((error: unknown) => log.debug({ reason: reason(error) }, "subscription was not drained"));
    },
  };
}
