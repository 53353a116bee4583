// The state of the broadcast, what is wrong with it, its preview, and buttons to go live and to end it.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { LiveBadge, Uptime } from "../ui/badges.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { recoverFocus } from "../ui/focus.ts";
import { capitalized } from "../ui/form-errors.ts";
import { BroadcastIcon, WarningIcon } from "../ui/icons.tsx";
import { poll } from "../ui/poll.ts";
import { Preview } from "./preview.tsx";
import { facts, limitText, verdict } from "./verdict.ts";

const EVERY_MS = 2_000;

interface BroadcastProps {
  login: string;
  /** Kept up to date here. Null until the first answer. */
  health: Signal<BroadcastHealth | null>;
}

export function Broadcast({ login, health }: BroadcastProps) {
  const path = `/channels/${login}/broadcast`;
  const away = useSignal(false);
  const acts = useSignal(0);
  useEffect(
    () =>
      poll(EVERY_MS, async (signal) => {
        try {
          health.value = await call<BroadcastHealth>(path, { signal });
          away.value = false;
        } catch {
          away.value = !signal.aborted; // The panel says so and keeps the last known state.
        }
      }),
    [path, health, away, acts.value],
  );
  const state = health.value;
  const { mood, title, text } = verdict(state);
  const publishing = state !== null && state.phase !== "offline";
  const limit = limitText(state);
  /** Shows what has come of it at once. */
  const act = async (word: "start" | "stop") => {
    await call(`${path}/${word}`, { method: "POST" });
    acts.value++;
  };
  return (
    <section class={`panel state state-${mood}`} aria-labelledby="state-title">
      <div class="state-head">
        <span class="state-light" aria-hidden="true" />
        <div class="state-words" role="status">
          <h2 id="state-title">{title}</h2>
          <p>{away.value ? "The server does not answer. Trying again…" : text}</p>
        </div>
        {state?.phase === "live" ? <LiveBadge /> : null}
        {publishing && state.startedAt ? <Uptime startedAt={state.startedAt} /> : null}
        {state?.phase === "preview" ? <GoLive act={() => act("start")} /> : null}
        {publishing ? <End isPreview={state.phase === "preview"} act={() => act("stop")} /> : null}
      </div>
      {limit ? <Warning text={limit} /> : null}
      {state?.warnings.map(({ code, detail }) => (
        <Warning key={code} text={detail} />
      ))}
      {state?.phase === "preview" ? <Preview login={login} /> : null}
      {publishing ? (
        <dl class="facts">
          {facts(state).map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </section>
  );
}

const Warning = ({ text }: { text: string }) => (
  <p class="notice warn">
    <WarningIcon />
    {text}
  </p>
);

function GoLive({ act }: { act(): Promise<void> }) {
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
        Go live
      </button>
      <Alert text={trouble.value} />
    </>
  );
}

function End({ isPreview, act }: { isPreview: boolean; act(): Promise<void> }) {
  const asking = useSignal(false);
  const word = isPreview ? "End preview" : "End broadcast";
  return (
    <>
      <button
        type="button"
        class="button danger"
        onClick={() => {
          asking.value = true;
        }}
      >
        {word}
      </button>
      {asking.value ? (
        <Confirm
          title={isPreview ? "End the preview?" : "End the broadcast?"}
          word={word}
          act={act}
          onClose={() => {
            asking.value = false;
          }}
        >
          {isPreview
            ? "Your encoder is disconnected. Viewers have seen nothing of it."
            : "Your encoder is disconnected, and viewers see that the broadcast has ended."}
        </Confirm>
      ) : null}
    </>
  );
}
