// Rows of people or channels: avatar, name, and a button that removes the row's person from the list.

import type { ComponentChildren } from "preact";
import { Avatar } from "../ui/avatar.tsx";

export interface Person {
  id: string;
  login: string;
  displayName: string;
  pictureUrl: string | null;
}

interface PeopleRowsProps<Someone extends Person> {
  /** Null: not loaded yet. */
  people: readonly Someone[] | null;
  /** Text of each button. */
  word: string;
  /** The button's name for screen readers. */
  label(name: string): string;
  onRemove(person: Someone): void;
  /** Shown after the name. */
  details?: ((person: Someone) => ComponentChildren) | undefined;
}

export const PeopleRows = <Someone extends Person>(props: PeopleRowsProps<Someone>) => (
  <ul class="rows">
    {props.people?.map((person) => (
      <li key={person.id}>
        <Avatar login={person.login} name={person.displayName} picture={person.pictureUrl} size="s" />
        <div class="row-text">
          <a href={`/${person.login}`}>{person.displayName}</a>
          {props.details?.(person)}
        </div>
        <button
          type="button"
          class="button row-end"
          aria-label={props.label(person.displayName)}
          onClick={() => props.onRemove(person)}
        >
          {props.word}
        </button>
      </li>
    ))}
  </ul>
);
