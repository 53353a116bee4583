// Where a channel lives: its row in the database, and the present answer of its owner.

import type { Clock } from "#runtime/base/clock.ts";
import { type Random, randomHex } from "#runtime/base/random.ts";
import { type Bus, BusError } from "#runtime/bus/bus.ts";
import { SILENT_MS } from "#runtime/cluster/judge.ts";
import type { OwnerAnswer, WhereView } from "#schema/api/cluster.ts";
import type { Sql } from "#schema/database.ts";
import { type ChannelOwner, channelOwner } from "#schema/queries/operator/cluster.ts";
import type { CallAnswer, CallRequest } from "#schema/wire/call.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { actorView } from "./actors.ts";

interface WhereParts {
  sql: Sql;
  /** Null: no bus, so the owner cannot be asked. */
  bus: Bus | null;
  clock: Clock;
  random: Random;
}

const ANSWER_WITHIN_MS = 1_000;

export async function whereIs(parts: WhereParts, { id, login }: WhereView["channel"]): Promise<WhereView> {
  const owner = await channelOwner(parts.sql, { channelId: id, silentMs: SILENT_MS });
  const answer = await askOwner(parts, id);
  const actor = owner && actorView(owner);
  return {
    channel: { id, login },
    actor,
    address: owner?.address ?? null,
    broadcastId: owner?.broadcastId ?? null,
    headNumber: owner?.headNumber ?? null,
    attempt: owner?.attempt ?? null,
    savedAgoMs: rounded(owner?.savedAgoMs),
    claimedAgoMs: rounded(owner?.claimedAgoMs),
    answer,
    verdict: verdictOf(owner, answer),
  };
}

/** Asks the subscriber of the actor's subject, once. It wakes no actor: the point is whether an owner answers now. */
export async function askOwner(
  { bus, clock, random }: Omit<WhereParts, "sql">,
  channelId: string,
): Promise<OwnerAnswer> {
  if (!bus) return { answered: false, tookMs: 0, code: "disconnected" };
  const startMs = clock.monoMs();
  const tookMs = () => Math.round((clock.monoMs() - startMs) * 10) / 10;
  const message = { type: "describe" };
  const request: CallRequest = { id: `where ${randomHex(random, 12)}`, remainingMs: ANSWER_WITHIN_MS, message };
  try {
    const subject = subjects.actor("channel", channelId);
    const answer = (await bus.request(subject, request, { timeoutMs: ANSWER_WITHIN_MS })) as CallAnswer<ChannelStatus>;
    if (!answer.ok) return { answered: false, tookMs: tookMs(), code: answer.code };
    const { node: incarnation, epoch, value } = answer;
    return { answered: true, tookMs: tookMs(), incarnation, epoch, phase: value?.phase ?? null };
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    return { answered: false, tookMs: tookMs(), code: error.fault };
  }
}

function verdictOf(owner: ChannelOwner | null, answer: OwnerAnswer): WhereView["verdict"] {
  if (answer.answered)
    return owner && answer.incarnation === owner.incarnation && answer.epoch === owner.epoch ? "answers" : "moving";
  if (answer.code === "disconnected") return "unknown";
  if (owner?.standing === "awake") return "silent";
  return owner?.due ? "unowned" : "asleep";
}

const rounded = (ms: number | undefined) => (ms === undefined ? null : Math.max(0, Math.round(ms)));
