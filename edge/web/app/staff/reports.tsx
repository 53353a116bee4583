// The queue of reports, oldest open one first, and beside it the one that is looked at.

import { useSignal } from "@preact/signals";
import type { ReportView } from "#schema/api/reports.ts";
import { Choice } from "../ui/choice.tsx";
import { whenText } from "../ui/dates.ts";
import { isolated } from "../ui/isolated-name.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { words } from "../words/staff.ts";
import { query } from "./query.ts";
import { isUrgent, reasonWord } from "./reason.ts";
import { OpenReport } from "./report.tsx";

export function Reports() {
  const status = useSignal<string>("open");
  const kind = useSignal<string>("");
  const opened = useSignal<string | null>(null);
  const list = useList<ReportView>(`/admin/reports${query({ status: status.value, kind: kind.value, limit: "50" })}`);
  const reports = list.items.value ?? [];
  const at = reports.findIndex(({ id }) => id === opened.value);
  const shown = reports[at] ?? null;
  /** The next of the queue follows; after the last one the first. */
  const onHandled = async () => {
    const next = reports[at + 1] ?? reports.find((one) => one !== shown) ?? null;
    await list.reload();
    opened.value = next?.id ?? null;
  };
  return (
    <>
      <div class="filters">
        <Choice id="status" label={words.status} value={status} options={words.statuses} />
        <Choice id="kind" label={words.about} value={kind} options={words.kinds} />
      </div>
      <ListState list={list} />
      {list.items.value?.length === 0 ? (
        <Nothing isQueue={status.value === "open" && kind.value === ""} />
      ) : (
        <div class={shown ? "cases cases-open" : "cases"}>
          <div class="cases-queue">
            <ul class="panel queue" aria-label={words.reports}>
              {reports.map((report) => (
                <li key={report.id}>
                  <Head
                    report={report}
                    isOpen={report === shown}
                    onOpen={() => {
                      opened.value = report.id;
                    }}
                  />
                </li>
              ))}
            </ul>
            <LoadMore list={list} />
          </div>
          {shown ? (
            <OpenReport
              key={shown.id}
              report={shown}
              onHandled={onHandled}
              onClose={() => {
                opened.value = null;
              }}
            />
          ) : reports.length > 0 ? (
            <p class="panel empty case-none">{words.chooseReport}</p>
          ) : null}
        </div>
      )}
    </>
  );
}

const Nothing = ({ isQueue }: { isQueue: boolean }) => (
  <div class="panel empty">
    <p>
      <strong>{isQueue ? words.noReports : words.noSuchReports}</strong>
    </p>
    <p>{isQueue ? words.noReportsText : words.noSuchReportsText}</p>
  </div>
);

interface HeadProps {
  report: ReportView;
  isOpen: boolean;
  onOpen(): void;
}

const Head = ({ report, isOpen, onOpen }: HeadProps) => (
  <button type="button" class="queue-head" aria-current={isOpen ? "true" : undefined} onClick={onOpen}>
    <span class="queue-first">
      <strong>{reasonWord(report)}</strong>
      {isUrgent(report) ? <span class="tag tag-bad">{words.urgent}</span> : null}
      <time class="muted" dateTime={report.createdAt}>
        {whenText(report.createdAt)}
      </time>
    </span>
    <span class="muted queue-what">{summary(report)}</span>
    <span class="queue-tags">
      <span class="tag">{words.kind[report.kind]}</span>
      {report.openAboutSame > 1 ? <span class="tag">{words.reportsAboutSame(report.openAboutSame)}</span> : null}
    </span>
  </button>
);

function summary({ kind, about, channel, evidence }: ReportView): string {
  const who = about ? isolated(about.displayName) : words.deletedAccount;
  if (kind === "channel") return words.channelOf(who);
  if (kind === "user") return channel ? words.personIn(who, channel.login) : who;
  const body = evidence?.kind === "line" ? isolated(evidence.body) : "";
  return channel ? words.messageIn(who, channel.login, body) : words.messageOf(who, body);
}
