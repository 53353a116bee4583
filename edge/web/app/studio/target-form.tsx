// The form of a service that broadcasts are sent on to: a new one, or one that is changed, whose key may stay.

import { useSignal } from "@preact/signals";
import type { TargetView } from "#schema/api/targets.ts";
import { parseTargetUrl, STREAM_KEY_LENGTH_MAX, TARGET_URL_LENGTH_MAX } from "#schema/wire/targets.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { words } from "../words/restream.ts";

const NAME_LENGTH_MAX = 50;

export interface TypedTarget {
  name: string;
  serverUrl: string;
  /** Absent: the known one stays. */
  streamKey?: string;
}

interface TargetFormProps {
  /** Absent: a new one. */
  target?: TargetView;
  word: string;
  /** Throws ApiError. */
  save(typed: TypedTarget): Promise<unknown>;
  /** Absent: the form is part of the page. */
  onCancel?(): void;
}

export function TargetForm({ target, word, save, onCancel }: TargetFormProps) {
  const name = useSignal(target?.name ?? "");
  const serverUrl = useSignal(target?.serverUrl ?? "");
  const streamKey = useSignal("");
  const isMoved = target !== undefined && parseTargetUrl(serverUrl.value)?.url !== target.serverUrl;
  const keyFault = () => (streamKey.value.trim() ? null : target ? (isMoved ? words.keyAgain : null) : words.enterKey);
  const form = useForm({
    check: () => ({
      name: name.value.trim() ? null : words.enterName,
      serverUrl: parseTargetUrl(serverUrl.value) ? null : words.enterServer,
      streamKey: keyFault(),
    }),
    send: () =>
      save({
        name: name.value.trim(),
        serverUrl: serverUrl.value.trim(),
        ...(streamKey.value.trim() && { streamKey: streamKey.value.trim() }),
      }),
  });
  const { fields } = form.errors;
  return (
    <form class="stack" {...form.props}>
      <FormNotice form={form} />
      <Field
        name="name"
        label={words.name}
        value={name}
        error={fields.name}
        hint={target ? undefined : words.nameHint}
        autocomplete="off"
        maxLength={NAME_LENGTH_MAX}
        dir="auto"
        autofocus={target !== undefined}
      />
      <Field
        name="serverUrl"
        label={words.server}
        value={serverUrl}
        error={fields.serverUrl}
        hint={target ? undefined : words.serverHint}
        autocomplete="off"
        maxLength={TARGET_URL_LENGTH_MAX}
      />
      <Field
        name="streamKey"
        label={words.key}
        type="password"
        value={streamKey}
        error={fields.streamKey}
        hint={target ? words.keyKept(target.keyHint) : words.keyHint}
        autocomplete="off"
        maxLength={STREAM_KEY_LENGTH_MAX}
      />
      <div class={onCancel ? "dialog-actions" : "panel-actions"}>
        {onCancel ? (
          <button type="button" class="button" onClick={onCancel}>
            {words.cancel}
          </button>
        ) : null}
        <Submit form={form} word={word} />
      </div>
    </form>
  );
}
