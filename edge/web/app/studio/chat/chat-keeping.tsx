// How long the messages of the channel are kept, and its chat as a file.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { RetentionView } from "#schema/api/retention.ts";
import { Alert } from "../../ui/alert.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { useForm } from "../../ui/form.ts";
import { Panel } from "../../ui/panel.tsx";
import { PanelForm } from "../../ui/panel-form.tsx";
import { useSuccess } from "../../ui/success.tsx";
import { useUnsaved } from "../../ui/unsaved.ts";
import { words } from "../../words/chat-keeping.ts";
import { words as uiWords } from "../../words/ui.ts";
import { ChatExport } from "./chat-export.tsx";
import { useSettings } from "./use-settings.ts";

const DAYS_MAX = 36_500;

export function ChatKeeping({ login }: { login: string }) {
  const { now, trouble, change } = useSettings<RetentionView>(`/channels/${login}/retention`);
  return (
    <Panel id="keeping" title={words.keeping} about={words.keepingAbout}>
      <Alert text={trouble} />
      {now.value ? <KeepingForm saved={now.value} change={change} /> : null}
      {now.value || trouble ? null : <p class="muted late">{uiWords.oneMoment}</p>}
      <ChatExport login={login} />
    </Panel>
  );
}

interface FormProps {
  saved: RetentionView;
  change(to: Pick<RetentionView, "chatDays">): Promise<unknown>;
}

type How = "instance" | "for-ever" | "days";

const howOf = ({ chatDays }: RetentionView): How =>
  chatDays === null ? "instance" : chatDays === 0 ? "for-ever" : "days";

function KeepingForm({ saved, change }: FormProps) {
  const { instanceChatDays } = saved;
  const how = useSignal<How>(howOf(saved));
  const days = useSignal(saved.chatDays ? `${saved.chatDays}` : "");
  const success = useSuccess();
  const isNumber = () =>
    /^\d{1,5}$/.test(days.value.trim()) && Number(days.value) >= 1 && Number(days.value) <= DAYS_MAX;
  const wanted = () => (how.value === "instance" ? null : how.value === "for-ever" ? 0 : Number(days.value));
  const form = useForm({
    check: () => ({ chatDays: how.value === "days" && !isNumber() ? words.wrongDays : null }),
    async send() {
      await change({ chatDays: wanted() });
      success.value = uiWords.saved;
    },
  });
  const isChanged = wanted() !== saved.chatDays;
  useUnsaved(isChanged, form);
  useSignalEffect(() => {
    wanted();
    success.value = null;
  });
  const isLonger = instanceChatDays > 0 && (wanted() === 0 || (wanted() ?? 0) > instanceChatDays);
  return (
    <PanelForm form={form} word={uiWords.save} disabled={!isChanged} success={success}>
      <Choice
        id="keep-for"
        label={words.keepFor}
        value={how}
        hint={isLonger ? words.stricter(instanceChatDays) : undefined}
        options={[
          ["instance", words.asInstance(instanceChatDays)],
          ["for-ever", words.forEver],
          ["days", words.ownDays],
        ]}
      />
      {how.value === "days" ? (
        <Field
          name="chatDays"
          label={words.days}
          value={days}
          error={form.errors.fields.chatDays}
          autocomplete="off"
          inputmode="numeric"
          maxLength={5}
        />
      ) : null}
    </PanelForm>
  );
}
