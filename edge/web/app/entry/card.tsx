// The card that the sign-in and sign-up pages share, and the redirect after signing in.

import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useTitle } from "../instance.ts";
import { location, navigate, safeNext } from "../router.ts";
import { session } from "../session.ts";
import type { Form } from "../ui/form.ts";
import { Mark } from "../ui/icons.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";

interface CardProps {
  title: string;
  /** Shown below the title. */
  lead?: ComponentChildren;
  children?: ComponentChildren;
  /** Shown below the form. */
  below?: ComponentChildren;
}

export function Card({ title, lead, children, below }: CardProps) {
  useTitle(title);
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

/** A card's form: error notice, fields, one large button. */
export const CardForm = ({ form, action, children }: { form: Form; action: string; children: ComponentChildren }) => (
  <form {...form.props}>
    <FormNotice form={form} />
    {children}
    <Submit form={form} word={action} kind="primary large wide" />
  </form>
);

/** After signing in, navigates to `to`; by default to the page before. */
export function useRedirectAfterSignIn(to: () => string = () => safeNext(location.peek().search)) {
  useSignalEffect(() => {
    if (session.value.phase === "in") navigate(to(), { replace: true });
  });
}

/** Address of another entry page, with the same `next`. */
export const withNext = (page: string) => {
  const next = new URLSearchParams(location.value.search).get("next");
  return next ? `${page}?next=${encodeURIComponent(next)}` : page;
};
