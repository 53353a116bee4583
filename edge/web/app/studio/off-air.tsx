// The studio while nothing is streamed: three steps for who never streamed, else server and key, and how the last broadcast went.

import type { BroadcastView } from "#schema/api/broadcasts.ts";
import { CameraIcon } from "../ui/camera-icons.tsx";
import { dateText, momentText } from "../ui/dates.ts";
import { Panel } from "../ui/panel.tsx";
import { countText, uptimeText } from "../ui/ticker.ts";
import { words as liveWords } from "../words/go-live.ts";
import { words } from "../words/studio.ts";
import { FfmpegRecipe, ObsRecipe } from "./encoder-recipe.tsx";
import type { KeyState } from "./key-state.ts";
import { WHY } from "./past-broadcasts.tsx";
import { StreamKey } from "./stream-key.tsx";

interface OffAirDeskProps {
  streamKey: KeyState;
  /** Null: none, or not known yet. */
  last: BroadcastView | null;
  isNew: boolean;
  /** What the encoder sends is a preview at first. */
  startsByHand: boolean;
}

export const OffAirDesk = ({ streamKey, last, isNew, startsByHand }: OffAirDeskProps) =>
  isNew ? (
    <FirstSteps streamKey={streamKey} startsByHand={startsByHand} />
  ) : (
    <>
      <FromBrowser />
      {last?.endedAt ? <LastBroadcast broadcast={last} /> : null}
      <Panel id="server-key" title={words.serverAndKey}>
        <StreamKey state={streamKey} />
        <details class="more">
          <summary>{words.obs}</summary>
          <ObsRecipe />
          {streamKey.known.value ? <FfmpegRecipe server={streamKey.known.value.rtmpUrl} /> : null}
        </details>
      </Panel>
    </>
  );

function FirstSteps({ streamKey, startsByHand }: Pick<OffAirDeskProps, "streamKey" | "startsByHand">) {
  const { known, fresh } = streamKey;
  const hasKey = fresh.value !== null || Boolean(known.value?.hint);
  return (
    <>
      <FromBrowser />
      <ol class="first-steps">
        <li class={hasKey ? "done" : ""}>
          <Panel id="step-key" title={words.stepKey} mark={hasKey ? <span class="pill">{words.done}</span> : null}>
            <StreamKey state={streamKey} />
          </Panel>
        </li>
        <li>
          <Panel id="step-encoder" title={words.stepEncoder}>
            <ObsRecipe />
            {known.value ? <FfmpegRecipe server={known.value.rtmpUrl} /> : null}
          </Panel>
        </li>
        <li>
          <Panel id="step-go" title={words.stepGo}>
            <p>{startsByHand ? words.stepGoPreview : words.stepGoText}</p>
          </Panel>
        </li>
      </ol>
    </>
  );
}

/** For those who have no encoder. */
const FromBrowser = () => (
  <section class="panel from-browser" aria-labelledby="from-browser">
    <div>
      <h2 id="from-browser">{liveWords.fromBrowser}</h2>
      <p class="muted">{liveWords.fromBrowserText}</p>
    </div>
    <a class="button" href="/dashboard/live">
      <CameraIcon />
      {liveWords.goLive}
    </a>
  </section>
);

function LastBroadcast({ broadcast }: { broadcast: BroadcastView }) {
  const { title, startedAt, endedAt, endReason, viewersPeak, viewersAverage } = broadcast;
  const facts = [
    { label: words.length, value: uptimeText(Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) },
    { label: words.peakViewers, value: viewersPeak === null ? words.unknown : countText(viewersPeak) },
    {
      label: words.averageViewers,
      value: viewersAverage?.toLocaleString("en", { maximumFractionDigits: 1 }) ?? words.unknown,
    },
  ];
  return (
    <Panel id="last" title={words.lastBroadcast} mark={<a href="/dashboard/broadcasts">{words.allBroadcasts}</a>}>
      <p>
        <strong dir="auto">{title || words.unknown}</strong>
        <br />
        <span class="muted">
          <time dateTime={startedAt} title={dateText(startedAt)}>
            {momentText(startedAt)}
          </time>
          {endReason ? ` · ${WHY[endReason]}` : ""}
        </span>
      </p>
      <dl class="facts">
        {facts.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
