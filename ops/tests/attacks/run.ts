// Runs attacks one after the other as tests: each must be executed, and its claim must hold.

import { afterAll, beforeAll, test } from "bun:test";
import type { Attack } from "./attack.ts";
import { type Stage, setStage } from "./stage.ts";
import { Tally } from "./tally.ts";

/** ATTACK_ONLY=A-04,A-2 runs only attacks by prefix of their ids. */
const ONLY = (process.env.ATTACK_ONLY ?? "").split(",");

export function runAttacks(attacks: Attack[], { eachMs }: { eachMs: number }) {
  let stage: Stage;
  const outcomes: string[] = [];
  const executed = new Set<Attack>();
  const chosen = attacks.filter(({ id }) => ONLY.some((prefix) => id.startsWith(prefix)));

  beforeAll(async () => {
    stage = await setStage();
  }, 120_000);
  afterAll(async () => {
    await stage?.stop();
    console.log(outcomes.join("\n"));
  }, 60_000);

  for (const attack of chosen)
    test(
      `${attack.id} ${attack.name}`,
      async () => {
        const tally = new Tally();
        const startMs = performance.now();
        let outcome = "did not hold";
        try {
          const summary = await attack.run(stage, tally);
          tally.mustBeExecuted(attack.atLeast);
          executed.add(attack);
          outcome = `held${summary ? `: ${summary}` : ""}`;
        } finally {
          const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
          outcomes.push(`${attack.id} ${attack.name}\n  ${seconds} s, ${tally}\n  ${outcome}`);
        }
      },
      eachMs,
    );

  test("every attack was executed", () => {
    const missing = chosen.filter((attack) => !executed.has(attack)).map(({ id, name }) => `${id} ${name}`);
    if (missing.length > 0) throw new Error(`not executed, or did not hold:\n${missing.join("\n")}`);
  });
}
