// All routes of the API. A new resource file needs a line here.

import * as adminUsers from "./admin-users.ts";
import * as announcements from "./announcements.ts";
import * as audit from "./audit.ts";
import * as auth from "./auth.ts";
import * as autoMod from "./auto-mod.ts";
import * as blockedAddresses from "./blocked-addresses.ts";
import * as blocks from "./blocks.ts";
import * as broadcasts from "./broadcasts.ts";
import * as categories from "./categories.ts";
import * as channelAbout from "./channel-about.ts";
import { channelRoleRoutes } from "./channel-roles.ts";
import * as channels from "./channels.ts";
import * as chat from "./chat.ts";
import * as chatHistory from "./chat-history.ts";
import * as chatters from "./chatters.ts";
import * as clips from "./clips.ts";
import * as cluster from "./cluster.ts";
import * as devices from "./devices.ts";
import * as emailLinks from "./email-links.ts";
import * as emotes from "./emotes.ts";
import * as follows from "./follows.ts";
import * as heldLines from "./held-lines.ts";
import * as highlights from "./highlights.ts";
import * as identities from "./identities.ts";
import * as me from "./me.ts";
import * as moderation from "./moderation.ts";
import * as observation from "./observation.ts";
import * as personalTokens from "./personal-tokens.ts";
import * as pictures from "./pictures.ts";
import * as pins from "./pins.ts";
import * as playback from "./playback.ts";
import * as polls from "./polls.ts";
import * as raids from "./raids.ts";
import * as reports from "./reports.ts";
import * as retention from "./retention.ts";
import * as roomPeople from "./room-people.ts";
import type { Route } from "./route.ts";
import * as search from "./search.ts";
import * as staffPictures from "./staff-pictures.ts";
import * as streamKeys from "./stream-keys.ts";
import * as suspensions from "./suspensions.ts";
import * as targets from "./targets.ts";
import * as terms from "./terms.ts";
import * as twoFactor from "./two-factor.ts";
import * as unbanRequests from "./unban-requests.ts";
import * as uploads from "./uploads.ts";
import * as videos from "./videos.ts";
import * as warnings from "./warnings.ts";

const resources: Record<string, unknown>[] = [
  auth,
  emailLinks,
  me,
  devices,
  personalTokens,
  twoFactor,
  identities,
  channels,
  channelAbout,
  search,
  categories,
  streamKeys,
  targets,
  broadcasts,
  playback,
  videos,
  clips,
  highlights,
  uploads,
  pictures,
  staffPictures,
  emotes,
  retention,
  chat,
  moderation,
  announcements,
  pins,
  polls,
  raids,
  chatters,
  chatHistory,
  terms,
  autoMod,
  heldLines,
  roomPeople,
  warnings,
  unbanRequests,
  follows,
  blockedAddresses,
  blocks,
  { channelRoleRoutes },
  reports,
  adminUsers,
  suspensions,
  audit,
  cluster,
  observation,
];

export const routes: readonly Route[] = resources.flatMap((resource) =>
  Object.values(resource).flatMap((value) => routesIn(value)),
);

/** The routes in an exported value: one route, or a table of routes. */
export function routesIn(value: unknown, depth = 2): Route[] {
  if (typeof value !== "object" || value === null) return [];
  if ("method" in value && "answers" in value) return [value as Route];
  return depth === 0 ? [] : Object.values(value).flatMap((one) => routesIn(one, depth - 1));
}
