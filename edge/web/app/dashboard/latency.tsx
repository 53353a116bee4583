// The latency breakdown: one bar of the steps that are known, and a figure or the reason why there is none for each step.

import type { BroadcastHealth, LatencyBreakdown } from "#schema/api/broadcasts.ts";
import { playersText } from "./verdict.ts";

interface Step {
  key: keyof LatencyBreakdown;
  word: string;
  /** In place of a figure. */
  unknown: string;
}

const STEPS: Step[] = [
  { key: "encoderToIngestMs", word: "Encoder to server", unknown: "RTMP does not tell it" },
  { key: "ingestToPackagerMs", word: "Server to part", unknown: "not known yet" },
  { key: "packagerToEdgeMs", word: "Part to edge", unknown: "not measured" },
  { key: "playerBufferMs", word: "Buffer of players", unknown: "no player tells it yet" },
];

const msText = (ms: number) => `${Math.round(ms).toLocaleString("en")} ms`;

export function Latency({ health: { latency, players } }: { health: BroadcastHealth }) {
  if (!latency) return null; // The channel's node is of an earlier release.
  const known = STEPS.flatMap(({ key, word }, at) => {
    const ms = latency[key];
    return ms === null ? [] : [{ word, ms, at }];
  });
  return (
    <div class="breakdown">
      <h3 id="latency-head">From your encoder to your viewers</h3>
      {known.length > 0 ? (
        <div
          class="breakdown-bar"
          role="img"
          aria-label={`${known.map(({ word, ms }) => `${word} ${msText(ms)}`).join(", ")}.`}
        >
          {known.map(({ word, ms, at }) => (
            <i key={word} class={`step-${at}`} style={{ flexGrow: ms }} />
          ))}
        </div>
      ) : null}
      <dl class="breakdown-steps" aria-labelledby="latency-head">
        {STEPS.map(({ key, word, unknown }, at) => {
          const ms = latency[key];
          return (
            <div key={key}>
              <dt>
                <i class={ms === null ? "step-none" : `step-${at}`} aria-hidden="true" />
                {word}
              </dt>
              <dd class={ms === null ? "muted" : ""}>{ms === null ? unknown : msText(ms)}</dd>
            </div>
          );
        })}
      </dl>
      <p class="field-hint">{playersText(players ?? null)}</p>
    </div>
  );
}
