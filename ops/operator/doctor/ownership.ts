// Checks of ownership: nodes live and have free slots, due actors have owners, and the owner that a channel's row names answers.

import { actorPage } from "#edge/operator/actors.ts";
import { nodeViews } from "#edge/operator/nodes.ts";
import { askOwner } from "#edge/operator/where.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { SILENT_MS } from "#runtime/cluster/judge.ts";
import type { ActorView, NodeView } from "#schema/api/cluster.ts";
import type { Sql } from "#schema/database.ts";
import { oddRows } from "#schema/queries/operator/doctor.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { duration } from "../format.ts";
import { type Check, fault, ok, warning } from "./check.ts";

/** Only the most recently claimed awake actors are asked. */
const ASKED_MAX = 100;
const PING_MS = 1_000;
/** A channel whose row and answer disagree is asked again after this time, in which a take-over ends. */
const ASK_AGAIN_MS = 3_000;

export async function ownershipChecks(sql: Sql, bus: Bus | null): Promise<Check[]> {
  const nodes = await nodeViews(sql);
  const living = nodes.filter(({ standing }) => standing === "up" || standing === "draining");
  return [
    ...nodeChecks(nodes, living),
    ...(await rowChecks(sql)),
    ...(bus ? [await pings(bus, living), await answers(sql, bus)] : []),
  ];
}

function nodeChecks(nodes: NodeView[], living: NodeView[]): Check[] {
  const names = (list: NodeView[]) => list.map(({ name }) => name).join(", ");
  const checks: Check[] = [];
  const free = living.filter(({ standing, used, slots }) => standing === "up" && used < slots);
  if (living.length === 0)
    checks.push(
      fault("ownership", "nodes", "no actor node is up", "start one: no channel can go live, chat is `unavailable`"),
    );
  else if (free.length === 0)
    checks.push(
      warning("ownership", "nodes", `${names(living)}: full or draining`, "undrain one, or start another node"),
    );
  else
    checks.push(
      ok(
        "ownership",
        "nodes",
        `${names(living)}, ${free.reduce((sum, { used, slots }) => sum + slots - used, 0)} slots free`,
      ),
    );
  const silent = nodes.filter(({ standing }) => standing === "silent");
  const owning = silent.filter(({ actors }) => actors > 0);
  if (silent.length > 0)
    checks.push(
      warning(
        "ownership",
        "silent nodes",
        silent
          .map(({ name, seenAgoMs, actors }) => `${name} for ${duration(seenAgoMs)}, owner of ${actors} actors`)
          .join("; "),
        owning.length > 0
          ? "end it if it is paused or cut off; other nodes take its actors when they are needed"
          : "it died; its row is deleted in an hour",
      ),
    );
  const draining = living.filter(({ standing }) => standing === "draining");
  if (draining.length > 0)
    checks.push(warning("ownership", "draining", names(draining), "stop or `undrain` it when you are done"));
  const twice = living.filter((node) => living.some((other) => other !== node && other.name === node.name));
  if (twice.length > 0)
    checks.push(
      warning("ownership", "names", `${names(twice)}: two living nodes, one name`, "give each node its own NODE_NAME"),
    );
  const late = living.filter(({ seenAgoMs }) => seenAgoMs > 3_000);
  if (late.length > 0)
    checks.push(
      warning(
        "ownership",
        "late signs of life",
        late.map(({ name, seenAgoMs }) => `${name} ${duration(seenAgoMs)} ago`).join(", "),
        "overloaded, or cut off from NATS or PostgreSQL: see its log",
      ),
    );
  return checks;
}

async function rowChecks(sql: Sql): Promise<Check[]> {
  const { dueUnowned, dueUnownedMs, staleBroadcasts } = await oddRows(sql, SILENT_MS);
  return [
    dueUnowned > 0
      ? fault(
          "ownership",
          "due actors",
          `${dueUnowned} must be awake and have no owner, the first for ${duration(dueUnownedMs)}`,
          "start or `undrain` a node; if one is up, see its log for `orphan not adopted`",
        )
      : ok("ownership", "due actors", "all have an owner"),
    staleBroadcasts > 0
      ? warning(
          "ownership",
          "broadcasts",
          `${staleBroadcasts} shown as on air, but their channels are offline`,
          "open the channel's page: that wakes its owner, which ends the broadcast",
        )
      : ok("ownership", "broadcasts", "none is shown on air by mistake"),
  ];
}

async function pings(bus: Bus, living: NodeView[]): Promise<Check> {
  const silent: string[] = [];
  await Promise.all(
    living.map(({ name, incarnation }) =>
      bus.request(subjects.ping(incarnation), null, { timeoutMs: PING_MS }).catch(() => silent.push(name)),
    ),
  );
  return silent.length > 0
    ? fault(
        "ownership",
        "pings",
        `${silent.join(", ")} does not answer over NATS`,
        "it is paused or cut off from NATS; other nodes take its actors within 10 s",
      )
    : ok("ownership", "pings", `answered by ${living.length} nodes`);
}

async function answers(sql: Sql, bus: Bus): Promise<Check> {
  const { items } = await actorPage(sql, { node: null, awake: true, limit: ASKED_MAX, cursor: null });
  const asked = items.filter(({ kind, standing }) => kind === "channel" && standing === "awake");
  let odd = await disagreeing(bus, asked);
  if (odd.length > 0) {
    await clock.sleep(ASK_AGAIN_MS);
    const again = await actorPage(sql, { node: null, awake: true, limit: ASKED_MAX, cursor: null });
    odd = await disagreeing(
      bus,
      again.items.filter(({ key, standing }) => standing === "awake" && odd.some((one) => one.key === key)),
    );
  }
  if (odd.length === 0)
    return ok(
      "ownership",
      "owners answer",
      `${asked.length} awake channels asked: owner and epoch are those of the row`,
    );
  return fault(
    "ownership",
    "owners answer",
    `${odd.length} of ${asked.length} do not, or answer with another epoch: ${odd
      .slice(0, 5)
      .map(({ login, key }) => login ?? key)
      .join(", ")}`,
    "run `where` for each; end a node that answers with an old epoch",
  );
}

async function disagreeing(bus: Bus, actors: ActorView[]): Promise<ActorView[]> {
  const answered = await Promise.all(actors.map(({ key }) => askOwner({ bus, clock, random }, key)));
  return actors.filter((actor, index) => {
    const answer = answered[index]!;
    return !answer.answered || answer.epoch !== actor.epoch || answer.incarnation !== actor.incarnation;
  });
}
