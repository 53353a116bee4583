// The title of the stream.

import { useSignal, useSignalEffect } from "@preact/signals";
import { errorText } from "../api.ts";
import type { OwnChannel } from "./own-channel.ts";

const TITLE_LENGTH_MAX = 140;

export function Title({ own }: { own: OwnChannel }) {
  const title = useSignal("");
  const said = useSignal<{ text: string; bad: boolean } | null>(null);
  const saved = own.channel.value?.title ?? null;
  useSignalEffect(() => {
    title.value = own.channel.value?.title ?? "";
  });
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await own.change({ title: title.value.trim() });
      said.value = { text: "Saved", bad: false };
    } catch (error) {
      said.value = { text: errorText(error), bad: true };
    }
  };
  const changed = saved !== null && title.value.trim() !== saved;
  const trouble = own.trouble.value;
  return (
    <section class="panel" aria-labelledby="title-head">
      <h2 id="title-head">Your stream</h2>
      <form onSubmit={save} class="title-form">
        <div class="field">
          <label for="title">Title</label>
          <input
            id="title"
            value={title}
            maxLength={TITLE_LENGTH_MAX}
            placeholder="What are you streaming?"
            autocomplete="off"
            aria-describedby="title-said"
            onInput={(event) => {
              title.value = event.currentTarget.value;
              said.value = null;
            }}
          />
        </div>
        <button class="button primary" type="submit" disabled={!changed}>
          Save
        </button>
      </form>
      <p id="title-said" class={said.value?.bad || trouble ? "field-error" : "field-hint"} role="status">
        {said.value?.text ?? trouble ?? "Viewers see it on the home page and below the video."}
      </p>
    </section>
  );
}
