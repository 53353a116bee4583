// The audit log: who did what, as far as it matters for security.

import { useSignal } from "@preact/signals";
import type { AuditView } from "#schema/api/audit.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { durationText, momentText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { query } from "./query.ts";

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

/** Newest first. */
export function AuditRows({ entries }: { entries: AuditView[] }) {
  if (entries.length === 0) return <p class="muted">No entries.</p>;
  return (
    <Table
      caption="Actions, the newest first"
      columns={COLUMNS}
      rows={entries}
      keyOf={({ id }) => `${id}`}
      list={ALL}
    />
  );
}

/** The caller has the button for more. */
const ALL = { hasMore: false, more: async () => {} };

const COLUMNS: readonly Column<AuditView>[] = [
  { word: "When", cell: ({ at }) => <time dateTime={at}>{momentText(at)}</time> },
  { word: "Who", cell: ({ actor }) => (actor ? <LoginOrId login={actor.login} id={actor.id} /> : NOBODY) },
  { word: "Action", cell: ({ act }) => <code>{act}</code> },
  {
    word: "Target",
    cell: ({ target, targetLogin }) => (target ? <LoginOrId login={targetLogin} id={target} /> : NOBODY),
  },
  { word: "Address", cell: ({ address }) => address || <span class="muted">console</span> },
  { word: "Detail", isWide: true, cell: ({ detail }) => detailText(detail) },
];

/** The detail as text: `for 7 days` instead of `durationMs: 604800000`, and only the end of an id. */
const detailText = (detail: AuditView["detail"]) =>
  Object.entries(detail)
    .map(([name, value]) => {
      if (name === "durationMs" && typeof value === "number") return `for ${durationText(value)}`;
      if (value === null) return `${name}: none`;
      return `${name}: ${isUuid(String(value)) ? `…${String(value).slice(-6)}` : value}`;
    })
    .join(", ");

const NOBODY = <span class="muted">–</span>;

/** A link to the person; the end of the id if the account is deleted or the target is not a person. */
const LoginOrId = ({ login, id }: { login: string | null; id: string }) =>
  login ? (
    <a href={`/staff/users/${login}`}>{login}</a>
  ) : (
    <code class="muted" title={id}>
      …{id.slice(-6)}
    </code>
  );
