// One report: its evidence and context, and forms to resolve it or suspend somebody.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ReportDetailView, ReportView } from "#schema/api/reports.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { momentText } from "../ui/dates.ts";
import { useForm } from "../ui/form.ts";
import { capitalized } from "../ui/form-errors.ts";
import { once } from "../ui/once.ts";
import { FormNotice } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { SuspendDialog, type Suspending } from "./suspend.tsx";

const clock = once(() => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));

export function OpenReport({ report, onHandled }: { report: ReportView; onHandled(): void }) {
  const detail = useSignal<ReportDetailView | null>(null);
  const trouble = useSignal<string | null>(null);
  const suspending = useSignal<Suspending | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<ReportDetailView>(`/admin/reports/${report.id}`, { signal: ending.signal }).then(
      (answer) => {
        detail.value = answer;
      },
      (error) => {
        if (!ending.signal.aborted) trouble.value = capitalized(errorText(error));
      },
    );
    return () => ending.abort();
  }, [report.id, detail, trouble]);
  const { about, channel, reporter, handled, kind } = report;
  return (
    <div class="report-body stack">
      {report.detail ? <blockquote class="quote">{report.detail}</blockquote> : null}
      <p class="muted">
        Reported by{" "}
        {reporter ? <a href={`/staff/users/${reporter.login}`}>{reporter.displayName}</a> : "a deleted account"},{" "}
        {momentText(report.createdAt)}
        {about ? (
          <>
            {" · "}About <a href={`/staff/users/${about.login}`}>{about.displayName}</a>
          </>
        ) : null}
        {channel ? (
          <>
            {" · "}
            <a href={`/${channel.login}`}>Channel {channel.login}</a>
          </>
        ) : null}
      </p>
      {trouble.value ? <p class="notice bad">{trouble.value}</p> : null}
      <Context detail={detail.value} />
      {handled ? (
        <p class="notice">
          {capitalized(report.status)} by {handled.by?.displayName ?? "somebody"}, {momentText(handled.at)}:{" "}
          {handled.note}
        </p>
      ) : (
        <>
          <Handle report={report} onHandled={onHandled} />
          {about ? (
            <div class="panel-actions">
              <button
                type="button"
                class="button danger"
                onClick={() => {
                  suspending.value = { kind: "users", login: about.login, name: about.displayName };
                }}
              >
                Suspend {about.displayName}…
              </button>
              {kind === "channel" && channel ? (
                <button
                  type="button"
                  class="button danger"
                  onClick={() => {
                    suspending.value = { kind: "channels", login: channel.login, name: channel.login };
                  }}
                >
                  Suspend the channel only…
                </button>
              ) : null}
            </div>
          ) : null}
        </>
      )}
      <SuspendDialog asked={suspending} />
    </div>
  );
}

function Context({ detail }: { detail: ReportDetailView | null }) {
  if (!detail) return null;
  const { evidence, context, targetId, kind } = detail;
  if (evidence?.kind === "channel" && context.length === 0)
    return <p class="quote">Title at that time: {evidence.title || "none"}</p>;
  if (context.length === 0)
    return evidence?.kind === "line" ? <blockquote class="quote">{evidence.body}</blockquote> : null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard.
    <ol class="context" tabIndex={0} aria-label="Messages before and after">
      {context.map((line) => (
        <li key={line.id} class={kind === "line" && line.id === targetId ? "context-it" : undefined}>
          <time>{clock().format(new Date(line.at))}</time>
          <span>
            <strong>{line.user.displayName}</strong> {line.deleted ? <em class="muted">deleted</em> : line.body}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Handle({ report: { id, openAboutSame }, onHandled }: { report: ReportView; onHandled(): void }) {
  const note = useSignal("");
  const all = useSignal(openAboutSame > 1);
  const act = useSignal<"resolve" | "dismiss">("resolve");
  const form = useForm({
    check: () => ({ note: note.value.trim() ? null : "Describe the decision in a few words." }),
    async send() {
      const body = { note: note.value.trim(), ...(openAboutSame > 1 ? { all: all.value } : {}) };
      await call(`/admin/reports/${id}/${act.value}`, { method: "POST", body });
      onHandled();
    },
  });
  const choose = (one: "resolve" | "dismiss") => () => {
    act.value = one;
  };
  return (
    <form {...form.props} class="stack">
      <FormNotice form={form} />
      <TextArea
        id={`note-${id}`}
        name="note"
        label="Note (staff only)"
        value={note}
        error={form.errors.fields.note}
        rows={2}
        maxLength={1_000}
      />
      {openAboutSame > 1 ? (
        <label class="check">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => {
              all.value = event.currentTarget.checked;
            }}
          />
          Also the {openAboutSame - 1} other open {openAboutSame === 2 ? "report" : "reports"} about this
        </label>
      ) : null}
      <div class="panel-actions">
        <button type="submit" class="button primary" disabled={form.busy} onClick={choose("resolve")}>
          Resolve
        </button>
        <button type="submit" class="button" disabled={form.busy} onClick={choose("dismiss")}>
          Dismiss
        </button>
      </div>
    </form>
  );
}
