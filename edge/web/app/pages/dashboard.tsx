// The dashboard: state of the broadcast, stream key, title, team, and settings for OBS.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { UserView } from "#schema/api/user.ts";
import { errorText } from "../api.ts";
import { Team } from "../people/channel-roles.tsx";
import { call } from "../session.ts";
import { LiveBadge, Uptime } from "../ui/badges.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { WarningIcon } from "../ui/icons.tsx";
import { poll } from "../ui/poll.ts";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { facts, verdict } from "./health.ts";
import { StreamKey } from "./stream-key.tsx";

const EVERY_MS = 2_000;
const TITLE_LENGTH_MAX = 140;

export function Dashboard() {
  const user = usePrivatePage("Dashboard");
  return user ? <Desk key={user.id} user={user} /> : <main id="main" class="desk" />;
}

function Desk({ user }: { user: UserView }) {
  return (
    <main id="main" class="desk">
      <header class="desk-head">
        <div>
          <h1>Dashboard</h1>
          <p class="muted">
            Your channel is <a href={`/${user.login}`}>{`${window.location.host}/${user.login}`}</a>
          </p>
        </div>
        <a class="button" href={`/${user.login}`}>
          Open your channel
        </a>
      </header>
      <div class="desk-grid">
        <Broadcast login={user.login} />
        <div class="desk-column">
          <StreamKey login={user.login} />
          <Title login={user.login} />
          <Team login={user.login} />
        </div>
        <ObsSettings />
      </div>
    </main>
  );
}

function Broadcast({ login }: { login: string }) {
  const health = useSignal<BroadcastHealth | null>(null);
  const away = useSignal(false);
  const stopping = useSignal(false);
  useEffect(
    () =>
      poll(EVERY_MS, async (signal) => {
        try {
          health.value = await call<BroadcastHealth>(`/channels/${login}/broadcast`, { signal });
          away.value = false;
        } catch {
          away.value = true; // The panel says so and keeps the last known state.
        }
      }),
    [login, health, away],
  );
  const state = health.value;
  const { mood, title, text } = verdict(state);
  const publishing = state !== null && state.phase !== "offline";
  const ask = (asked: boolean) => () => {
    stopping.value = asked;
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
        {publishing ? (
          <button type="button" class="button danger" onClick={ask(true)}>
            End broadcast
          </button>
        ) : null}
      </div>
      {state?.warnings.map((warning) => (
        <p class="notice warn" key={warning.code}>
          <WarningIcon />
          {warning.detail}
        </p>
      ))}
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
      {stopping.value ? (
        <Confirm
          title="End the broadcast?"
          word="End broadcast"
          act={() => call(`/channels/${login}/broadcast/stop`, { method: "POST" })}
          onClose={ask(false)}
        >
          Your encoder is disconnected, and viewers see that the broadcast has ended.
        </Confirm>
      ) : null}
    </section>
  );
}

function Title({ login }: { login: string }) {
  const title = useSignal("");
  const saved = useSignal<string | null>(null);
  const said = useSignal<{ text: string; bad: boolean } | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<ChannelView>(`/channels/${login}`, { signal: ending.signal }).then(
      (channel) => {
        saved.value = channel.title;
        title.value = channel.title;
      },
      (error) => {
        if (!ending.signal.aborted) said.value = { text: errorText(error), bad: true };
      },
    );
    return () => ending.abort();
  }, [login, title, saved, said]);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      const channel = await call<ChannelView>(`/channels/${login}`, {
        method: "PATCH",
        body: { title: title.value.trim() },
      });
      saved.value = channel.title;
      title.value = channel.title;
      said.value = { text: "Saved", bad: false };
    } catch (error) {
      said.value = { text: errorText(error), bad: true };
    }
  };
  const changed = saved.value !== null && title.value.trim() !== saved.value;
  return (
    <section class="panel" aria-labelledby="title-head">
      <h2 id="title-head">Your stream</h2>
      <form onSubmit={save} class="title-form">
        <div class="field">
          <label for="title">Title</label>
          <input
            id="title"
            value={title}
            maxLength={TITLE_LENGTH_MAX}
            placeholder="What are you streaming?"
            autocomplete="off"
            aria-describedby="title-said"
            onInput={(event) => {
              title.value = event.currentTarget.value;
              said.value = null;
            }}
          />
        </div>
        <button class="button primary" type="submit" disabled={!changed}>
          Save
        </button>
      </form>
      <p id="title-said" class={said.value?.bad ? "field-error" : "field-hint"} role="status">
        {said.value?.text ?? "Viewers see it on the home page and below the video."}
      </p>
    </section>
  );
}

const OBS_SETTINGS = [
  { where: "Settings → Stream", what: "Service: Custom. Paste the server and stream key from this page." },
  {
    where: "Settings → Output",
    what: "Encoder: x264 (or your graphics card's H.264). Rate control CBR, 2 500–6 000 kbit/s.",
  },
  { where: "Keyframe interval", what: "2 s. A longer interval delays the start and the picture." },
  { where: "Tune", what: "zerolatency shortens the delay by about half a second." },
  { where: "Audio", what: "AAC, 128–160 kbit/s." },
  { where: "Start Streaming", what: "The panel above turns green by itself." },
];

const ObsSettings = () => (
  <section class="panel" aria-labelledby="recipe-head">
    <h2 id="recipe-head">Settings for OBS</h2>
    <ol class="recipe">
      {OBS_SETTINGS.map(({ where, what }) => (
        <li key={where}>
          <strong>{where}</strong>
          <span>{what}</span>
        </li>
      ))}
    </ol>
  </section>
);
