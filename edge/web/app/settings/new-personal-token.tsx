// Creating a personal access token: name, scopes and expiry; the token itself is shown once.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { SCOPES, type Scope } from "#schema/api/scopes.ts";
import { isStaff, loadMe } from "../me.ts";
import { call } from "../session.ts";
import { Choice } from "../ui/choice.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { FieldError } from "../ui/form-row.tsx";
import { WarningIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { scopeWords, words } from "../words/settings.ts";
import { reauthenticated } from "./reauthenticate.tsx";

interface NewTokenProps {
  onCreated(token: string): void;
  onCancel(): void;
}

export function NewToken({ onCreated, onCancel }: NewTokenProps) {
  const name = useSignal("");
  const scopes = useSignal<ReadonlySet<Scope>>(new Set());
  const days = useSignal<string>("90");
  useEffect(loadMe, []);
  const form = useForm({
    check: () => ({
      name: name.value.trim() ? null : words.enterName,
      scopes: scopes.value.size > 0 ? null : words.choosePermission,
    }),
    send: () =>
      reauthenticated(async (proof) => {
        const body = {
          name: name.value.trim(),
          scopes: SCOPES.filter((scope) => scopes.value.has(scope)),
          ...(days.value ? { expiresInDays: Number(days.value) } : {}),
          ...proof,
        };
        onCreated((await call<{ token: string }>("/me/tokens", { method: "POST", body })).token);
      }),
  });
  const offered = SCOPES.filter((scope) => scope !== "admin" || isStaff.value);
  const wrong = form.errors.fields.scopes;
  return (
    <Panel id="new-token" title={words.newPersonalToken} about={words.newTokenAbout}>
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <Field
          name="name"
          label={words.name}
          value={name}
          error={form.errors.fields.name}
          hint={words.tokenNameHint}
          autocomplete="off"
          maxLength={60}
          autofocus
          dir="auto"
        />
        <fieldset class="scopes" aria-describedby={wrong ? "scopes-error" : undefined}>
          <legend>{words.permissions}</legend>
          {offered.map((scope) => (
            <label class="check" key={scope}>
              <input
                type="checkbox"
                name={scope}
                checked={scopes.value.has(scope)}
                aria-invalid={wrong ? true : undefined}
                onChange={(event) => {
                  const next = new Set(scopes.value);
                  if (event.currentTarget.checked) next.add(scope);
                  else next.delete(scope);
                  scopes.value = next;
                }}
              />
              <span>
                {scopeWords[scope]} <code>{scope}</code>
              </span>
            </label>
          ))}
          <FieldError id="scopes-error" text={wrong} />
        </fieldset>
        <Choice id="days" label={words.tokenExpires} value={days} options={words.lifetimes} />
        <div class="panel-actions">
          <Submit form={form} word={words.createToken} />
          <button type="button" class="button" onClick={onCancel}>
            {words.cancel}
          </button>
        </div>
      </form>
    </Panel>
  );
}

export function FreshToken({ token, onDone }: { token: string; onDone(): void }) {
  const head = useRef<HTMLTextAreaElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <Panel id="fresh-token" title={words.freshToken}>
      <p class="notice warn">
        <WarningIcon />
        {words.copyTokenNow}
      </p>
      <div class="field">
        <label for="fresh">{words.token}</label>
        <div class="copyable">
          <textarea
            id="fresh"
            class="fresh-token"
            ref={head}
            rows={2}
            readOnly
            spellcheck={false}
            value={token}
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton text={token} label={words.copyToken} />
        </div>
        <p class="field-hint">
          {words.sendTokenAs} <code>Authorization: Bearer …</code> <a href="/api/docs">{words.apiHasExamples}</a>
        </p>
      </div>
      <div class="panel-actions">
        <button type="button" class="button primary" onClick={onDone}>
          {words.copiedIt}
        </button>
      </div>
    </Panel>
  );
}
