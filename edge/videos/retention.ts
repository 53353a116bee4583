// Serves schema/api/retention.ts.

import { changeRetention, readRetention } from "#schema/api/retention.ts";
import { type ChannelLimits, changeChannelLimits, channelLimits } from "#schema/queries/videos/retention.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";

export function retentionRoutes({ database, config, log }: EdgeWorld): Served[] {
  const { sql } = database;
  const { days: instanceDays, bytes: instanceBytes, chatDays: instanceChatDays } = config.retention;
  const view = (limits: ChannelLimits) => ({ ...limits, instanceDays, instanceBytes, instanceChatDays });

  return [
    serve(readRetention, async ({ channel }) => view(await channelLimits(sql, channel.id))),
    serve(changeRetention, async ({ channel, body, who }) => {
      const changed = await changeChannelLimits(sql, channel.id, body);
      log.info({ channel: channel.id, user: who.userId, ...changed }, "retention changed");
      return view(changed);
    }),
  ];
}
