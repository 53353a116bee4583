// One report: its evidence and context, and what staff may do about it.

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ReportDetailView, ReportView } from "#schema/api/reports.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { momentText } from "../ui/dates.ts";
import { useForm } from "../ui/form.ts";
import { isolated } from "../ui/isolated-name.ts";
import { once } from "../ui/once.ts";
import { FormNotice } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { words } from "../words/staff.ts";
import { reasonWord } from "./reason.ts";
import { SuspendDialog, type Suspending } from "./suspend.tsx";

const clock = once(() => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));

interface OpenReportProps {
  report: ReportView;
  onHandled(): Promise<void>;
  /** Back to the queue, where there is no room for both. */
  onClose(): void;
}

export function OpenReport({ report, onHandled, onClose }: OpenReportProps) {
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
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const { about, channel, reporter, handled, kind } = report;
  return (
    <section class="panel case" aria-labelledby="case-head">
      <header class="panel-head">
        <button type="button" class="button quiet case-back" onClick={onClose}>
          {words.back}
        </button>
        <h2 id="case-head" ref={head} tabIndex={-1}>
          {reasonWord(report)}
        </h2>
        <span class="tag">{words.kind[kind]}</span>
      </header>
      <div class="panel-body">
        {report.detail ? <blockquote class="quote">{report.detail}</blockquote> : null}
        <dl class="facts">
          {about ? (
            <Fact label={words.reportedAbout}>
              <a href={`/staff/users/${about.login}`}>{about.displayName}</a>
            </Fact>
          ) : null}
          {channel ? (
            <Fact label={words.inChannel}>
              <a href={`/${channel.login}`}>{channel.login}</a>
            </Fact>
          ) : null}
          <Fact label={words.reportedBy}>
            {reporter ? <a href={`/staff/users/${reporter.login}`}>{reporter.displayName}</a> : words.deletedAccount}
          </Fact>
          <Fact label={words.reportedAt}>
            <time dateTime={report.createdAt}>{momentText(report.createdAt)}</time>
          </Fact>
        </dl>
        <Alert text={trouble.value} />
        <Context detail={detail.value} />
        {handled ? (
          <div class="notice">
            <p>
              {words.handledBy(
                words.handled[report.status],
                handled.by?.displayName ?? words.somebody,
                momentText(handled.at),
              )}
              <br />
              {handled.note}
            </p>
          </div>
        ) : (
          <Handle report={report} onHandled={onHandled} suspending={suspending} />
        )}
      </div>
      <SuspendDialog asked={suspending} />
    </section>
  );
}

const Fact = ({ label, children }: { label: string; children: ComponentChildren }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);

function Context({ detail }: { detail: ReportDetailView | null }) {
  if (!detail) return null;
  const { evidence, context, targetId, kind } = detail;
  if (evidence?.kind === "channel" && context.length === 0)
    return <p class="quote">{words.titleThen(evidence.title || words.noTitle)}</p>;
  if (context.length === 0)
    return evidence?.kind === "line" ? <blockquote class="quote">{evidence.body}</blockquote> : null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard.
    <ol class="context" tabIndex={0} aria-label={words.context}>
      {context.map((line) => (
        <li key={line.id} class={kind === "line" && line.id === targetId ? "context-it" : undefined}>
          <time>{clock().format(new Date(line.at))}</time>
          <span>
            <strong>{line.user.displayName}</strong> {line.deleted ? <em class="muted">{words.deleted}</em> : line.body}
          </span>
        </li>
      ))}
    </ol>
  );
}

interface HandleProps {
  report: ReportView;
  onHandled(): Promise<void>;
  suspending: Signal<Suspending | null>;
}

/** What staff may do about it: acts on people and channels first, then the decision that closes the report. */
function Handle({ report, onHandled, suspending }: HandleProps) {
  const { id, openAboutSame, about, channel, kind } = report;
  const note = useSignal("");
  const all = useSignal(openAboutSame > 1);
  const act = useSignal<"resolve" | "dismiss">("resolve");
  const form = useForm({
    check: () => ({ note: note.value.trim() ? null : words.noteMissing }),
    async send() {
      const body = { note: note.value.trim(), ...(openAboutSame > 1 ? { all: all.value } : {}) };
      await call(`/admin/reports/${id}/${act.value}`, { method: "POST", body });
      await onHandled();
    },
  });
  const choose = (one: "resolve" | "dismiss") => () => {
    act.value = one;
  };
  const suspend = (asked: Suspending) => () => {
    suspending.value = asked;
  };
  return (
    <>
      {about ? (
        <div class="panel-actions">
          <button
            type="button"
            class="button danger"
            onClick={suspend({ kind: "users", login: about.login, name: about.displayName })}
          >
            {words.suspendOne(isolated(about.displayName))}
          </button>
          {kind === "channel" && channel ? (
            <button
              type="button"
              class="button danger"
              onClick={suspend({ kind: "channels", login: channel.login, name: channel.login })}
            >
              {words.suspendChannelOnly}
            </button>
          ) : null}
        </div>
      ) : null}
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <TextArea
          id={`note-${id}`}
          name="note"
          label={words.note}
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
            {words.alsoOthers(openAboutSame - 1)}
          </label>
        ) : null}
        <div class="panel-actions panel-foot">
          <button type="submit" class="button primary" disabled={form.busy} onClick={choose("resolve")}>
            {words.uphold}
          </button>
          <button type="submit" class="button" disabled={form.busy} onClick={choose("dismiss")}>
            {words.dismiss}
          </button>
        </div>
      </form>
    </>
  );
}
