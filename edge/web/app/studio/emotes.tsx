// The emotes of a channel's chat, for whoever keeps it: added with a code, and removed.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { EmoteSets, EmoteView } from "#schema/api/emotes.ts";
import { EMOTE_BYTES_MAX, EMOTE_CODE_PATTERN } from "#schema/wire/emotes.ts";
import { ApiError } from "../api.ts";
import { EmotePicture } from "../chat/emote-picture.tsx";
import { sendPicture } from "../pictures/send-picture.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { Field } from "../ui/field.tsx";
import { FileButton } from "../ui/file-button.tsx";
import { useForm } from "../ui/form.ts";
import { CloseIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { showToast } from "../ui/toast.ts";
import { refusals, words } from "../words/emotes.ts";

const ACCEPTED = "image/png,image/gif,image/webp";
const CODE = new RegExp(`^${EMOTE_CODE_PATTERN}$`);

export function ChannelEmotes({ login }: { login: string }) {
  const list = useSignal<readonly EmoteView[] | null>(null);
  const removing = useSignal<EmoteView | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<EmoteSets>(`/channels/${login}/emotes`, { signal: ending.signal }).then(
      ({ channel }) => {
        list.value = channel;
      },
      () => {}, // Adding still works, and says what is wrong.
    );
    return () => ending.abort();
  }, [login, list]);
  const remove = async ({ id, code }: EmoteView) => {
    await call(`/channels/${login}/emotes/${id}`, { method: "DELETE", body: {} });
    list.value = (list.peek() ?? []).filter((one) => one.id !== id);
    showToast(words.removed(code));
  };
  return (
    <Panel id="emotes" title={words.title} about={words.about}>
      <AddEmote
        login={login}
        onAdded={(emote) => {
          list.value = [...(list.peek() ?? []), emote].sort((a, b) => a.code.localeCompare(b.code, "en"));
        }}
      />
      {list.value?.length === 0 ? <p class="muted">{words.empty}</p> : null}
      {list.value && list.value.length > 0 ? (
        <ul class="emote-list" aria-label={words.listOf}>
          {list.value.map((emote) => (
            <li key={emote.id}>
              <EmotePicture emote={emote} />
              <span>{emote.code}</span>
              <button
                type="button"
                class="icon-button"
                aria-label={words.remove(emote.code)}
                onClick={() => {
                  removing.value = emote;
                }}
              >
                <CloseIcon size="text" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {removing.value ? (
        <Confirm
          title={words.removeAsk(removing.value.code)}
          word={words.removeDo}
          act={() => remove(removing.value!)}
          onClose={() => {
            removing.value = null;
          }}
        >
          {words.removeWhat}
        </Confirm>
      ) : null}
    </Panel>
  );
}

function AddEmote({ login, onAdded }: { login: string; onAdded(emote: EmoteView): void }) {
  const code = useSignal("");
  const file = useSignal<File | null>(null);
  const ending = useRef(new AbortController());
  useEffect(() => () => ending.current.abort(), []);
  const form = useForm({
    check: () => ({
      code: CODE.test(code.value.trim()) ? null : words.wrongCode,
      file: file.value === null ? words.noFile : file.value.size > EMOTE_BYTES_MAX ? words.tooLarge : null,
    }),
    async send() {
      const name = code.value.trim();
      try {
        const path = `/channels/${login}/emotes?code=${name}`;
        onAdded(await sendPicture<EmoteView>(path, file.value!, { method: "POST", signal: ending.current.signal }));
        showToast(words.added(name));
        code.value = "";
        file.value = null;
      } catch (error) {
        const said = error instanceof ApiError ? refusals[error.code] : undefined;
        if (said === undefined || !(error instanceof ApiError)) throw error;
        throw new ApiError(error.status, error.code, said);
      }
    },
  });
  return (
    <form class="stack emote-add" {...form.props}>
      <FormNotice form={form} />
      <Field
        name="code"
        label={words.code}
        hint={words.codeHint}
        value={code}
        error={form.errors.fields.code}
        autocomplete="off"
        maxLength={32}
      />
      <div class="emote-file">
        <FileButton
          accept={ACCEPTED}
          word={file.value?.name ?? words.choose}
          isPrimary={false}
          onChosen={(files) => {
            file.value = files?.[0] ?? null;
          }}
        />
        {form.errors.fields.file ? <p class="field-error">{form.errors.fields.file}</p> : null}
      </div>
      <Submit form={form} word={words.add} />
    </form>
  );
}
