// The audit log: who did what, as far as it matters for security.

import { useSignal } from "@preact/signals";
import type { AuditView } from "#schema/api/audit.ts";
import { Choice } from "../ui/choice.tsx";
import { momentText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { actGroups, words } from "../words/staff.ts";
import { actParts, detailText } from "./act-words.ts";
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
    { id: "actor", label: words.who, type: "text", value: actor, hint: words.loginOrId },
    { id: "target", label: words.toWhom, type: "text", value: target, hint: words.loginOrId },
    { id: "from", label: words.from, type: "date", value: from, hint: "" },
    { id: "until", label: words.until, type: "date", value: until, hint: "" },
  ] as const;
  return (
    <>
      <form class="filters" onSubmit={filter}>
        <Choice id="act" label={words.action} value={act} options={actGroups} />
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
          {words.show}
        </button>
      </form>
      <ListState list={list} />
      {list.items.value ? (
        <section class="panel" aria-label={words.entries}>
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
  if (entries.length === 0) return <p class="empty">{words.nothingLikeThis}</p>;
  return <Table caption={words.actsCaption} columns={COLUMNS} rows={entries} keyOf={({ id }) => `${id}`} list={ALL} />;
}

/** The caller has the button for more. */
const ALL = { hasMore: false, more: async () => {} };

const COLUMNS: readonly Column<AuditView>[] = [
  { word: words.when, cell: ({ at }) => <time dateTime={at}>{momentText(at)}</time> },
  { word: words.whatHappened, isWide: true, cell: (entry) => <Sentence entry={entry} /> },
  { word: words.detail, isWide: true, cell: ({ detail }) => detailText(detail) },
  { word: words.address, cell: ({ address }) => address || <span class="muted">{words.console}</span> },
];

const Sentence = ({ entry: { actor, act, target, targetLogin } }: { entry: AuditView }) => (
  <>
    {actParts(act).map((part) =>
      part.kind === "words" ? (
        part.text
      ) : part.kind === "who" ? (
        <Who key="who" id={actor?.id ?? ""} login={actor?.login ?? null} unknown={words.nobodyKnown} />
      ) : (
        <Who key="target" id={target} login={targetLogin} unknown={words.unknownAccount} />
      ),
    )}{" "}
    <code class="act-code">{act}</code>
  </>
);

/** The beginning of a day here, `daysLater` days after the chosen one; empty: none chosen. */
function dayText(chosen: string, daysLater: number): string {
  const [year, month, day] = chosen.split("-").map(Number);
  return day === undefined ? "" : new Date(year!, month! - 1, day + daysLater).toISOString();
}

interface WhoProps {
  /** Empty: not known. */
  id: string;
  login: string | null;
  unknown: string;
}

/** A link to the person; the end of the id if the account is deleted or it is not a person. */
const Who = ({ id, login, unknown }: WhoProps) =>
  login ? (
    <a href={`/staff/users/${login}`}>{login}</a>
  ) : id === "" ? (
    unknown
  ) : (
    <code class="muted" title={id}>
      …{id.slice(-6)}
    </code>
  );
