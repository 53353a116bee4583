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
import { reauthenticated } from "./reauthenticate.tsx";

const WORDS: Record<Scope, string> = {
  "profile:read": "See your profile, e-mail address and the people you blocked",
  "profile:write": "Change your name, block and unblock people",
  "follows:read": "See which channels you follow",
  "follows:write": "Follow and unfollow channels",
  "channel:read": "See your channel's settings and the state of its broadcast",
  "channel:write": "Change title and settings, start and stop broadcasts",
  "chat:read": "Read chat as you",
  "chat:write": "Write in chat as you",
  moderation: "Moderate chat where you are a moderator",
  "stream-key": "See and renew your stream key",
  admin: "Act as staff",
};

const LIFETIMES = [
  ["30", "in 30 days"],
  ["90", "in 90 days"],
  ["365", "in a year"],
  ["", "never"],
] as const;

interface NewTokenProps {
  onCreated(token: string): void;
  onCancel(): void;
}

export function NewToken({ onCreated, onCancel }: NewTokenProps) {
  const name = useSignal("");
  const scopes = useSignal<ReadonlySet<Scope>>(new Set());
  const days = useSignal("90");
  useEffect(loadMe, []);
  const form = useForm({
    check: () => ({
      name: name.value.trim() ? null : "Enter a name.",
      scopes: scopes.value.size > 0 ? null : "Choose at least one permission.",
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
    <Panel
      id="new-token"
      title="New personal access token"
      about="For bots and scripts that act as you. Give each its own token, with as few permissions as possible."
    >
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <Field
          name="name"
          label="Name"
          value={name}
          error={form.errors.fields.name}
          hint="For example “chat bot on my server”."
          autocomplete="off"
          maxLength={60}
          autofocus
          dir="auto"
        />
        <fieldset class="scopes" aria-describedby={wrong ? "scopes-error" : undefined}>
          <legend>Permissions</legend>
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
                {WORDS[scope]} <code>{scope}</code>
              </span>
            </label>
          ))}
          <FieldError id="scopes-error" text={wrong} />
        </fieldset>
        <Choice id="days" label="Expires" value={days} options={LIFETIMES} />
        <div class="panel-actions">
          <Submit form={form} word="Create the token" />
          <button type="button" class="button" onClick={onCancel}>
            Cancel
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
    <Panel id="fresh-token" title="Your new personal access token">
      <p class="notice warn">
        <WarningIcon />
        Copy it now: it is shown only once. Anyone who has it can act as you.
      </p>
      <div class="field">
        <label for="fresh">Token</label>
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
          <CopyButton text={token} label="Copy the token" />
        </div>
        <p class="field-hint">
          Send it as <code>Authorization: Bearer …</code>. The <a href="/api/docs">API documentation</a> has examples.
        </p>
      </div>
      <div class="panel-actions">
        <button type="button" class="button primary" onClick={onDone}>
          I have copied it
        </button>
      </div>
    </Panel>
  );
}
