// Which raids may come to the channel, and those that came.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { RaidSettings } from "#schema/api/raids.ts";
import { Alert } from "../../ui/alert.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { useForm } from "../../ui/form.ts";
import { Panel } from "../../ui/panel.tsx";
import { PanelForm } from "../../ui/panel-form.tsx";
import { useSuccess } from "../../ui/success.tsx";
import { useUnsaved } from "../../ui/unsaved.ts";
import { words } from "../../words/studio-chat.ts";
import { words as uiWords } from "../../words/ui.ts";
import { CameRaids } from "./came-raids.tsx";
import { useSettings } from "./use-settings.ts";

const ACCEPTED: readonly RaidSettings["accept"][] = ["everyone", "followed", "off"];
const VIEWERS_MAX = 1_000_000;

export function RaidSettingsPanel({ login }: { login: string }) {
  const { now, trouble, change } = useSettings<RaidSettings>(`/channels/${login}/raids/settings`);
  return (
    <Panel id="raids" title={words.raids} about={words.raidsAbout}>
      <Alert text={trouble} />
      {now.value ? <RaidForm saved={now.value} change={change} /> : null}
      {now.value || trouble ? null : <p class="muted late">{uiWords.oneMoment}</p>}
      <CameRaids login={login} />
    </Panel>
  );
}

interface RaidFormProps {
  saved: RaidSettings;
  change(to: RaidSettings): Promise<unknown>;
}

function RaidForm({ saved, change }: RaidFormProps) {
  const accept = useSignal(saved.accept);
  const viewersMin = useSignal(`${saved.viewersMin}`);
  const whileOffline = useSignal(saved.whileOffline);
  const success = useSuccess();
  const wanted = (): RaidSettings => ({
    ...{ accept: accept.value, viewersMin: Number(viewersMin.value), whileOffline: whileOffline.value },
  });
  const isNumber = () => /^\d{1,7}$/.test(viewersMin.value.trim()) && Number(viewersMin.value) <= VIEWERS_MAX;
  const form = useForm({
    check: () => ({ "raid-viewers": isNumber() ? null : words.wrongNumber }),
    async send() {
      await change(wanted());
      success.value = uiWords.saved;
    },
  });
  const now = wanted();
  const isChanged =
    now.accept !== saved.accept || now.viewersMin !== saved.viewersMin || now.whileOffline !== saved.whileOffline;
  useUnsaved(isChanged, form);
  useSignalEffect(() => {
    wanted();
    success.value = null;
  });
  return (
    <PanelForm form={form} word={uiWords.save} disabled={!isChanged} success={success}>
      <Choice
        id="raid-accept"
        label={words.acceptRaids}
        value={accept}
        options={ACCEPTED.map((one) => [one, words.accepted[one]] as const)}
      />
      <Field
        name="raid-viewers"
        label={words.viewersMin}
        hint={words.viewersMinHint}
        value={viewersMin}
        error={form.errors.fields["raid-viewers"]}
        autocomplete="off"
        inputmode="numeric"
        maxLength={7}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={whileOffline.value}
          onChange={(event) => {
            whileOffline.value = event.currentTarget.checked;
          }}
        />
        <span>{words.whileOffline}</span>
      </label>
    </PanelForm>
  );
}
