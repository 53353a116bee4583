// The audit log: who did what, as far as it matters for security.

import { useSignal } from "@preact/signals";
import type { AuditView } from "#schema/api/audit.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { durationText, momentText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { query } from "./choice.tsx";

export function AuditLog() {
  const actor = useSignal("");
  const act = useSignal("");
  const target = useSignal("");
  const asked = useSignal({ actor: "", act: "", target: "" });
  const list = useList<AuditView>(`/admin/audit${query({ ...asked.value, limit: "50" })}`);
  const filter = (event: Event) => {
    event.preventDefault();
    asked.value = { actor: actor.value.trim(), act: act.value.trim(), target: target.value.trim() };
  };
  const fields = [
    { id: "actor", label: "Who", value: actor, hint: "login or id" },
    { id: "act", label: "Action", value: act, hint: "sign-in.failed or totp" },
    { id: "target", label: "Target", value: target, hint: "login or id" },
  ];
  return (
    <>
      <form class="filters" onSubmit={filter}>
        {fields.map(({ id, label, value, hint }) => (
          <div class="field" key={id}>
            <label for={id}>{label}</label>
            <input
              id={id}
              value={value}
              placeholder={hint}
              autocomplete="off"
              autocapitalize="none"
              maxLength={64}
              onInput={(event) => {
                value.value = event.currentTarget.value;
              }}
            />
          </div>
        ))}
        <button type="submit" class="button primary">
          Show
        </button>
      </form>
      <ListState list={list} />
      {list.items.value ? (
        <section class="panel" aria-label="Entries">
          <AuditRows entries={list.items.value} />
        </section>
      ) : null}
      <LoadMore list={list} />
    </>
  );
}

/** Newest first. On narrow screens the table scrolls sideways. */
export function AuditRows({ entries }: { entries: AuditView[] }) {
  if (entries.length === 0) return <p class="muted">No entries.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard.
    <section class="scroll" tabIndex={0} aria-label="Table of actions">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">Action</th>
            <th scope="col">Target</th>
            <th scope="col">Address</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ id, at, actor, act, target, targetLogin, address, detail }) => (
            <tr key={id}>
              <td>
                <time dateTime={at}>{momentText(at)}</time>
              </td>
              <td>{actor ? <LoginOrId login={actor.login} id={actor.id} /> : <span class="muted">–</span>}</td>
              <td>
                <code>{act}</code>
              </td>
              <td>{target ? <LoginOrId login={targetLogin} id={target} /> : <span class="muted">–</span>}</td>
              <td>{address || <span class="muted">console</span>}</td>
              <td class="table-detail">{detailText(detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The detail as text: `for 7 days` instead of `durationMs: 604800000`, and only the end of an id. */
const detailText = (detail: AuditView["detail"]) =>
  Object.entries(detail)
    .map(([name, value]) => {
      if (name === "durationMs" && typeof value === "number") return `for ${durationText(value)}`;
      if (value === null) return `${name}: none`;
      return `${name}: ${isUuid(String(value)) ? `…${String(value).slice(-6)}` : value}`;
    })
    .join(", ");

/** A link to the person; the end of the id if the account is deleted or the target is not a person. */
const LoginOrId = ({ login, id }: { login: string | null; id: string }) =>
  login ? (
    <a href={`/staff/users/${login}`}>{login}</a>
  ) : (
    <code class="muted" title={id}>
      …{id.slice(-6)}
    </code>
  );
