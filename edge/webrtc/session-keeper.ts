// Looks after the sessions of all relays: viewers are counted like those of other players, and whoever may not watch any more is sent away.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, every } from "#runtime/base/clock.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import type { Admission, RightsChannel } from "../live/admission.ts";
import type { PlaybackAudience } from "../playback/audience.ts";
import { grantNow } from "../playback/rights.ts";
import type { KnownSession } from "../relays/relay.ts";
import type { Relays } from "../relays/relays.ts";
import { sessionsClosed } from "./metrics.ts";

/** As of viewers by WebSocket. */
const LOOK_EVERY_MS = 5_000;

interface SessionKeeperParts {
  clock: Clock;
  relays: Relays;
  admission: Pick<Admission, "channel">;
  watches: Pick<ChannelWatches, "status">;
  audience: Pick<PlaybackAudience, "stays">;
}

export class SessionKeeper {
  readonly #stop: () => void;

  constructor(private readonly parts: SessionKeeperParts) {
    this.#stop = parts.relays.isOff ? () => {} : every(parts.clock, LOOK_EVERY_MS, () => this.#look());
  }

  /** Ends every session of a channel that was suspended or deleted. */
  closeChannel(channelId: string) {
    for (const session of [...this.parts.relays.sessions()])
      if (session.channelId === channelId) this.#close(session, "channel_gone");
  }

  stop() {
    this.#stop();
  }

  async #look() {
    const byChannel = Map.groupBy(this.parts.relays.sessions(), ({ channelId }) => channelId);
    await Promise.all([...byChannel].map(([channelId, sessions]) => this.#lookAt(channelId, sessions)));
  }

  /** What cannot be asked now was right a moment ago. */
  async #lookAt(channelId: string, sessions: readonly KnownSession[]) {
    const { admission, watches } = this.parts;
    try {
      const channel = await admission.channel(channelId);
      const isPreview = (await watches.status(channelId)).phase === "preview";
      for (const session of sessions) if (session.kind === "whep") this.#lookAtViewer(session, { channel, isPreview });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "not_found") return;
      for (const session of sessions) this.#close(session, "channel_gone");
    }
  }

  #lookAtViewer(session: KnownSession, { channel, isPreview }: { channel: RightsChannel; isPreview: boolean }) {
    const { label, connected } = session;
    if (!label) return;
    if (!this.#mayWatch(label.right, { channel, isPreview })) return this.#close(session, "denied");
    if (connected && !isPreview && label.session !== null)
      this.parts.audience.stays(channel.id, label.session, label.address);
  }

  #mayWatch(
    right: NonNullable<KnownSession["label"]>["right"],
    { channel, isPreview }: { channel: RightsChannel; isPreview: boolean },
  ): boolean {
    try {
      const grant = grantNow(this.parts, channel, right);
      return !isPreview || grant === "preview";
    } catch {
      return false;
    }
  }

  #close(session: KnownSession, reason: string) {
    sessionsClosed.inc({ reason });
    // Another edge may have ended it, and a relay that does not answer now is asked again by the next look.
    this.parts.relays.close(session).catch(() => {});
  }
}
