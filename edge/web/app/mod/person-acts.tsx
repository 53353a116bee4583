// What a moderator may do about the person that is open.

import { useEffect } from "preact/hooks";
import type { PersonCardView } from "#schema/api/room-people.ts";
import { TIMEOUT_MS, unban } from "../people/moderation-acts.ts";
import { clearPerson, setSuspicion } from "../people/person-acts.ts";
import { mayModerate } from "../people/ranks.ts";
import { openWarn } from "../people/warn.tsx";
import { BanIcon, TimerIcon, WarnIcon } from "../ui/moderation-icons.tsx";
import { isSingleKey } from "../ui/single-keys.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** 10 minutes have a button of their own. */
const TIMES = [
  { word: words.minute, ms: MINUTE_MS },
  { word: words.hour, ms: HOUR_MS },
  { word: words.day, ms: DAY_MS },
  { word: words.week, ms: 7 * DAY_MS },
  { word: words.twoWeeks, ms: 14 * DAY_MS },
];

export function PersonActs({ card, desk }: { card: PersonCardView; desk: Desk }) {
  const { user, roles, ban, suspicion } = card;
  const { login, displayName } = user;
  const { channel } = desk;
  const may = mayModerate(desk.room, { id: user.id, badges: roles });
  const cannot = !desk.canAct.value;
  const warn = () => {
    if (desk.canAct.peek()) openWarn({ channel, login, displayName, onDone: () => void desk.doneCount.value++ });
  };
  useWarnKey(may, warn);
  if (!may) return <p class="muted">{words.cannotModerate}</p>;
  return (
    <>
      <div class="mod-acts">
        <button type="button" class="button" disabled={cannot} aria-keyshortcuts="W" onClick={warn}>
          <WarnIcon size="text" />
          {words.warn} <span class="key" data-key="W" />
        </button>
        <button type="button" class="button" disabled={cannot} onClick={() => desk.timeOut(login, TIMEOUT_MS)}>
          <TimerIcon size="text" />
          {words.tenMinutes}
        </button>
        {ban ? (
          <button
            type="button"
            class="button"
            disabled={cannot}
            onClick={() => desk.run(() => unban({ channel, person: login }))}
          >
            {ban.until ? words.endTimeOut : words.unban}
          </button>
        ) : (
          <button type="button" class="button danger" disabled={cannot} onClick={() => desk.askToBan(user)}>
            <BanIcon size="text" />
            {words.banAskShort}
          </button>
        )}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: no fields of a form. */}
      <div class="mod-times" role="group" aria-label={words.timeOutFor}>
        {TIMES.map(({ word, ms }) => (
          <button
            key={word}
            type="button"
            class="button"
            disabled={cannot}
            aria-label={words.timeOutForTime(word)}
            onClick={() => desk.timeOut(login, ms)}
          >
            {word}
          </button>
        ))}
      </div>
      <div class="mod-acts mod-acts-more">
        <button
          type="button"
          class="link"
          disabled={cannot}
          onClick={() => desk.run(() => setSuspicion({ channel, person: login, isMarked: suspicion === null }))}
        >
          {suspicion ? words.unmarkSuspicious : words.markSuspicious}
        </button>
        <button
          type="button"
          class="link"
          disabled={cannot}
          onClick={() => desk.run(() => clearPerson({ channel, person: login }))}
        >
          {words.removeAllMessages}
        </button>
      </div>
    </>
  );
}

/** `w`, where nobody writes. */
function useWarnKey(isOn: boolean, warn: () => void) {
  useEffect(() => {
    if (!isOn) return;
    const ending = new AbortController();
    const onKey = (event: KeyboardEvent) => {
      if (!isSingleKey(event, "w")) return;
      event.preventDefault(); // It is no letter of the reason.
      warn();
    };
    window.addEventListener("keydown", onKey, { signal: ending.signal });
    return () => ending.abort();
  });
}
