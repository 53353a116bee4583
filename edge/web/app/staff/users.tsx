// Searching for users.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { AdminUserView } from "#schema/api/admin-users.ts";
import { after } from "../clock.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Choice } from "../ui/choice.tsx";
import { dateText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { query } from "./query.ts";

const ROLES = [
  ["", "All"],
  ["user", "Users"],
  ["staff", "Staff"],
  ["admin", "Admins"],
] as const;
const SUSPENDED = [
  ["", "All"],
  ["true", "Suspended"],
  ["false", "Not suspended"],
] as const;
/** Pause in typing before the search starts. */
const SEARCH_AFTER_MS = 300;

export function Users() {
  const typed = useSignal("");
  const q = useSignal("");
  const role = useSignal("");
  const suspended = useSignal("");
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
          <label for="q">Search</label>
          <input
            id="q"
            type="search"
            value={typed}
            placeholder="Part of a name, or a whole e-mail address"
            autocomplete="off"
            maxLength={254}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
        </div>
        <Choice id="role" label="Role" value={role} options={ROLES} />
        <Choice id="suspended" label="State" value={suspended} options={SUSPENDED} />
      </div>
      <ListState list={list} />
      <p class="sr-only" role="status">
        {people === null ? "" : `${people.length} people`}
      </p>
      {people?.length === 0 ? (
        <p class="empty">Nobody is found. Try a shorter part of the name, or the whole e-mail address.</p>
      ) : null}
      <ul class="panel rows people">
        {people?.map((one) => (
          <li key={one.id}>
            <Avatar login={one.login} name={one.displayName} size="s" />
            <div class="row-text">
              <a href={`/staff/users/${one.login}`}>
                <strong>{one.displayName}</strong>
              </a>{" "}
              <span class="muted">
                @{one.login} · {one.email} · since {dateText(one.createdAt)}
              </span>
            </div>
            {one.role === "user" ? null : <span class="tag">{one.role}</span>}
            {one.suspension ? <span class="tag tag-bad">suspended</span> : null}
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
    </>
  );
}
