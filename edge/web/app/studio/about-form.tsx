// What the channel says of itself on its page: text, rules and links.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AboutView } from "#schema/api/channel-about.ts";
import { ABOUT_LENGTH_MAX, RULES_LENGTH_MAX } from "#schema/wire/channel-about.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { useForm } from "../ui/form.ts";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import { words } from "../words/studio.ts";
import { words as uiWords } from "../words/ui.ts";
import { AboutLinks, useLinks } from "./about-links.tsx";

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
  const unsay = () => {
    success.value = null;
  };
  return (
    <form
      class="stack"
      {...form.props}
      onInput={(event) => {
        form.props.onInput(event);
        unsay();
      }}
    >
      <FormNotice form={form} />
      <TextArea
        id="about"
        name="about"
        label={words.aboutText}
        hint={words.aboutHint}
        value={about}
        error={fields.about}
        rows={5}
        maxLength={ABOUT_LENGTH_MAX}
        dir="auto"
      />
      <TextArea
        id="rules"
        name="rules"
        label={words.rules}
        hint={words.rulesHint}
        value={rules}
        error={fields.rules}
        rows={5}
        maxLength={RULES_LENGTH_MAX}
        dir="auto"
      />
      <AboutLinks links={links} fields={fields} onRemoved={unsay} />
      <div class="panel-actions panel-foot">
        <Submit form={form} word={words.save} disabled={!changed} />
        <Success text={success} />
      </div>
    </form>
  );
}
