// The moderation log as a list: filtered by kind and person, with Undo where an act can be undone.

import { useSignal } from "@preact/signals";
import type { ModerationLogView } from "#schema/api/moderation.ts";
import { session } from "../session.ts";
import { dateText } from "../ui/dates.ts";
import { isolated } from "../ui/isolated-name.ts";
import type { List } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { words as chatWords } from "../words/chat.ts";
import { logText, words } from "../words/moderation-log.ts";
import { isLogged, LOG_KINDS, type LogKind, type Undo, undoOf } from "./log-kinds.ts";

interface LogListProps {
  list: List<ModerationLogView>;
  /** Null: nothing can be done now. */
  onUndo: ((undo: Undo) => void) | null;
  /** Default: names are no buttons. */
  onPerson?: (login: string) => void;
}

export function LogList({ list, onUndo, onPerson }: LogListProps) {
  const kind = useSignal<LogKind>("all");
  const person = useSignal("");
  const filter = { kind: kind.value, person: person.value.trim().replace(/^@/, "").toLowerCase() };
  const items = list.items.value?.filter((entry) => isLogged(entry, filter)) ?? [];
  return (
    <>
      <div class="log-filter">
        <select
          aria-label={words.kind}
          value={kind}
          onChange={(event) => {
            kind.value = event.currentTarget.value as LogKind;
          }}
        >
          {LOG_KINDS.map((one) => (
            <option key={one} value={one}>
              {words.kinds[one]}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label={words.personHint}
          placeholder={words.person}
          value={person}
          autocomplete="off"
          onInput={(event) => {
            person.value = event.currentTarget.value;
          }}
        />
      </div>
      <div class="mod-none">
        <ListState list={list}>{words.nothing}</ListState>
        {items.length === 0 && (list.items.value?.length ?? 0) > 0 ? <p class="muted">{words.nothingOfKind}</p> : null}
      </div>
      {items.length > 0 ? (
        <ol class="log-list">
          {items.map((entry) => (
            <LogEntry key={entry.id} entry={entry} onUndo={onUndo} {...(onPerson && { onPerson })} />
          ))}
        </ol>
      ) : null}
      <LoadMore list={list} />
    </>
  );
}

interface LogEntryProps extends Pick<LogListProps, "onUndo" | "onPerson"> {
  entry: ModerationLogView;
}

function LogEntry({ entry, onUndo, onPerson }: LogEntryProps) {
  const { at, by, target } = entry;
  const now = session.value;
  const isOwn = now.phase === "in" && by?.id === now.user.id;
  const name = (one: typeof by) => (one ? isolated(one.displayName) : words.gone);
  const text = logText(entry, isOwn ? words.you : name(by), name(target));
  const undo = undoOf(entry);
  return (
    <li>
      <time class="muted" dateTime={at} title={dateText(at)}>
        {chatWords.clock(at)}
      </time>
      {target && onPerson ? (
        <button type="button" class="log-text" onClick={() => onPerson(target.login)}>
          {text}
        </button>
      ) : (
        <span class="log-text">{text}</span>
      )}
      {undo ? (
        <button
          type="button"
          class="link"
          disabled={onUndo === null}
          aria-label={words.undoOf(text)}
          onClick={() => onUndo?.(undo)}
        >
          {words.undo}
        </button>
      ) : null}
    </li>
  );
}
