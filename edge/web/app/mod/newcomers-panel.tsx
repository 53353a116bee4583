// First messages, and people who look like somebody who is banned.

import { words as chatWords } from "../words/chat.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";
import { useNewcomers } from "./newcomers.ts";
import { ModPanel } from "./panel.tsx";

export function NewcomersPanel({ desk }: { desk: Desk }) {
  const { firsts, suspicions } = useNewcomers(desk);
  const isEmpty = firsts.value.length + suspicions.value.length === 0;
  return (
    <ModPanel name="newcomers" title={words.newcomers}>
      {isEmpty ? <p class="muted mod-none">{words.noNewcomers}</p> : null}
      {suspicions.value.length > 0 ? (
        <ul class="mod-rows" aria-label={words.suspicious}>
          {suspicions.value.map(({ user, level }) => (
            <li key={user.id}>
              <button type="button" class="line-author" onClick={() => desk.openPerson(user.login)}>
                {user.displayName}
              </button>
              <span class="pill pill-warn">{words.suspicionLevels[level]}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {firsts.value.length > 0 ? (
        <ul class="mod-rows" aria-label={words.firstMessages}>
          {firsts.value.map(({ id, at, user, body }) => (
            <li key={id}>
              <button type="button" class="line-author" onClick={() => desk.openPerson(user.login)}>
                {user.displayName}
              </button>
              <span class="mod-cut">{body}</span>
              <time class="muted" dateTime={at}>
                {chatWords.clock(at)}
              </time>
            </li>
          ))}
        </ul>
      ) : null}
    </ModPanel>
  );
}
