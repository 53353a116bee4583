// The form of title, category and tags. Escape closes it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CategoryView } from "#schema/api/categories.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { call } from "../session.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import { words } from "../words/studio.ts";
import { words as uiWords } from "../words/ui.ts";
import { CategoryField } from "./category-field.tsx";
import { meantCategory } from "./category-options.ts";
import type { OwnChannel } from "./own-channel.ts";

const TITLE_LENGTH_MAX = 140;
const TAGS_MAX = 10;
const TAG_LENGTH_MAX = 25;

interface TitleFormProps {
  own: OwnChannel;
  channel: ChannelView;
  /** `result`: what is said of it; null: nothing has changed. */
  onClose(result: string | null): void;
}

export function TitleForm({ own, channel, onClose }: TitleFormProps) {
  const title = useSignal(channel.title);
  const category = useSignal(channel.category ?? "");
  const tags = useSignal(channel.tags.join(", "));
  const names = useCategories();
  /** What the list does not have, or is not loaded yet, is left to the server. */
  const meant = () => {
    const text = category.value.trim();
    return text === (channel.category ?? "") ? channel.category : names ? meantCategory(names, text) : text || null;
  };
  const form = useForm({
    check: () => ({
      title: null,
      category: meant() === undefined ? words.noSuchCategory : null,
      tags: tagsError(tagsIn(tags.value)),
    }),
    async send() {
      const wanted = { title: title.value.trim(), category: meant() ?? null, tags: tagsIn(tags.value) };
      await own.change({
        title: wanted.title,
        ...(wanted.category !== channel.category && { category: wanted.category }),
        ...(wanted.tags.join() !== channel.tags.join() && { tags: wanted.tags }),
      });
      onClose(uiWords.saved);
    },
  });
  useUnsaved(
    title.value.trim() !== channel.title ||
      meant() !== channel.category ||
      tagsIn(tags.value).join() !== channel.tags.join(),
    form,
  );
  return (
    <form
      class="stream-form"
      {...form.props}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose(null);
      }}
    >
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
      <CategoryField
        value={category}
        names={names ?? []}
        present={channel.category}
        error={form.errors.fields.category}
      />
      <Field
        name="tags"
        label={words.tags}
        value={tags}
        error={form.errors.fields.tags}
        hint={words.tagsHint}
        autocomplete="off"
        maxLength={TAGS_MAX * (TAG_LENGTH_MAX + 2)}
        dir="auto"
      />
      <div class="panel-actions">
        <Submit form={form} word={words.save} />
        <button type="button" class="button" onClick={() => onClose(null)}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}

/** In the order of the alphabet; null until they are loaded, and where they cannot be. */
function useCategories(): readonly string[] | null {
  const names = useSignal<readonly string[] | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<Page<CategoryView>>("/categories?limit=100", { signal: ending.signal }).then(
      ({ items }) => {
        names.value = items.map(({ name }) => name).sort((a, b) => a.localeCompare(b));
      },
      () => {}, // A category can be typed: the server knows it.
    );
    return () => ending.abort();
  }, [names]);
  return names.value;
}

const tagsIn = (text: string) => [
  ...new Set(
    text
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
  ),
];

function tagsError(tags: readonly string[]): string | null {
  if (tags.length > TAGS_MAX) return words.tooManyTags;
  return tags.some((tag) => tag.length > TAG_LENGTH_MAX) ? words.longTag : null;
}
