// Finds messages of the past: by words, and by who said them.

import { useSignal } from "@preact/signals";
import type { SearchView } from "#schema/api/chat-history.ts";
import { LOGIN_PATTERN } from "#schema/wire/ids.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { momentText } from "../ui/dates.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { words } from "../words/chat-search.ts";
import { words as uiWords } from "../words/ui.ts";
import type { Desk } from "./desk.ts";

const LOGIN = new RegExp(`^${LOGIN_PATTERN}$`);
const LENGTH_MAX = 100;

export function SearchDialog({ desk, onClose }: { desk: Desk; onClose(): void }) {
  const text = useSignal("");
  const by = useSignal("");
  const found = useSignal<SearchView | null>(null);
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const search = async (cursor: string | null) => {
    const login = by.value.trim().replace(/^@/, "").toLowerCase();
    if (busy.peek() || (text.value.trim() === "" && login === "")) return;
    if (login !== "" && !LOGIN.test(login)) {
      trouble.value = words.noLogin;
      return;
    }
    const query = new URLSearchParams({
      ...(text.value.trim() && { q: text.value.trim() }),
      ...(login && { by: login }),
      ...(cursor && { cursor }),
    });
    busy.value = true;
    trouble.value = null;
    try {
      const page = await call<SearchView>(`/channels/${desk.channel}/chat/messages/search?${query}`);
      const before = cursor ? (found.peek()?.items ?? []) : [];
      found.value = { ...page, items: [...before, ...page.items] };
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
    busy.value = false;
  };
  const open = (login: string) => {
    onClose();
    desk.openPerson(login);
  };
  return (
    <Dialog title={words.find} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void search(null);
        }}
      >
        <Field
          name="chat-search"
          label={words.text}
          value={text}
          autocomplete="off"
          maxLength={LENGTH_MAX}
          dir="auto"
        />
        <Field name="chat-search-by" label={words.by} value={by} isOptional autocomplete="off" maxLength={26} />
        <Alert text={trouble.value} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {uiWords.close}
          </button>
          <button type="submit" class="button primary" disabled={busy.value}>
            {busy.value ? uiWords.oneMoment : words.search}
          </button>
        </div>
      </form>
      <p class="muted" role="status">
        {found.value ? foundText(found.value) : ""}
      </p>
      <ol class="search-found">
        {found.value?.items.map(({ id, at, user, body }) => (
          <li key={id}>
            <button type="button" class="link" onClick={() => open(user.login)}>
              {user.displayName}
            </button>{" "}
            <time class="muted" dateTime={at}>
              {momentText(at)}
            </time>
            <p dir="auto">{body}</p>
          </li>
        ))}
      </ol>
      {found.value?.nextCursor ? (
        <button type="button" class="button" disabled={busy.value} onClick={() => void search(found.value!.nextCursor)}>
          {words.older}
        </button>
      ) : null}
    </Dialog>
  );
}

const foundText = ({ items, searchedBackTo }: SearchView) =>
  searchedBackTo ? words.foundSince(items.length, momentText(searchedBackTo)) : words.found(items.length);
