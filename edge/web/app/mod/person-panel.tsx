// The person that is open: who they are in this room, what one may do, their last messages, and the team's notes.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PersonCardView } from "#schema/api/room-people.ts";
import { ApiError, errorText } from "../api.ts";
import { roleWords } from "../chat/badges.tsx";
import { serverMs } from "../server-clock.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { dateText, durationText } from "../ui/dates.ts";
import { CloseIcon } from "../ui/icons.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { countText, nowMs } from "../ui/ticker.ts";
import { words as chatWords } from "../words/chat.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";
import { ModPanel } from "./panel.tsx";
import { PersonActs } from "./person-acts.tsx";
import { PersonNotes } from "./person-notes.tsx";
import { useReload } from "./use-reload.ts";

const NEW_HERE_MS = 7 * 86_400_000;

export function PersonPanel({ desk }: { desk: Desk }) {
  const login = desk.person.value;
  return (
    <ModPanel
      name="person"
      title={words.person}
      tools={
        login ? (
          <button
            type="button"
            class="icon-button"
            aria-label={words.closePerson}
            title={words.closePerson}
            onClick={() => desk.closePerson()}
          >
            <CloseIcon size="text" />
          </button>
        ) : null
      }
    >
      {login ? <Open key={login} login={login} desk={desk} /> : <p class="muted mod-none">{words.nobodyOpen}</p>}
    </ModPanel>
  );
}

function Open({ login, desk }: { login: string; desk: Desk }) {
  const card = useSignal<PersonCardView | null>(null);
  const trouble = useSignal<string | null>(null);
  const load = async (signal?: AbortSignal) => {
    try {
      const path = `/channels/${desk.channel}/chat/people/${login}`;
      card.value = await call<PersonCardView>(path, signal ? { signal } : {});
      trouble.value = null;
    } catch (error) {
      if (signal?.aborted) return;
      const isGone = error instanceof ApiError && error.code === "not_found";
      trouble.value = isGone ? words.nobodyCalled(login) : capitalized(errorText(error));
    }
  };
  useEffect(() => {
    const ending = new AbortController();
    void load(ending.signal);
    return () => ending.abort();
  }, [login]);
  useReload(desk, load);
  if (!card.value)
    return (
      <div class="mod-card" aria-busy={trouble.value === null}>
        <Alert text={trouble.value} />
        {trouble.value ? null : <Skeleton shape="rows" count={2} />}
      </div>
    );
  return (
    <div class="mod-card">
      <Alert text={trouble.value} />
      <Facts card={card.value} />
      <PersonActs card={card.value} desk={desk} />
      <Lines card={card.value} />
      <PersonNotes card={card.value} desk={desk} onChanged={() => void load()} />
    </div>
  );
}

function Facts({
  card: { user, createdAt, followedAt, roles, counts, ban, warning, suspicion },
}: {
  card: PersonCardView;
}) {
  const { login, displayName, pictureUrl } = user;
  const ageMs = serverMs(nowMs.value) - Date.parse(createdAt);
  const facts = [
    words.accountSince(durationText(ageMs)),
    followedAt ? words.followsFor(durationText(serverMs(nowMs.value) - Date.parse(followedAt))) : words.followsNot,
  ];
  const numbers = [
    [words.messages, counts.lines],
    [words.removed, counts.deleted],
    [words.timeOuts, counts.timeouts],
    [words.bans, counts.bans],
    [words.warnings, counts.warnings],
  ] as const;
  return (
    <>
      <div class="person-card-head">
        <Avatar login={login} name={displayName} picture={pictureUrl} />
        <div>
          <h3>
            <a href={`/${login}`} target="_blank" rel="noopener">
              {displayName}
            </a>
          </h3>
          <p class="muted">{facts.join(" · ")}</p>
          <ul class="person-card-roles">
            {ageMs < NEW_HERE_MS ? <li class="pill pill-warn">{words.newHere}</li> : null}
            {suspicion ? <li class="pill pill-warn">{words.suspicionLevels[suspicion.level]}</li> : null}
            {roleWords(roles).map((role) => (
              <li class="chip" key={role}>
                {role}
              </li>
            ))}
          </ul>
        </div>
      </div>
      {ban ? (
        <p class="notice bad">
          {ban.until
            ? words.timedOutUntil(new Date(ban.until).toLocaleString("en"))
            : words.isBanned(dateText(ban.createdAt))}
          {ban.reason ? ` ${words.because(ban.reason)}` : ""}
        </p>
      ) : null}
      {warning ? <p class="notice warn">{words.isWarned(warning.reason)}</p> : null}
      <dl class="mod-numbers" aria-label={words.numbersOf(isolated(displayName))}>
        {numbers.map(([word, count]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{countText(count)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Lines({ card: { lines } }: { card: PersonCardView }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{words.lastMessages}</h3>
      <ol class="mod-rows">
        {lines.map(({ id, at, body, deleted }) => (
          <li key={id}>
            <time class="muted" dateTime={at}>
              {chatWords.clock(at)}
            </time>
            <span class="mod-cut" title={body}>
              {deleted ? <s>{body}</s> : body}
            </span>
            {deleted ? <span class="pill pill-plain">{chatWords.removedByNobody}</span> : null}
          </li>
        ))}
      </ol>
    </>
  );
}
