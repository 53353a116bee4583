// What the channel says of itself on its page: text, rules and links.

import { type Signal, signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AboutView } from "#schema/api/channel-about.ts";
import {
  ABOUT_LENGTH_MAX,
  LINK_NAME_LENGTH_MAX,
  LINK_URL_LENGTH_MAX,
  LINKS_MAX,
  RULES_LENGTH_MAX,
} from "#schema/wire/channel-about.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { CloseIcon, PlusIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import { words } from "../words/studio.ts";
import { words as uiWords } from "../words/ui.ts";

export function AboutForm({ login }: { login: string }) {
  const path = `/channels/${login}/about`;
  const saved = useSignal<AboutView | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<AboutView>(path, { signal: ending.signal }).then(
      (found) => {
        saved.value = found;
      },
      (error) => {
        if (!ending.signal.aborted) trouble.value = errorText(error);
      },
    );
    return () => ending.abort();
  }, [path, saved, trouble]);
  return (
    <Panel id="about" title={words.about}>
      <Alert text={trouble.value} />
      {saved.value ? <Filled path={path} saved={saved} first={saved.value} /> : null}
    </Panel>
  );
}

interface TypedLink {
  /** Of the row, for as long as the page is open. */
  key: number;
  name: Signal<string>;
  url: Signal<string>;
}

interface FilledProps {
  path: string;
  saved: Signal<AboutView | null>;
  /** What the fields have at first. */
  first: AboutView;
}

function Filled({ path, saved, first }: FilledProps) {
  const about = useSignal(first.about);
  const rules = useSignal(first.rules);
  const links = useLinks(first.links);
  const success = useSuccess();
  const wanted = (): AboutView => ({ about: about.value.trim(), rules: rules.value.trim(), links: links.filled() });
  const form = useForm({
    check: () => ({ about: null, rules: null, ...links.errors() }),
    async send() {
      saved.value = await call<AboutView>(path, { method: "PATCH", body: wanted() });
      success.value = uiWords.saved;
    },
  });
  const changed = JSON.stringify(wanted()) !== JSON.stringify(saved.value);
  useUnsaved(changed, form);
  const { fields } = form.errors;
  return (
    <form
      class="stack"
      {...form.props}
      onInput={(event) => {
        form.props.onInput(event);
        success.value = null;
      }}
    >
      <FormNotice form={form} />
      <LongText
        name="about"
        label={words.aboutText}
        hint={words.aboutHint}
        value={about}
        error={fields.about}
        lengthMax={ABOUT_LENGTH_MAX}
      />
      <LongText
        name="rules"
        label={words.rules}
        hint={words.rulesHint}
        value={rules}
        error={fields.rules}
        lengthMax={RULES_LENGTH_MAX}
      />
      <fieldset class="links">
        <legend>{words.links}</legend>
        {links.rows.value.map((link, place) => (
          <LinkRow
            key={link.key}
            link={link}
            place={place}
            fields={fields}
            onRemove={() => {
              links.remove(link);
              success.value = null;
            }}
          />
        ))}
        {links.rows.value.length < LINKS_MAX ? (
          <button type="button" class="button" onClick={links.add}>
            <PlusIcon />
            {words.addLink}
          </button>
        ) : null}
      </fieldset>
      <div class="panel-actions panel-foot">
        <Submit form={form} word={words.save} disabled={!changed} />
        <Success text={success} />
      </div>
    </form>
  );
}

interface LinkRowProps {
  link: TypedLink;
  place: number;
  fields: Record<string, string>;
  onRemove(): void;
}

const LinkRow = ({ link, place, fields, onRemove }: LinkRowProps) => (
  <div class="link-row">
    <Field
      name={`links.${place}.name`}
      label={words.linkName(place + 1)}
      value={link.name}
      error={fields[`links.${place}.name`]}
      autocomplete="off"
      maxLength={LINK_NAME_LENGTH_MAX}
      dir="auto"
    />
    <Field
      name={`links.${place}.url`}
      label={words.linkUrl(place + 1)}
      value={link.url}
      error={fields[`links.${place}.url`]}
      autocomplete="off"
      maxLength={LINK_URL_LENGTH_MAX}
    />
    <button
      type="button"
      class="icon-button"
      title={words.removeLink(place + 1)}
      aria-label={words.removeLink(place + 1)}
      onClick={onRemove}
    >
      <CloseIcon />
    </button>
  </div>
);

/** The rows of links. A row without name and address is none. */
function useLinks(first: AboutView["links"]) {
  const next = useSignal(first.length);
  const rows = useSignal<readonly TypedLink[]>(first.map(({ name, url }, key) => typed(key, name, url)));
  const filled = () =>
    rows.value
      .map(({ name, url }) => ({ name: name.value.trim(), url: url.value.trim() }))
      .filter(({ name, url }) => name !== "" || url !== "");
  return {
    rows,
    filled,
    add() {
      rows.value = [...rows.value, typed(next.value++, "", "https://")];
    },
    remove(link: TypedLink) {
      rows.value = rows.value.filter((one) => one !== link);
    },
    errors: () =>
      Object.fromEntries(
        filled().flatMap(({ name, url }, place) => [
          [`links.${place}.name`, name === "" ? words.linkNameWrong : null],
          [`links.${place}.url`, /^https:\/\/[^\s/]+/i.test(url) ? null : words.linkUrlWrong],
        ]),
      ) as Record<string, string | null>,
  };
}

const typed = (key: number, name: string, url: string): TypedLink => ({ key, name: signal(name), url: signal(url) });

interface LongTextProps {
  name: string;
  label: string;
  hint: string;
  value: Signal<string>;
  error: string | undefined;
  lengthMax: number;
}

const LongText = ({ name, label, hint, value, error, lengthMax }: LongTextProps) => (
  <div class={error ? "field field-bad" : "field"}>
    <label for={name}>{label}</label>
    <textarea
      id={name}
      name={name}
      rows={5}
      maxLength={lengthMax}
      value={value}
      dir="auto"
      aria-invalid={error ? true : undefined}
      aria-describedby={error ? `${name}-error ${name}-hint` : `${name}-hint`}
      onInput={(event) => {
        value.value = event.currentTarget.value;
      }}
    />
    {error ? (
      <p class="field-error" id={`${name}-error`}>
        {error}
      </p>
    ) : null}
    <p class="field-hint" id={`${name}-hint`}>
      {hint}
    </p>
  </div>
);
