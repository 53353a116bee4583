// What the pages of getting in share: the card, and the way on afterwards.

import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { location, navigate, safeNext } from "../router.ts";
import { session } from "../session.ts";
import type { Form } from "../ui/form.ts";
import { Mark } from "../ui/icons.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";

interface CardProps {
  title: string;
  /** Under the title. */
  lead?: ComponentChildren;
  children?: ComponentChildren;
  /** Under the card's form; grows downwards only. */
  below?: ComponentChildren;
}

export function Card({ title, lead, children, below }: CardProps) {
  useEffect(() => {
    document.title = `${title} · TwitchClone`;
  }, [title]);
  return (
    <main id="main" class="entry">
      <div class="entry-card">
        <Mark />
        <h1>{title}</h1>
        {lead ? <p class="entry-lead">{lead}</p> : null}
        {children}
        {below ? <div class="entry-below">{below}</div> : null}
      </div>
    </main>
  );
}

/** The form of a card: its notice, its fields, its one large button. */
export const CardForm = ({ form, action, children }: { form: Form; action: string; children: ComponentChildren }) => (
  <form onSubmit={form.submit} noValidate>
    <FormNotice form={form} />
    {children}
    <Submit form={form} word={action} kind="primary large wide" />
  </form>
);

/** Once somebody is signed in: on to where they came from, or to where `to` says. */
export function useLeadOn(to: () => string = () => safeNext(location.peek().search)) {
  useSignalEffect(() => {
    if (session.value.phase === "in") navigate(to(), { replace: true });
  });
}

/** Another page of getting in, keeping the way on. */
export const withNext = (page: string) => {
  const next = new URLSearchParams(location.value.search).get("next");
  return next ? `${page}?next=${encodeURIComponent(next)}` : page;
};
