// Searching for users.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { AdminUserView } from "#schema/api/admin-users.ts";
import { after } from "../clock.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Choice } from "../ui/choice.tsx";
import { dateText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { words } from "../words/staff.ts";
import { query } from "./query.ts";

/** Pause in typing before the search starts. */
const SEARCH_AFTER_MS = 300;

export function Users() {
  const typed = useSignal("");
  const q = useSignal("");
  const role = useSignal<string>("");
  const suspended = useSignal<string>("");
  useSignalEffect(() => {
    const text = typed.value.trim();
    return after(SEARCH_AFTER_MS, () => {
      q.value = text;
    });
  });
  const list = useList<AdminUserView>(
    `/admin/users${query({ q: q.value, role: role.value, suspended: suspended.value, limit: "50" })}`,
  );
  const people = list.items.value;
  return (
    <>
      <div class="filters">
        <div class="field filter-wide">
          <label for="q">{words.search}</label>
          <input
            id="q"
            type="search"
            value={typed}
            placeholder={words.searchHint}
            autocomplete="off"
            maxLength={254}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
        </div>
        <Choice id="role" label={words.role} value={role} options={words.roles} />
        <Choice id="suspended" label={words.state} value={suspended} options={words.states} />
      </div>
      <ListState list={list} />
      <p class="sr-only" role="status">
        {people === null ? "" : words.peopleFound(people.length)}
      </p>
      {people?.length === 0 ? (
        <div class="panel empty">
          <p>
            <strong>{words.nobodyFound}</strong>
          </p>
          <p>{words.nobodyFoundText}</p>
        </div>
      ) : null}
      {people && people.length > 0 ? (
        <section class="panel" aria-label={words.people}>
          <div class="panel-body">
            <Table caption={words.peopleCaption} columns={COLUMNS} rows={people} keyOf={({ id }) => id} list={list} />
          </div>
        </section>
      ) : null}
    </>
  );
}

const COLUMNS: readonly Column<AdminUserView>[] = [
  {
    word: words.person,
    cell: ({ login, displayName, pictureUrl }) => (
      <span class="table-person">
        <Avatar login={login} name={displayName} picture={pictureUrl} size="s" />
        <span>
          <a href={`/staff/users/${login}`}>
            <bdi>{displayName}</bdi>
          </a>{" "}
          <span class="muted">@{login}</span>
        </span>
      </span>
    ),
  },
  { word: words.emailAddress, isWide: true, cell: ({ email }) => email },
  { word: words.since, cell: ({ createdAt }) => <time dateTime={createdAt}>{dateText(createdAt)}</time> },
  {
    word: words.role,
    cell: ({ role }) => (role === "user" ? words.roleWords.user : <span class="tag">{words.roleWords[role]}</span>),
  },
  {
    word: words.state,
    cell: ({ suspension }) => (suspension ? <span class="tag tag-bad">{words.suspended}</span> : words.active),
  },
];
