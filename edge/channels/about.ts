// Serves schema/api/channel-about.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import { type AboutView, changeAbout, readAbout } from "#schema/api/channel-about.ts";
import { aboutOf, updateAbout } from "#schema/queries/channels/about.ts";
import { LINK_URL_LENGTH_MAX } from "#schema/wire/channel-about.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { EdgeWorld } from "../world.ts";

export function aboutRoutes({ database }: EdgeWorld): Served[] {
  const { sql } = database;
  return [
    // The route's rule has checked that the asker may see the channel.
    serve(readAbout, async ({ channel }) => known(await aboutOf(sql, channel.id))),
    serve(changeAbout, async ({ channel, body: { links, ...texts } }) =>
      known(await updateAbout(sql, channel.id, { ...texts, ...(links && { links: links.map(checkedLink) }) })),
    ),
  ];
}

function known(row: AboutView | null): AboutView {
  if (!row) throw new Refusal("not_found");
  return row;
}

/** With the address as browsers write it (WHATWG URL). One that hides its host behind a name, `https://known.example@other.example`, is refused. */
function checkedLink({ name, url }: AboutView["links"][number], place: number): AboutView["links"][number] {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "https:" || parsed.username !== "" || parsed.password !== "" || tooLong(parsed))
    throw new FieldRefusal([
      { path: `links.${place}.url`, message: "a whole address, such as https://example.org/me" },
    ]);
  return { name: name.trim(), url: parsed.href };
}

/** Letters of other scripts take more room in a written address. */
const tooLong = ({ href }: URL) => href.length > 4 * LINK_URL_LENGTH_MAX;
