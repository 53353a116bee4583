// A card about a person, beside the name that was pressed: who they are, and what one may do.

import type { ComponentChildren, ComponentType } from "preact";
import { words } from "../words/ui.ts";
import { Avatar } from "./avatar.tsx";
import { dateText } from "./dates.ts";
import { FloatCard } from "./float-card.tsx";
import { Skeleton } from "./skeleton.tsx";

export interface PersonFacts {
  login: string;
  displayName: string;
  pictureUrl: string | null;
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

export const PersonCard = ({ opener, name, facts, acts, moderatorActs, onClose, children }: PersonCardProps) => (
  <FloatCard opener={opener} look="person-card" onClose={onClose}>
    {({ headId, leave }) => (
      <>
        {facts === null ? (
          <div aria-busy="true">
            <strong id={headId}>{name}</strong>
            <Skeleton shape="rows" count={1} />
          </div>
        ) : typeof facts === "string" ? (
          <div>
            <strong id={headId}>{name}</strong>
            <p class="muted" role="alert">
              {facts}
            </p>
          </div>
        ) : (
          <Facts id={headId} facts={facts} />
        )}
        {children}
        <Acts acts={acts} leave={leave} />
        {moderatorActs.length > 0 ? <Acts acts={moderatorActs} leave={leave} /> : null}
      </>
    )}
  </FloatCard>
);

function Facts({ id, facts }: { id: string; facts: PersonFacts }) {
  const { login, displayName, pictureUrl, createdAt, followedAt, roles } = facts;
  return (
    <div class="person-card-head">
      <Avatar login={login} name={displayName} picture={pictureUrl} />
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

const Acts = ({ acts, leave }: { acts: readonly PersonAct[]; leave(act: () => void): void }) => (
  <div class="person-card-acts">
    {acts.map(({ word, icon: Icon, act }) => (
      <button key={word} type="button" class="button" onClick={() => leave(act)}>
        {Icon ? <Icon size="text" /> : null}
        {word}
      </button>
    ))}
  </div>
);
