// Title, category and tags of the stream, changed in place. The key E opens the form, Escape closes it.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { CategoryView } from "#schema/api/categories.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { call } from "../session.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { EditIcon } from "../ui/icons.tsx";
import { isSingleKey } from "../ui/single-keys.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { words } from "../words/studio.ts";
import type { OwnChannel } from "./own-channel.ts";

const TITLE_LENGTH_MAX = 140;
const TAGS_MAX = 10;
const TAG_LENGTH_MAX = 25;

export function StreamTitle({ own }: { own: OwnChannel }) {
  const isOpen = useSignal(false);
  const said = useSignal("");
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!isSingleKey(event, "e") || isOpen.value || !own.channel.value) return;
      event.preventDefault();
      isOpen.value = true;
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [own.channel, isOpen]);
  const channel = own.channel.value;
  const close = (result: string) => {
    isOpen.value = false;
    said.value = result;
    requestAnimationFrame(() => button.current?.focus());
  };
  if (channel && isOpen.value) return <TitleForm own={own} channel={channel} onClose={close} />;
  return (
    <div class="stream-title">
      <div class="stream-words">
        <h2 dir="auto">{channel?.title || words.noTitle}</h2>
        <p class="muted">{channel ? factsOf(channel) : own.trouble.value}</p>
        <p class="success" role="status">
          {said.value}
        </p>
      </div>
      <button
        ref={button}
        type="button"
        class="button"
        aria-label={words.editTitle}
        aria-keyshortcuts="E"
        disabled={!channel}
        onClick={() => {
          isOpen.value = true;
        }}
      >
        <EditIcon />
        {words.edit}
        <span class="key-hint" data-key="E" />
      </button>
    </div>
  );
}

const factsOf = ({ category, tags }: ChannelView) => [category ?? words.noCategory, ...tags].join(" · ");

interface TitleFormProps {
  own: OwnChannel;
  channel: ChannelView;
  onClose(result: string): void;
}

function TitleForm({ own, channel, onClose }: TitleFormProps) {
  const title = useSignal(channel.title);
  const category = useSignal(channel.category ?? "");
  const tags = useSignal(channel.tags.join(", "));
  const categories = useSignal<readonly string[]>(channel.category ? [channel.category] : []);
  useEffect(() => {
    const ending = new AbortController();
    call<Page<CategoryView>>("/categories?limit=100", { signal: ending.signal }).then(
      ({ items }) => {
        const names = items.map(({ name }) => name).sort((a, b) => a.localeCompare(b));
        categories.value = channel.category && !names.includes(channel.category) ? [channel.category, ...names] : names;
      },
      () => {}, // The present category can be kept or taken away.
    );
    return () => ending.abort();
  }, [categories, channel.category]);
  const wanted = () => ({ title: title.value.trim(), category: category.value || null, tags: tagsIn(tags.value) });
  const form = useForm({
    check: () => ({ title: null, category: null, tags: tagsError(tagsIn(tags.value)) }),
    async send() {
      const { title: newTitle, category: newCategory, tags: newTags } = wanted();
      await own.change({
        title: newTitle,
        ...(newCategory !== channel.category && { category: newCategory }),
        ...(newTags.join() !== channel.tags.join() && { tags: newTags }),
      });
      onClose(words.saved);
    },
  });
  return (
    <form
      class="stream-form"
      {...form.props}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose("");
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
      <div class="field">
        <label for="category">{words.category}</label>
        <select
          id="category"
          value={category}
          onChange={(event) => {
            category.value = event.currentTarget.value;
          }}
        >
          <option value="">{words.noCategory}</option>
          {categories.value.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </div>
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
        <button type="button" class="button" onClick={() => onClose("")}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
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
