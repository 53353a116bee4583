// A card about a person, beside the name that was pressed: who they are, and what one may do. The focus goes into it; Escape brings it back.

import type { ComponentChildren, ComponentType } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../words/ui.ts";
import { Avatar } from "./avatar.tsx";
import { dateText } from "./dates.ts";
import { Skeleton } from "./skeleton.tsx";
import { useFloat } from "./use-float.ts";

export interface PersonFacts {
  login: string;
  displayName: string;
  /** When the account was made; null: not known. */
  createdAt: string | null;
  /** When they followed this channel; null: they do not. */
  followedAt: string | null;
  /** In words, most important first: `Moderator`. */
  roles: readonly string[];
}

interface PersonAct {
  word: string;
  icon?: ComponentType<{ size?: "text" }>;
  act(): void;
}

interface PersonCardProps {
  /** `aria-haspopup="dialog"`. */
  opener: HTMLElement;
  /** Known at once. */
  name: string;
  /** Null while it loads; a text: why it is not known. */
  facts: PersonFacts | string | null;
  /** What any viewer may do. */
  acts: readonly PersonAct[];
  /** What a moderator may do, below a line. */
  moderatorActs: readonly PersonAct[];
  onClose(): void;
  /** Their last lines, for instance. Default: nothing. */
  children?: ComponentChildren;
}

export function PersonCard({ opener, name, facts, acts, moderatorActs, onClose, children }: PersonCardProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useFloat(box, { opener, onAway: onClose });
  useLayoutEffect(() => box.current?.focus(), []);
  const back = () => {
    opener.focus();
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    back();
  };
  const run = (act: () => void) => () => {
    back();
    act();
  };
  return (
    <div
      class="person-card float"
      popover="manual"
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      ref={box}
      onKeyDown={onKeyDown}
    >
      {facts === null ? (
        <div aria-busy="true">
          <strong id={id}>{name}</strong>
          <Skeleton shape="rows" count={1} />
        </div>
      ) : typeof facts === "string" ? (
        <div>
          <strong id={id}>{name}</strong>
          <p class="muted" role="alert">
            {facts}
          </p>
        </div>
      ) : (
        <Facts id={id} facts={facts} />
      )}
      {children}
      <Acts acts={acts} run={run} />
      {moderatorActs.length > 0 ? <Acts acts={moderatorActs} run={run} /> : null}
    </div>
  );
}

function Facts({ id, facts }: { id: string; facts: PersonFacts }) {
  const { login, displayName, createdAt, followedAt, roles } = facts;
  return (
    <div class="person-card-head">
      <Avatar login={login} name={displayName} />
      <div>
        <a id={id} href={`/${login}`}>
          {displayName}
        </a>
        <p class="muted">@{login}</p>
        {createdAt ? <p class="muted">{words.hereSince(dateText(createdAt))}</p> : null}
        {followedAt ? <p class="muted">{words.followsSince(dateText(followedAt))}</p> : null}
        {roles.length > 0 ? (
          <ul class="person-card-roles">
            {roles.map((role) => (
              <li class="chip" key={role}>
                {role}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  );
}

const Acts = ({ acts, run }: { acts: readonly PersonAct[]; run(act: () => void): () => void }) => (
  <div class="person-card-acts">
    {acts.map(({ word, icon: Icon, act }) => (
      <button key={word} type="button" class="button" onClick={run(act)}>
        {Icon ? <Icon size="text" /> : null}
        {word}
      </button>
    ))}
  </div>
);
