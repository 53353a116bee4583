// The audit log: who did what, as far as it matters for security.

import { useSignal } from "@preact/signals";
import type { AuditView } from "#schema/api/audit.ts";
import { Choice } from "../ui/choice.tsx";
import { momentText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { ACT_GROUPS, actWords, detailText } from "./act-words.ts";
import { query } from "./query.ts";

export function AuditLog() {
  const actor = useSignal("");
  const act = useSignal("");
  const target = useSignal("");
  const from = useSignal("");
  const until = useSignal("");
  const asked = useSignal<Record<string, string>>({});
  const list = useList<AuditView>(`/admin/audit${query({ ...asked.value, limit: "50" })}`);
  const filter = (event: Event) => {
    event.preventDefault();
    asked.value = {
      actor: actor.value.trim(),
      act: act.value,
      target: target.value.trim(),
      since: dayText(from.value, 0),
      before: dayText(until.value, 1),
    };
  };
  const fields = [
    { id: "actor", label: "Who", type: "text", value: actor, hint: "login or id" },
    { id: "target", label: "To whom or what", type: "text", value: target, hint: "login or id" },
    { id: "from", label: "From", type: "date", value: from, hint: "" },
    { id: "until", label: "Until", type: "date", value: until, hint: "" },
  ] as const;
  return (
    <>
      <form class="filters" onSubmit={filter}>
        <Choice id="act" label="Action" value={act} options={ACT_GROUPS} />
        {fields.map(({ id, label, type, value, hint }) => (
          <div class="field" key={id}>
            <label for={id}>{label}</label>
            <input
              id={id}
              {...({ type } as { type: "text" })}
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
          <div class="panel-body">
            <AuditRows entries={list.items.value} />
          </div>
        </section>
      ) : null}
      <LoadMore list={list} />
    </>
  );
}

/** Newest first: each act as a sentence, its code small beside it. */
export function AuditRows({ entries }: { entries: AuditView[] }) {
  if (entries.length === 0) return <p class="empty">Nothing like this is in the log.</p>;
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
  { word: "What happened", isWide: true, cell: (entry) => <Sentence entry={entry} /> },
  { word: "Detail", isWide: true, cell: ({ detail }) => detailText(detail) },
  { word: "Address", cell: ({ address }) => address || <span class="muted">console</span> },
];

function Sentence({ entry: { actor, act, target, targetLogin } }: { entry: AuditView }) {
  const { before, after } = actWords(act);
  return (
    <>
      {actor ? <LoginOrId login={actor.login} id={actor.id} /> : "Somebody"} {before}{" "}
      {after === null ? null : target ? <LoginOrId login={targetLogin} id={target} /> : "an unknown account"}
      {after} <code class="act-code">{act}</code>
    </>
  );
}

/** The beginning of a day here, `daysLater` days after the chosen one; empty: none chosen. */
function dayText(chosen: string, daysLater: number): string {
  const [year, month, day] = chosen.split("-").map(Number);
  return day === undefined ? "" : new Date(year!, month! - 1, day + daysLater).toISOString();
}

/** A link to the person; the end of the id if the account is deleted or the target is not a person. */
const LoginOrId = ({ login, id }: { login: string | null; id: string }) =>
  login ? (
    <a href={`/staff/users/${login}`}>{login}</a>
  ) : (
    <code class="muted" title={id}>
      …{id.slice(-6)}
    </code>
  );
