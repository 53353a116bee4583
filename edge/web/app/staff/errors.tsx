// Errors that processes logged, grouped by what they say and where.

import type { ErrorGroupView } from "#schema/api/observation.ts";
import { CopyButton } from "../ui/copy.tsx";
import { momentText, whenText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { countText } from "../ui/ticker.ts";
import { words } from "../words/observation.ts";

export function Errors() {
  const list = useList<ErrorGroupView>("/admin/errors?limit=50");
  const groups = list.items.value;
  return (
    <>
      <p class="muted">{words.errorsAbout}</p>
      <ListState list={list} />
      {groups?.length === 0 ? (
        <div class="panel empty">
          <p>
            <strong>{words.noErrors}</strong>
          </p>
          <p>{words.noErrorsText}</p>
        </div>
      ) : null}
      {groups && groups.length > 0 ? (
        <section class="panel" aria-label={words.errors}>
          <div class="panel-body">
            <Table
              caption={words.errorsCaption}
              columns={COLUMNS}
              rows={groups}
              keyOf={({ fingerprint }) => fingerprint}
              list={list}
            />
          </div>
        </section>
      ) : null}
    </>
  );
}

const COLUMNS: readonly Column<ErrorGroupView>[] = [
  { word: words.what, isWide: true, cell: (group) => <What group={group} /> },
  { word: words.count, isFigure: true, cell: ({ count }) => countText(count) },
  { word: words.process, cell: ({ node }) => node },
  { word: words.first, cell: ({ firstAt }) => <Moment at={firstAt} /> },
  { word: words.last, cell: ({ lastAt }) => <Moment at={lastAt} /> },
  {
    word: words.request,
    cell: ({ request, trace }) => {
      const id = request ?? trace;
      return id === null ? (
        <span class="muted">{words.noRequest}</span>
      ) : (
        <CopyButton text={id} label={words.copyRequest} said={words.requestCopied} />
      );
    },
  },
];

const What = ({ group: { level, message, reason, place, stack } }: { group: ErrorGroupView }) => (
  <>
    <strong>{message}</strong> {level === "fatal" ? <span class="tag tag-bad">{words.levels.fatal}</span> : null}
    {reason === "" ? null : <div class="error-reason">{reason}</div>}
    {place === "" ? null : <code class="act-code">{place}</code>}
    {stack === "" ? null : (
      <details class="more">
        <summary>{words.stack}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways. */}
        <pre class="error-stack" tabIndex={0}>
          {stack}
        </pre>
      </details>
    )}
  </>
);

const Moment = ({ at }: { at: string }) => (
  <time dateTime={at} title={momentText(at)}>
    {whenText(at)}
  </time>
);
