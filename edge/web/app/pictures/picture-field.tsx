// Where a picture is chosen: what is shown now, what was chosen as it will be cut, how far it is sent, and why it was refused.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { PICTURE_BYTES_MAX, PICTURE_SHAPES, type PictureKind } from "#schema/wire/pictures.ts";
import { ApiError } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { FileButton } from "../ui/file-button.tsx";
import { formErrors } from "../ui/form-errors.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import { words } from "../words/pictures.ts";
import { sendPicture } from "./send-picture.ts";

const ACCEPTED = "image/jpeg,image/png,image/webp,image/gif";

interface PictureFieldProps<Value> {
  kind: PictureKind;
  /** Below `/api/v1`: PUT and DELETE change it. */
  path: string;
  /** Address of a width that fits; null: none. */
  now: string | null;
  nowAlt: string;
  chosenAlt: string;
  /** Stands where there is none. */
  empty: ComponentChildren;
  /** There is one that can be taken away. */
  isRemovable: boolean;
  /** Default: `Remove`. */
  removeWord?: string;
  /** With the answer of PUT or DELETE. */
  onChanged(answer: Value): Promise<void> | void;
}

type Phase = { name: "idle" } | { name: "chosen"; file: File; url: string } | { name: "busy"; url: string | null };

export function PictureField<Value>(props: PictureFieldProps<Value>) {
  const { kind, path, now, nowAlt, chosenAlt, empty, isRemovable, removeWord = words.remove, onChanged } = props;
  const phase = useSignal<Phase>({ name: "idle" });
  const share = useSignal<number | null>(null);
  const trouble = useSignal<string | null>(null);
  const success = useSuccess();
  const ending = useEnding();
  const { widths, ratio } = PICTURE_SHAPES[kind];
  const size = { width: widths[0], height: Math.round(widths[0] / ratio) };
  const { name } = phase.value;
  const preview = phase.value.name === "idle" ? null : phase.value.url;
  useUnsaved(name === "chosen");
  useEffect(() => () => void (preview && URL.revokeObjectURL(preview)), [preview]);

  const choose = (files: FileList | null) => {
    const file = files?.[0];
    if (!file) return;
    success.value = null;
    trouble.value = file.size > PICTURE_BYTES_MAX ? words.tooManyBytes((file.size / (1024 * 1024)).toFixed(1)) : null;
    phase.value = trouble.value ? { name: "idle" } : { name: "chosen", file, url: URL.createObjectURL(file) };
  };
  const change = async (ask: () => Promise<Value>, url: string | null, said: string) => {
    const before = phase.peek();
    phase.value = { name: "busy", url };
    trouble.value = null;
    success.value = null;
    try {
      await onChanged(await ask());
      phase.value = { name: "idle" };
      success.value = said;
    } catch (error) {
      if (ending.aborted) return;
      phase.value = before;
      trouble.value = troubleText(error);
    }
    share.value = null;
  };
  const send = (file: File, url: string) =>
    change(
      () =>
        sendPicture<Value>(path, file, {
          signal: ending,
          onShare(sent) {
            share.value = sent;
          },
        }),
      url,
      words.used,
    );
  const remove = () => change(() => call<Value>(path, { method: "DELETE", body: {} }), null, words.removed);

  return (
    <div class="picture-field">
      <div class={`picture-shown picture-${kind}`}>
        {preview ? (
          <img
            src={preview}
            alt={chosenAlt}
            {...size}
            onError={() => {
              phase.value = { name: "idle" };
              trouble.value = words.notAPicture;
            }}
          />
        ) : now ? (
          <img key={now} src={now} alt={nowAlt} {...size} />
        ) : (
          empty
        )}
      </div>
      <div class="picture-acts">
        <div class="panel-actions">
          {phase.value.name === "chosen" ? (
            <Chosen
              use={send.bind(null, phase.value.file, phase.value.url)}
              cancel={() => {
                phase.value = { name: "idle" };
                trouble.value = null;
              }}
            />
          ) : (
            <>
              <FileButton
                word={now ? words.chooseOther : words.choose}
                accept={ACCEPTED}
                isPrimary={false}
                disabled={name === "busy"}
                onChosen={choose}
              />
              {isRemovable ? (
                <button type="button" class="button" disabled={name === "busy"} onClick={remove}>
                  {removeWord}
                </button>
              ) : null}
            </>
          )}
          <Success text={success} />
        </div>
        {share.value === null ? null : (
          <ProgressBar
            label={words.progress}
            share={share.value}
            text={share.value < 1 ? words.sending(Math.floor(share.value * 100)) : words.drawing}
          />
        )}
        <p class="muted">{words.hint}</p>
        <Alert text={trouble.value} />
      </div>
    </div>
  );
}

const Chosen = ({ use, cancel }: { use(): void; cancel(): void }) => (
  <>
    <button type="button" class="button primary" onClick={use}>
      {words.use}
    </button>
    <button type="button" class="button" onClick={cancel}>
      {words.cancel}
    </button>
  </>
);

/** Aborted when the field goes. */
function useEnding(): AbortSignal {
  const ending = useSignal(new AbortController()).value;
  useEffect(() => () => ending.abort(), [ending]);
  return ending.signal;
}

function troubleText(error: unknown): string {
  const own = error instanceof ApiError ? words.refusals[error.code] : undefined;
  return own ?? formErrors(error, []).form ?? words.refusals.picture_broken!;
}
