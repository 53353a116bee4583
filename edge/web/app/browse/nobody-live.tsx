// The home page while nobody is live: the channels one follows, and how to go live.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import type { FollowView } from "#schema/api/follows.ts";
import { call, session } from "../session.ts";
import { BroadcastIcon } from "../ui/icons.tsx";
import { Placeholder } from "../ui/placeholder.tsx";
import { words } from "../words/browse.ts";
import { OffAirRow } from "./off-air-row.tsx";

const FOLLOWED_MAX = 5;

export const goLiveHref = () => (session.value.phase === "in" ? "/dashboard" : "/register?next=/dashboard");

export function NobodyLive() {
  const followed = useSignal<FollowView[]>([]);
  useEffect(() => {
    if (session.peek().phase !== "in") return;
    const ending = new AbortController();
    call<Page<FollowView>>(`/me/follows?live=false&limit=${FOLLOWED_MAX}`, { signal: ending.signal }).then(
      ({ items }) => {
        followed.value = items;
      },
      () => {}, // The page does without.
    );
    return () => ending.abort();
  }, [followed]);
  return (
    <section class="nobody-live">
      <div class="nobody-live-picture">
        <Placeholder login="horizon" name="" />
      </div>
      <h1>{words.nobodyLive}</h1>
      <p class="lead">{words.beFirst}</p>
      <ol class="steps">
        {words.firstSteps.map(([step, how]) => (
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
      {followed.value.length > 0 ? (
        <section class="nobody-live-followed" aria-labelledby="followed-off">
          <h2 id="followed-off">{words.nobodyLiveFollowed}</h2>
          <ul class="off-air-rows">
            {followed.value.map((follow) => (
              <OffAirRow key={follow.channel.id} follow={follow} />
            ))}
          </ul>
        </section>
      ) : null}
    </section>
  );
}
