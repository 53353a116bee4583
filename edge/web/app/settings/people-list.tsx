// A panel with a paged list of people or channels, from which each can be removed.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { errorText } from "../api.ts";
import { PeopleRows, type Person } from "../people/people-rows.tsx";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { isolated } from "../ui/isolated-name.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { Panel } from "../ui/panel.tsx";
import { showToast } from "../ui/toast.ts";

interface PeopleListProps<Item, Someone extends Person> {
  id: string;
  title: string;
  about: string;
  /** Path of the list in the API. */
  path: string;
  personOf(item: Item): Someone;
  /** Text for an empty list. */
  empty: string;
  /** What removing is called: `Unblock`. */
  word: string;
  remove(person: Someone): Promise<unknown>;
  /** Undoes a removal. */
  restore(person: Someone): Promise<unknown>;
  /** Text after a removal. */
  removedText(name: string): string;
  /** Shown after a name. */
  details?: (person: Someone) => ComponentChildren;
}

export function PeopleList<Item, Someone extends Person>(props: PeopleListProps<Item, Someone>) {
  const { id, title, about, path, personOf, empty, word, remove, restore, removedText, details } = props;
  const list = useList<Item>(path);
  const trouble = useSignal<string | null>(null);
  const onRemove = async (person: Someone) => {
    trouble.value = null;
    try {
      await remove(person);
      list.items.value = (list.items.value ?? []).filter((item) => personOf(item).id !== person.id);
      showToast(removedText(isolated(person.displayName)), async () => {
        await restore(person);
        await list.reload();
      });
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  return (
    <Panel id={id} title={title} about={about}>
      <Alert text={trouble.value} />
      <ListState list={list}>{empty}</ListState>
      <PeopleRows
        people={list.items.value?.map(personOf) ?? null}
        word={word}
        label={(name) => `${word} ${name}`}
        onRemove={onRemove}
        details={details}
      />
      <LoadMore list={list} />
    </Panel>
  );
}
