// The first line of the studio: the state of the broadcast in words and numbers, and the buttons to go live and to end it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { errorText } from "../api.ts";
import { serverMs } from "../server-clock.ts";
import { Alert } from "../ui/alert.tsx";
import { Uptime } from "../ui/badges.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { Confirm } from "../ui/confirm.tsx";
import { StopIcon } from "../ui/desk-icons.tsx";
import { recoverFocus } from "../ui/focus.ts";
import { BroadcastIcon } from "../ui/icons.tsx";
import { countText, nowMs, uptimeText } from "../ui/ticker.ts";
import { words } from "../words/studio.ts";
import type { HealthHere } from "./health.ts";
import { delayMs, secondsText } from "./latency-steps.ts";
import { verdict } from "./verdict.ts";

interface StateLineProps {
  here: HealthHere;
  /** Null: not known. */
  viewers: number | null;
  /** What is explained below. */
  notices: number;
  /** Nothing was ever streamed to the channel. */
  isNew: boolean;
  /** What is said while it is off air. Default: what to do with an encoder. */
  offAir?: { title: string; text: string };
}

export function StateLine({ here: { health, isAway, act }, viewers, notices, isNew, offAir }: StateLineProps) {
  const state = health.value;
  const said = verdict(state, { notices, isNew, nowMs: serverMs(nowMs.value) });
  const { mood, title, text } = offAir && state?.phase === "offline" ? { ...said, ...offAir } : said;
  return (
    <section class={`panel now now-${mood}`} aria-labelledby="state-title">
      <span class="now-light" aria-hidden="true" />
      <div class="now-words" role="status">
        <h1 id="state-title">{title}</h1>
        <p>{isAway.value ? words.serverAway : text}</p>
      </div>
      {state && state.phase !== "offline" ? <Numbers state={state} viewers={viewers} /> : null}
      {state?.phase === "preview" ? <Start act={() => act("start")} /> : null}
      {state && state.phase !== "offline" ? (
        <End isPreview={state.phase === "preview"} act={() => act("stop")} />
      ) : null}
    </section>
  );
}

function Numbers({ state, viewers }: { state: BroadcastHealth; viewers: number | null }) {
  const delay = delayMs(state);
  const isSeen = state.phase === "live" || state.phase === "lost";
  return (
    <dl class="now-numbers">
      {state.phase === "lost" && state.graceEndsAt ? <TimeLeft untilMs={Date.parse(state.graceEndsAt)} /> : null}
      {state.startedAt ? (
        <div>
          <dt>{isSeen ? words.onAir : words.previewFor}</dt>
          <dd>
            <Uptime startedAt={state.startedAt} />
          </dd>
        </div>
      ) : null}
      {isSeen && viewers !== null ? (
        <div>
          <dt>{words.viewers}</dt>
          <dd>{countText(viewers)}</dd>
        </div>
      ) : null}
      {state.phase === "live" && delay !== null ? (
        <div title={words.delayHint}>
          <dt>{words.delay}</dt>
          <dd>{secondsText(delay)}</dd>
        </div>
      ) : null}
    </dl>
  );
}

/** Rounded up, so that it is never 0 before the end. */
const TimeLeft = ({ untilMs }: { untilMs: number }) => (
  <div class="now-left">
    <dt>{words.timeLeft}</dt>
    <dd>{uptimeText(Math.max(0, untilMs - serverMs(nowMs.value)) + 999)}</dd>
  </div>
);

function Start({ act }: { act(): Promise<void> }) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  useEffect(() => recoverFocus, []); // The button goes when the broadcast is live.
  const go = async () => {
    busy.value = true;
    trouble.value = null;
    try {
      await act();
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
    busy.value = false;
  };
  return (
    <>
      <button type="button" class="button primary" onClick={go} disabled={busy.value}>
        <BroadcastIcon />
        {words.startBroadcast}
      </button>
      <Alert text={trouble.value} />
    </>
  );
}

function End({ isPreview, act }: { isPreview: boolean; act(): Promise<void> }) {
  const asking = useSignal(false);
  const word = isPreview ? words.endPreview : words.endBroadcast;
  return (
    <>
      <button
        type="button"
        class="button danger"
        onClick={() => {
          asking.value = true;
        }}
      >
        <StopIcon />
        {word}…
      </button>
      {asking.value ? (
        <Confirm
          title={isPreview ? words.endPreviewAsk : words.endBroadcastAsk}
          word={word}
          act={act}
          onClose={() => {
            asking.value = false;
          }}
        >
          {isPreview ? words.endPreviewWhat : words.endBroadcastWhat}
        </Confirm>
      ) : null}
    </>
  );
}
