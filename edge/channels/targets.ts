// Serves schema/api/targets.ts: the services that a channel's broadcasts are forwarded to. An edge seals their keys and can open none.

import { Refusal } from "#runtime/actor/actor.ts";
import { closeBox } from "#runtime/outbound/sealed-box.ts";
import { createVet, type Destination, type Vet, VetFault } from "#runtime/outbound/vet.ts";
import {
  addTarget,
  changeTarget,
  listTargets,
  readTarget,
  removeTarget,
  type TargetView,
} from "#schema/api/targets.ts";
import * as rows from "#schema/queries/channels/targets.ts";
import {
  type Forwarded,
  keyHintOf,
  parseTargetUrl,
  TARGETS_MAX,
  type TargetAddress,
  type TargetFault,
} from "#schema/wire/targets.ts";
import { FieldRefusal } from "../gateway/problems/problem-details.ts";
import type { RuledChannel } from "../gateway/rules/authorize.ts";
import { type Served, serve } from "../gateway/serve.ts";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";

/** A broadcast's owner answers within milliseconds; the page must not wait for one that does not. */
const STATES_WITHIN_MS = 2_000;
const WHY_NOT = {
  name_not_found: "this name is not known",
  address_refused: "this server may not connect to that address",
} as const satisfies Partial<Record<TargetFault, string>>;
const NEEDS_KEY = "required, since the address has changed";

interface TargetParts {
  /** Default: public addresses, but not our own ingest. */
  vet?: Vet;
}

export function targetRoutes(world: EdgeWorld, parts: TargetParts = {}): Served[] {
  const { config, clock, random, caller, log } = world;
  const { sql } = world.database;
  const audit = createAudit(world);
  const { rtmpUrl, rtmpsUrl, restreamNetworks: networks } = config;
  const { vet = createVet({ clock, networks, own: [rtmpUrl, ...(rtmpsUrl ? [rtmpsUrl] : [])].flatMap(placeOf) }) } =
    parts;

  return [
    serve(listTargets, async ({ channel }) => ({ items: await viewsOf(channel), nextCursor: null })),
    serve(readTarget, ({ channel, params }) => viewOf(channel, params.id)),
    serve(addTarget, async ({ channel, who, body, address }) => {
      const { name, enabled = true } = body;
      const { host, url: serverUrl } = await vetted(body.serverUrl);
      const target = { id: random.uuid(clock.wallMs()), channelId: channel.id, serverUrl };
      const key = await sealed(target, body.streamKey);
      if (!(await rows.addTarget(sql, { ...target, ...key, name, enabled })))
        throw new Refusal("too_many", `a channel has at most ${TARGETS_MAX} of them`);
      await audit({ actorId: who.userId, act: "target.added", target: channel.id, address, detail: { name, host } });
      tellOwner(channel);
      return viewOf(channel, target.id);
    }),
    serve(changeTarget, async ({ channel, who, params: { id }, body, address }) => {
      const { name, enabled, streamKey } = body;
      const { host, url: serverUrl } = await vetted(body.serverUrl);
      const target = { id, channelId: channel.id, serverUrl };
      const key = streamKey === undefined ? {} : { key: await sealed(target, streamKey) };
      const changed = await rows.changeTarget(sql, { ...target, ...key, name, enabled });
      if (!changed) throw new Refusal("not_found");
      if (changed === "key_needed") throw new FieldRefusal([{ path: "streamKey", message: NEEDS_KEY }]);
      await audit({ actorId: who.userId, act: "target.changed", target: channel.id, address, detail: { name, host } });
      tellOwner(channel);
      return viewOf(channel, id);
    }),
    serve(removeTarget, async ({ channel, who, params: { id }, address }) => {
      const name = await rows.removeTarget(sql, { id, channelId: channel.id });
      if (name === null) throw new Refusal("not_found");
      await audit({ actorId: who.userId, act: "target.removed", target: channel.id, address, detail: { name } });
      tellOwner(channel);
    }),
  ];

  /** Refused early with words; what counts is the same vet where the connection is made. */
  async function vetted(text: string): Promise<TargetAddress> {
    const refused = (message: string) => new FieldRefusal([{ path: "serverUrl", message }]);
    const found = parseTargetUrl(text);
    if (!found) throw refused("rtmp:// or rtmps://, a host, and a path such as /live; no user, no password");
    try {
      await vet(found);
    } catch (error) {
      if (!(error instanceof VetFault)) throw error;
      throw refused(WHY_NOT[error.why]);
    }
    return found;
  }

  async function sealed(target: { id: string; channelId: string; serverUrl: string }, pasted: string) {
    const publicKey = await rows.publicBoxKey(sql, rows.RESTREAM);
    if (!publicKey) throw new Refusal("restream_off");
    const streamKey = pasted.trim();
    const text = new TextEncoder().encode(streamKey);
    const sealedKey = closeBox({ publicKey, text, about: rows.sealedAbout(target), random });
    return { sealedKey, keyHint: keyHintOf(streamKey) };
  }

  /** Lost words do no harm: the owner reads the list now and then. */
  function tellOwner({ id }: RuledChannel) {
    caller.call<null>("channel", id, { type: "targetsChanged" }).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      log.info({ channel: id, code: error.code }, "owner not told of changed targets");
    });
  }

  async function viewOf(channel: RuledChannel, id: string): Promise<TargetView> {
    const view = (await viewsOf(channel)).find((one) => one.id === id);
    if (!view) throw new Refusal("not_found");
    return view;
  }

  async function viewsOf(channel: RuledChannel): Promise<TargetView[]> {
    const targets = await rows.targetsOf(sql, channel.id);
    const forwarded = targets.some(({ enabled }) => enabled) ? await forwardedOf(channel) : [];
    return targets.map((target) => targetView(target, forwarded));
  }

  /** Null: the owner does not answer. */
  async function forwardedOf({ id }: RuledChannel): Promise<Forwarded[] | null> {
    try {
      return await caller.call<Forwarded[]>("channel", id, { type: "targets" }, { timeoutMs: STATES_WITHIN_MS });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return null;
    }
  }
}

function targetView({ createdAt, ...target }: rows.TargetRow, forwarded: Forwarded[] | null): TargetView {
  return { ...target, createdAt: createdAt.toISOString(), state: stateOf(target, forwarded) };
}

const QUIET = { since: null, fault: null, retryAt: null, droppedFrames: 0 };

function stateOf(
  { id, enabled }: Pick<rows.TargetRow, "id" | "enabled">,
  forwarded: Forwarded[] | null,
): TargetView["state"] {
  if (!enabled) return { ...QUIET, phase: "off" };
  if (!forwarded) return { ...QUIET, phase: "unknown" };
  const here = forwarded.find(({ targetId }) => targetId === id);
  if (!here) return { ...QUIET, phase: forwarded.length > 0 ? "connecting" : "waiting" };
  const { liveSinceMs, failure, droppedFrames } = here;
  if (failure) {
    const retryAt = new Date(failure.retryAtMs).toISOString();
    return { phase: "failed", since: null, fault: failure.why, retryAt, droppedFrames };
  }
  if (liveSinceMs === null) return { ...QUIET, phase: "connecting" };
  return { ...QUIET, phase: "live", since: new Date(liveSinceMs).toISOString(), droppedFrames };
}

/** Where encoders reach us; none for an address that is not of RTMP. */
function placeOf(url: string): Destination[] {
  const place = parseTargetUrl(url);
  return place ? [place] : [];
}
