// Adds terms: one a line, as one types or pastes them. What was refused stays in the field, with the reason of each.

import { useSignal } from "@preact/signals";
import type { TermKind, TermView } from "#schema/api/terms.ts";
import { ApiError } from "../../api.ts";
import { call } from "../../session.ts";
import { Choice } from "../../ui/choice.tsx";
import { useForm } from "../../ui/form.ts";
import { FormNotice, Submit } from "../../ui/submit.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { words } from "../../words/studio-chat.ts";

type Refusals = NonNullable<ApiError["more"]["refusals"]>;

const TEXT_LENGTH_MAX = 10_000;
const HOUR_MS = 3_600_000;
const EXPIRIES = [
  ["", words.forGood],
  [`${HOUR_MS}`, words.anHour],
  [`${24 * HOUR_MS}`, words.aDay],
  [`${7 * 24 * HOUR_MS}`, words.aWeek],
] as const;

interface AddTermsProps {
  path: string;
  onAdded(terms: readonly TermView[]): void;
}

export function AddTerms({ path, onAdded }: AddTermsProps) {
  const text = useSignal("");
  const kind = useSignal<TermKind>("blocked");
  const expiresInMs = useSignal<string>("");
  const refusals = useSignal<Refusals>([]);
  const form = useForm({
    check: () => ({ terms: text.value.trim() === "" ? words.typeTerms : null }),
    async send() {
      refusals.value = [];
      const body = {
        ...{ text: text.value, kind: kind.value },
        ...(expiresInMs.value && { expiresInMs: Number(expiresInMs.value) }),
      };
      const answer = await call<{ items: TermView[]; refusals: Refusals }>(path, { method: "POST", body }).catch(
        asAnswer,
      );
      if (answer.items.length > 0) onAdded(answer.items);
      refusals.value = answer.refusals;
      text.value = answer.refusals.map(({ source }) => source).join("\n");
    },
  });
  return (
    <form class="stack" {...form.props}>
      <FormNotice form={form} />
      <TextArea
        id="terms-new"
        name="terms"
        label={words.newTerms}
        hint={words.newTermsHint}
        value={text}
        rows={3}
        maxLength={TEXT_LENGTH_MAX}
        error={form.errors.fields.terms}
        dir="auto"
      />
      <div role="alert">
        {refusals.value.length > 0 ? (
          <div class="notice bad terms-refused">
            <p>{words.termsRefused(refusals.value.length)}</p>
            <ul>
              {refusals.value.map(({ source, detail }) => (
                <li key={source}>{words.termRefused(source, detail)}</li>
              ))}
            </ul>
          </div>
        ) : null}
      </div>
      <div class="terms-how">
        <Choice
          id="term-kind"
          label={words.termKind}
          value={kind}
          options={[
            ["blocked", words.block],
            ["permitted", words.permit],
          ]}
        />
        <Choice id="term-expires" label={words.howLong} value={expiresInMs} options={EXPIRIES} />
        <Submit form={form} word={words.addTerms} />
      </div>
    </form>
  );
}

/** Nothing could be taken: the reasons are in the problem. Throws any other error. */
function asAnswer(error: unknown): { items: TermView[]; refusals: Refusals } {
  if (error instanceof ApiError && error.more.refusals) return { items: [], refusals: error.more.refusals };
  throw error;
}
