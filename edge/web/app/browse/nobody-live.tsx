// The home page while nobody is live: the channels one follows, and how to go live.

import type { ComponentChildren } from "preact";
import { followedChannels, lastLiveOf } from "../people/followed.ts";
import { session } from "../session.ts";
import { BroadcastIcon } from "../ui/icons.tsx";
import { Placeholder } from "../ui/placeholder.tsx";
import { words } from "../words/browse.ts";
import { words as homeWords } from "../words/home.ts";
import { OffAirRow } from "./off-air-row.tsx";

const FOLLOWED_MAX = 5;

export const goLiveHref = () => (session.value.phase === "in" ? "/dashboard" : "/register?next=/dashboard");

/** The home page keeps the list of followed channels, and has it when this is shown: nothing below it moves. */
export function NobodyLive({ videos }: { videos: ComponentChildren }) {
  const followed = followedChannels.value.slice(0, FOLLOWED_MAX);
  return (
    <section class="nobody-live">
      <div class="nobody-live-picture">
        <Placeholder login="horizon" name="" />
      </div>
      <h1>{words.nobodyLive}</h1>
      {followed.length > 0 ? (
        <section class="nobody-live-followed" aria-labelledby="followed-off">
          <h2 id="followed-off">{homeWords.nobodyLiveFollowed}</h2>
          <ul class="off-air-rows">
            {followed.map((channel) => (
              <OffAirRow key={channel.id} channel={channel} lastLiveAt={lastLiveOf.value.get(channel.id) ?? null} />
            ))}
          </ul>
        </section>
      ) : null}
      {videos}
      <p class="lead">{homeWords.beFirst}</p>
      <ol class="steps">
        {homeWords.firstSteps.map(([step, how]) => (
          <li key={step}>
            <strong>{step}</strong>
            <span>{how}</span>
          </li>
        ))}
      </ol>
      <a class="button primary large" href={goLiveHref()}>
        <BroadcastIcon />
        {words.goLive}
      </a>
    </section>
  );
}
