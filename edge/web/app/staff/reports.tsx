// The queue of reports, oldest open one first. A report opens in place.

import { useSignal } from "@preact/signals";
import type { ReportView } from "#schema/api/reports.ts";
import { REASONS } from "../people/report.tsx";
import { Choice } from "../ui/choice.tsx";
import { whenText } from "../ui/dates.ts";
import { isolated } from "../ui/isolated-name.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { query } from "./query.ts";
import { OpenReport } from "./report.tsx";

const STATUSES = [
  ["open", "Open"],
  ["resolved", "Resolved"],
  ["dismissed", "Dismissed"],
] as const;
const KINDS = [
  ["", "All"],
  ["channel", "Channels"],
  ["line", "Messages"],
  ["user", "People"],
] as const;

/** Reasons for which waiting in the queue may let somebody come to harm. */
const URGENT: ReadonlySet<string> = new Set(["minor_safety", "self_harm", "violence"]);

const KIND_WORDS = { channel: "channel", line: "message", user: "person" };

export function Reports() {
  const status = useSignal("open");
  const kind = useSignal("");
  const opened = useSignal<string | null>(null);
  const list = useList<ReportView>(`/admin/reports${query({ status: status.value, kind: kind.value, limit: "50" })}`);
  const reports = list.items.value;
  return (
    <>
      <div class="filters">
        <Choice id="status" label="Status" value={status} options={STATUSES} />
        <Choice id="kind" label="About" value={kind} options={KINDS} />
      </div>
      <ListState list={list} />
      {reports?.length === 0 ? (
        <p class="empty">
          {status.value === "open" && kind.value === ""
            ? "No report waits for an answer. What people report is listed here, the oldest first."
            : "No report is like this. Choose another status, or all kinds."}
        </p>
      ) : null}
      <ul class="reports">
        {reports?.map((report) => (
          <li key={report.id} class="panel report">
            <button
              type="button"
              class="report-head"
              aria-expanded={opened.value === report.id}
              onClick={() => {
                opened.value = opened.value === report.id ? null : report.id;
              }}
            >
              <span class={`tag tag-${report.kind}`}>{KIND_WORDS[report.kind]}</span>
              <span class="report-what">
                <strong>{REASONS[report.reason as keyof typeof REASONS] ?? report.reason}</strong>
                <span class="muted">{summary(report)}</span>
              </span>
              {URGENT.has(report.reason) ? <span class="tag tag-bad">urgent</span> : null}
              {report.openAboutSame > 1 ? <span class="tag">{report.openAboutSame} reports</span> : null}
              <time class="muted" dateTime={report.createdAt}>
                {whenText(report.createdAt)}
              </time>
            </button>
            {opened.value === report.id ? (
              <OpenReport
                report={report}
                onHandled={() => {
                  opened.value = null;
                  void list.reload();
                }}
              />
            ) : null}
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
    </>
  );
}

function summary({ kind, about, channel, evidence }: ReportView): string {
  const who = about ? isolated(about.displayName) : "a deleted account";
  if (kind === "line")
    return `${who}${channel ? ` in ${channel.login}` : ""}: ${evidence?.kind === "line" ? isolated(evidence.body) : ""}`;
  if (kind === "channel") return `the channel of ${who}`;
  return channel ? `${who}, in ${channel.login}` : who;
}
