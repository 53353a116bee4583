// The latency breakdown: one bar of the steps that are known, and a figure for each step or the reason why there is none.

import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { Panel } from "../ui/panel.tsx";
import { words } from "../words/studio.ts";
import { delayMs, latencySteps, secondsText } from "./latency-steps.ts";
import { playersText } from "./verdict.ts";

const msText = (ms: number) => words.milliseconds(Math.round(ms).toLocaleString("en"));

export function Latency({ health }: { health: BroadcastHealth }) {
  const steps = latencySteps(health);
  if (!steps) return null;
  const delay = delayMs(health);
  const known = steps.flatMap(({ word, ms }, place) => (ms === null ? [] : [{ word, ms, place }]));
  return (
    <Panel
      id="latency"
      title={words.latency}
      look="delays"
      mark={delay === null ? null : <span class="pill pill-plain">{secondsText(delay)}</span>}
    >
      {known.length > 0 ? (
        <div
          class="breakdown-bar"
          role="img"
          aria-label={`${known.map(({ word, ms }) => `${word} ${msText(ms)}`).join(", ")}.`}
        >
          {known.map(({ word, ms, place }) => (
            <i key={word} class={`step-${place}`} style={{ flexGrow: ms }} />
          ))}
        </div>
      ) : null}
      <dl class="breakdown-steps">
        {steps.map(({ word, ms, unknown }, place) => (
          <div key={word}>
            <dt>
              <i class={ms === null ? "step-none" : `step-${place}`} aria-hidden="true" />
              {word}
            </dt>
            <dd class={ms === null ? "muted" : ""}>{ms === null ? unknown : msText(ms)}</dd>
          </div>
        ))}
      </dl>
      <p class="field-hint">
        {playersText(health.players ?? null)} {words.comesOnTop}
      </p>
    </Panel>
  );
}
