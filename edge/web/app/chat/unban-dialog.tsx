// Asking the moderators to lift a ban, and what has become of it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { MyUnbanRequestsView } from "#schema/api/unban-requests.ts";
import { NOTE_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { errorText } from "../api.ts";
import { serverMs } from "../server-clock.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { dateText } from "../ui/dates.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { nowMs } from "../ui/ticker.ts";
import { words } from "../words/own-moderation.ts";
import { words as uiWords } from "../words/ui.ts";

export interface UnbanDialogProps {
  /** Login of the channel. */
  channel: string;
  onClose(): void;
}

export function UnbanDialog({ channel, onClose }: UnbanDialogProps) {
  const mine = useSignal<MyUnbanRequestsView | null>(null);
  const trouble = useSignal<string | null>(null);
  const path = `/channels/${channel}/chat/unban-requests`;
  const load = async () => {
    try {
      mine.value = await call<MyUnbanRequestsView>(`${path}/mine`);
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  useEffect(() => void load(), [path]);
  const ask = async (text: string) => {
    await call(path, { method: "POST", body: { text } });
    await load();
  };
  return (
    <Dialog title={words.askToBeUnbanned} onClose={onClose}>
      <Alert text={trouble.value} />
      {mine.value ? <State mine={mine.value} ask={ask} /> : <p class="muted late">{uiWords.oneMoment}</p>}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {uiWords.close}
        </button>
      </div>
    </Dialog>
  );
}

interface StateProps {
  mine: MyUnbanRequestsView;
  ask(text: string): Promise<void>;
}

function State({ mine: { banned, reason, request, mayAskAt }, ask }: StateProps) {
  if (!banned) return <p role="status">{request?.state === "accepted" ? words.accepted : words.notBanned}</p>;
  const mayAsk = mayAskAt !== null && Date.parse(mayAskAt) <= serverMs(nowMs.value);
  return (
    <>
      {reason === "" ? null : <p>{words.bannedBecause(reason)}</p>}
      {request ? (
        <div role="status">
          <p class="muted">{request.state === "open" ? words.waits : words.denied}</p>
          <blockquote class="quote" dir="auto">
            {request.text}
          </blockquote>
          {request.answer === "" ? null : <p dir="auto">{words.answer(request.answer)}</p>}
        </div>
      ) : null}
      {mayAsk ? <AskForm ask={ask} /> : mayAskAt ? <p class="muted">{words.askAgainOn(dateText(mayAskAt))}</p> : null}
    </>
  );
}

function AskForm({ ask }: Pick<StateProps, "ask">) {
  const text = useSignal("");
  const form = useForm({
    check: () => ({ text: text.value.trim() === "" ? words.saySomething : null }),
    send: () => ask(text.value.trim()),
  });
  return (
    <form class="stack" {...form.props}>
      <FormNotice form={form} />
      <TextArea
        id="unban-text"
        name="text"
        label={words.yourWords}
        hint={words.yourWordsHint}
        value={text}
        rows={3}
        maxLength={NOTE_LENGTH_MAX}
        error={form.errors.fields.text}
        dir="auto"
      />
      <Submit form={form} word={words.ask} />
    </form>
  );
}
