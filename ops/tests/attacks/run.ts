// Runs attacks one after the other as tests: each must be executed, and its claim must hold.

import { afterAll, beforeAll, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { until } from "../support/until.ts";
import type { Attack } from "./attack.ts";
import { type Stage, setStage } from "./stage.ts";
import { STANDSTILL_MS, watchStandstill } from "./standstill.ts";
import { Tally } from "./tally.ts";

/** ATTACK_ONLY=A-04,A-2 runs only attacks by prefix of their ids. */
const ONLY = (process.env.ATTACK_ONLY ?? "").split(",");

/** Of an attack that failed while this machine stood still. */
const TRIES_MAX = 3;

/** `eachMs`: limit for one attack on a fast machine. */
export function runAttacks(attacks: Attack[], options: { eachMs: number }) {
  const eachMs = patient(options.eachMs);
  let stage: Stage;
  const outcomes: string[] = [];
  const executed = new Set<Attack>();
  const chosen = attacks.filter(({ id }) => ONLY.some((prefix) => id.startsWith(prefix)));

  beforeAll(async () => {
    stage = await setStage();
  }, patient(120_000));
  afterAll(async () => {
    await stage?.stop();
    console.log(outcomes.join("\n"));
  }, patient(60_000));

  for (const attack of chosen)
    test(
      `${attack.id} ${attack.name}`,
      async () => {
        for (let tries = 1; !(await attempt(attack)) && tries < TRIES_MAX; tries++);
      },
      // A test over its limit loses its processes, and Bun would take the system's for them: all later attacks would fail with this one.
      2 * TRIES_MAX * eachMs,
    );

  /** Runs an attack. False: it failed, but this machine stood still meanwhile. Throws when it did not hold. */
  async function attempt(attack: Attack): Promise<boolean> {
    await stage.renewTokens();
    const tally = new Tally();
    const startMs = performance.now();
    const standstill = watchStandstill();
    let outcome = "did not hold";
    try {
      const summary = await bounded(eachMs, attack.run(stage, tally));
      tally.mustBeExecuted(attack.atLeast);
      executed.add(attack);
      outcome = `held${summary ? `: ${summary}` : ""}`;
      return true;
    } catch (error) {
      const stoodMs = standstill.longestMs();
      if (stoodMs < STANDSTILL_MS) throw error;
      outcome = `says nothing, since this machine stood still for ${(stoodMs / 1_000).toFixed(0)} s: ${error}`;
      await until("the edges to be ready again", () => stage.isReady(), { withinMs: 30_000 });
      return false;
    } finally {
      standstill.stop();
      const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
      outcomes.push(`${attack.id} ${attack.name}\n  ${seconds} s, ${tally}\n  ${outcome}`);
    }
  }

  test("every attack was executed", () => {
    const missing = chosen.filter((attack) => !executed.has(attack)).map(({ id, name }) => `${id} ${name}`);
    if (missing.length > 0) throw new Error(`not executed, or did not hold:\n${missing.join("\n")}`);
  });
}

/** What `work` resolves with; rejects when it takes longer. */
async function bounded<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`not over within ${limitMs / 1_000} s`)), limitMs);
  return await Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
