// The dialog in which a video gets another title.

import { useSignal } from "@preact/signals";
import type { VideoView } from "#schema/api/videos.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { showToast } from "../ui/toast.ts";
import { words } from "../words/videos.ts";

const TITLE_LENGTH_MAX = 140;

interface RenameVideoProps {
  video: VideoView;
  /** Throws ApiError. */
  rename(title: string): Promise<void>;
  onClose(): void;
}

export function RenameVideo({ video, rename, onClose }: RenameVideoProps) {
  const title = useSignal(video.title);
  const form = useForm({
    check: () => ({ title: title.value.trim() ? null : words.enterTitle }),
    async send() {
      const { title: before } = video;
      await rename(title.value.trim());
      onClose();
      // A recording may have begun without a title, but nobody can give it none.
      showToast(words.renamed, before ? () => rename(before) : null);
    },
  });
  return (
    <Dialog title={words.renameTitle} onClose={onClose}>
      <form class="stack" {...form.props}>
        <FormNotice form={form} />
        <Field
          name="title"
          label={words.title}
          value={title}
          error={form.errors.fields.title}
          autocomplete="off"
          maxLength={TITLE_LENGTH_MAX}
          dir="auto"
          autofocus
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
          <Submit form={form} word={words.save} />
        </div>
      </form>
    </Dialog>
  );
}
