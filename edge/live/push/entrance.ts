// Who gets media by WebSocket: viewers, with the rights and limits of playlists, and relays, which ask on the internal port.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Floods } from "../../gateway/floods/floods.ts";
import type { PlaybackAudience } from "../../playback/audience.ts";
import type { PlaybackTokens } from "../../playback/token.ts";
import type { Admission } from "../admission.ts";
import type { Broadcast } from "../broadcast.ts";
import type { HotLinks } from "../hot-links.ts";
import type { AddressedMedia } from "../live-url.ts";
import type { MediaLimits } from "../media-limits.ts";
import { renditionsIn } from "../multivariant.ts";
import type { Playlists } from "../playlists.ts";
import type { PushEntrance } from "./push-viewer.ts";

/** Whether the asker may watch, and what. Throws Refusal. */
type Enter = (request: Request, addressed: AddressedMedia) => Promise<PushEntrance>;

export interface PushEntrances {
  viewer: Enter;
  /** Everything, previews too, without limits and uncounted: the relay's own viewers have their rights from the edge that placed them. */
  relay: Enter;
}

interface EntranceParts {
  admission: Admission;
  playlists: Playlists;
  limits: MediaLimits;
  hotLinks: HotLinks;
  floods: Pick<Floods, "admitPlain">;
  tokens: Pick<PlaybackTokens, "sessionOf" | "newSession">;
  audience: Pick<PlaybackAudience, "stays">;
  /** Of the client, not of a trusted proxy. */
  addressOf(request: Request): string;
}

export function createPushEntrances(parts: EntranceParts): PushEntrances {
  const { admission, playlists, limits, hotLinks, floods, tokens, audience, addressOf } = parts;
  return {
    async viewer(request, { channel: name, token, address: asked }) {
      limits.arrived(request);
      hotLinks.check(request);
      const { channel, right } = await admission.find(name, token);
      if (right.session === null) floods.admitPlain();
      const broadcast = await admission.broadcast(channel.id, right);
      const entrance = await entranceTo(broadcast, request, asked);
      const address = addressOf(request); // While the request has a connection of its own.
      const viewer = asked.kind === "push" ? asked.viewer : null;
      const session = right.session ?? tokens.sessionOf(channel.id, viewer ?? tokens.newSession());
      return {
        ...entrance,
        address,
        stillMay: () =>
          unlessRefused(async () => {
            const now = await admission.find(name, token);
            if (broadcast.isPreview) return now.right.mayPreview;
            audience.stays(channel.id, session, address);
            return true;
          }),
      };
    },
    async relay(request, { channel: name, address: asked }) {
      const { id } = await admission.channel(name);
      const broadcast = await admission.broadcast(id, { mayPreview: true });
      const entrance = await entranceTo(broadcast, request, asked);
      const isThere = async () => (await admission.channel(id)).id === id;
      return { ...entrance, address: null, stillMay: () => unlessRefused(isThere) };
    },
  };

  async function entranceTo(broadcast: Broadcast, request: Request, asked: AddressedMedia["address"]) {
    const { body } = await playlists.index(broadcast, request.signal);
    const renditions = renditionsIn(new TextDecoder().decode(body.plain));
    if (renditions.length === 0) throw new Refusal("offline");
    const { rendition = null, after = null } = asked.kind === "push" ? asked : {};
    return { channelId: broadcast.channelId, broadcastId: broadcast.id, renditions, rendition, after };
  }
}

/** What cannot be asked now was right a moment ago. */
async function unlessRefused(may: () => Promise<boolean>): Promise<boolean> {
  try {
    return await may();
  } catch (error) {
    return !(error instanceof Refusal && (error.code === "playback_denied" || error.code === "not_found"));
  }
}
