// What AutoMod holds for a moderator, how strict it is with each, whose words it knows, and how long it holds.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { AutoModChange, AutoModView } from "#schema/api/auto-mod.ts";
import { LIST_LANGUAGES } from "#schema/wire/moderation/auto-mod.ts";
import { ALLOWED_HOSTS_MAX } from "#schema/wire/moderation/hold-limits.ts";
import { waitText } from "../../chat/wait-text.ts";
import { Alert } from "../../ui/alert.tsx";
import { Choice } from "../../ui/choice.tsx";
import { useForm } from "../../ui/form.ts";
import { Panel } from "../../ui/panel.tsx";
import { PanelForm } from "../../ui/panel-form.tsx";
import { useSuccess } from "../../ui/success.tsx";
import { TextArea } from "../../ui/text-area.tsx";
import { useUnsaved } from "../../ui/unsaved.ts";
import { words } from "../../words/auto-mod.ts";
import { words as uiWords } from "../../words/ui.ts";
import { hostsOf, namingHosts } from "./allowed-hosts.ts";
import { AutoModLanguages } from "./auto-mod-languages.tsx";
import { AutoModLevels } from "./auto-mod-levels.tsx";
import { useSettings } from "./use-settings.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOLD_MS = [30 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS];
/** A hundred hosts of the longest kind are no list that people write. */
const HOSTS_LENGTH_MAX = 10_000;

export function AutoMod({ login }: { login: string }) {
  const { now, trouble, change } = useSettings<AutoModView>(`/channels/${login}/chat/automod`);
  return (
    <Panel id="automod" title={words.autoMod} about={words.autoModAbout}>
      <Alert text={trouble} />
      {now.value ? <AutoModForm saved={now.value} change={change} /> : null}
      {now.value || trouble ? null : <p class="muted late">{uiWords.oneMoment}</p>}
    </Panel>
  );
}

interface FormProps {
  saved: AutoModView;
  change(to: AutoModChange): Promise<AutoModView>;
}

function AutoModForm({ saved, change }: FormProps) {
  const levels = useSignal(saved.levels);
  const languages = useSignal(inOrder(saved).languages);
  const holdSuspicious = useSignal(saved.holdSuspicious);
  const holdMs = useSignal(`${saved.holdMs}`);
  const hosts = useSignal(saved.allowedHosts.join("\n"));
  const success = useSuccess();
  const wanted = (): AutoModView => ({
    ...{ levels: levels.value, languages: languages.value, allowedHosts: hostsOf(hosts.value) },
    ...{ holdSuspicious: holdSuspicious.value, holdMs: Number(holdMs.value) },
  });
  const form = useForm({
    check: () => ({
      allowedHosts: hostsOf(hosts.value).length > ALLOWED_HOSTS_MAX ? words.tooManyHosts(ALLOWED_HOSTS_MAX) : null,
      languages: languages.value?.length === 0 ? words.chooseLanguage : null,
    }),
    async send() {
      const { allowedHosts } = await namingHosts(hostsOf(hosts.value), () => change(wanted()));
      hosts.value = allowedHosts.join("\n");
      success.value = uiWords.saved;
    },
  });
  const isChanged = JSON.stringify(wanted()) !== JSON.stringify(inOrder(saved));
  useUnsaved(isChanged, form);
  useSignalEffect(() => {
    wanted();
    success.value = null;
  });
  return (
    <PanelForm form={form} word={uiWords.save} disabled={!isChanged} success={success}>
      <AutoModLevels levels={levels} />
      <AutoModLanguages languages={languages} error={form.errors.fields.languages} />
      <TextArea
        id="allowed-hosts"
        name="allowedHosts"
        label={words.allowedHosts}
        hint={words.allowedHostsHint}
        isOptional
        value={hosts}
        rows={3}
        maxLength={HOSTS_LENGTH_MAX}
        error={form.errors.fields.allowedHosts}
      />
      <Choice
        id="hold-time"
        label={words.holdTime}
        hint={words.holdTimeHint}
        value={holdMs}
        options={holdTimes(saved.holdMs).map((ms) => [`${ms}`, waitText(ms)] as const)}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={holdSuspicious.value}
          onChange={(event) => {
            holdSuspicious.value = event.currentTarget.checked;
          }}
        />
        <span>
          {words.holdSuspicious}
          <span class="choice-hint">{words.holdSuspiciousHint}</span>
        </span>
      </label>
    </PanelForm>
  );
}

/** In the order of `wanted` and of the page. */
const inOrder = ({ levels, languages, allowedHosts, holdSuspicious, holdMs }: AutoModView): AutoModView => ({
  levels,
  languages: languages && LIST_LANGUAGES.filter((one) => languages.includes(one)),
  ...{ allowedHosts, holdSuspicious, holdMs },
});

const holdTimes = (now: number) => (HOLD_MS.includes(now) ? HOLD_MS : [...HOLD_MS, now].sort((a, b) => a - b));
