// The search: a field that offers channels and categories while one types (ARIA APG: combobox with a list). `/` leads to it.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { SearchView } from "#schema/api/search.ts";
import { SEARCH_LENGTH_MAX } from "#schema/wire/search.ts";
import { callApi } from "../api.ts";
import { after } from "../clock.ts";
import { location, visit } from "../router.ts";
import { Avatar } from "../ui/avatar.tsx";
import { BrowseIcon, SearchIcon } from "../ui/icons.tsx";
import { singleKeysOn } from "../ui/single-keys.ts";
import { viewersText } from "../ui/ticker.ts";
import { words } from "../words/browse.ts";
import { moved, type Suggestion, searchHref, suggestionsFor } from "./suggestions.ts";

/** A request waits for the next letter this long. */
const TYPING_MS = 150;
const ASKED_MAX = 6;

interface SearchBoxProps {
  /** Beginning of the ids of its elements: there may be two boxes on a page. */
  id: string;
  /** `/` leads to this box. Default false. */
  hasKey?: boolean;
  autofocus?: boolean;
}

export function SearchBox({ id, hasKey = false, autofocus = false }: SearchBoxProps) {
  const text = useSignal("");
  const found = useSignal<{ for: string; answer: SearchView } | null>(null);
  const isOpen = useSignal(false);
  const active = useSignal(-1);
  const input = useRef<HTMLInputElement>(null);
  useSignalEffect(() => {
    const { pathname, search } = location.value; // A page was opened: the keys belong to it.
    text.value = pathname === "/search" ? (new URLSearchParams(search).get("q") ?? "") : "";
    isOpen.value = false;
    active.value = -1;
    input.current?.blur();
  });
  useSuggestions(text, found, isOpen);
  useSlashKey(hasKey, input);
  useEffect(() => {
    if (autofocus) input.current?.focus();
  }, [autofocus]);

  const shown = isOpen.value ? suggestionsFor(text.value, found.value?.answer ?? null) : [];
  const open = (href: string) => {
    isOpen.value = false;
    visit(href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      isOpen.value = true;
      active.value = moved(
        active.value,
        event.key === "ArrowDown" ? 1 : -1,
        suggestionsFor(text.value, found.value?.answer ?? null).length,
      );
    } else if (event.key === "Escape") {
      if (isOpen.value) isOpen.value = false;
      else text.value = "";
      active.value = -1;
    }
  };
  return (
    <search class="search">
      <form
        class="search-field"
        action="/search"
        onSubmit={(event) => {
          event.preventDefault();
          const chosen = shown[active.value];
          if (chosen) open(chosen.href);
          else if (text.value.trim() !== "") open(searchHref(text.value));
        }}
      >
        <SearchIcon size="text" />
        <input
          ref={input}
          name="q"
          type="text"
          role="combobox"
          enterkeyhint="search"
          aria-label={words.searchHint}
          placeholder={words.searchHint}
          autocomplete="off"
          spellcheck={false}
          maxLength={SEARCH_LENGTH_MAX}
          dir="auto"
          aria-autocomplete="list"
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={shown[active.value] ? `${id}-${active.value}` : undefined}
          aria-keyshortcuts={hasKey ? "/" : undefined}
          value={text}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            active.value = -1;
            isOpen.value = true;
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            isOpen.value = false;
          }}
        />
        {hasKey ? (
          <span class="search-key" aria-hidden="true">
            /
          </span>
        ) : null}
      </form>
      <p class="sr-only" role="status">
        {shown.length > 1 ? words.suggestions(shown.length) : ""}
      </p>
      <div
        class="search-list"
        id={`${id}-list`}
        role="listbox"
        aria-label={words.searchHint}
        hidden={shown.length === 0}
        // The field keeps the focus, so that a press does not close the list before it counts.
        onPointerDown={(event) => event.preventDefault()}
      >
        {shown.map((suggestion, i) => (
          <a
            key={suggestion.href}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === active.value}
            href={suggestion.href}
            tabIndex={-1}
          >
            <Offer suggestion={suggestion} query={text.value.trim()} />
          </a>
        ))}
      </div>
    </search>
  );
}

function Offer({ suggestion, query }: { suggestion: Suggestion; query: string }) {
  if (suggestion.kind === "search")
    return (
      <>
        <SearchIcon />
        <span dir="auto">{words.searchFor(query)}</span>
      </>
    );
  if (suggestion.kind === "category")
    return (
      <>
        <BrowseIcon />
        <span>{suggestion.category.name}</span>
        <span class="muted">{words.liveChannels(suggestion.category.liveChannels)}</span>
      </>
    );
  const { login, displayName, pictureUrl, live } = suggestion.channel;
  return (
    <>
      <Avatar login={login} name={displayName} picture={pictureUrl} size="s" />
      <span dir="auto">{displayName}</span>
      {live ? (
        <span class="muted live-count">{viewersText(live.viewers)}</span>
      ) : (
        <span class="muted">{words.offAir}</span>
      )}
    </>
  );
}

interface Writable<Value> {
  value: Value;
}

/** Asks while one types; an answer to an older text is dropped. */
function useSuggestions(
  text: Writable<string>,
  found: Writable<{ for: string; answer: SearchView } | null>,
  isOpen: Writable<boolean>,
) {
  useSignalEffect(() => {
    const query = text.value.trim();
    if (query === "") found.value = null;
    if (query === "" || !isOpen.value) return;
    const ending = new AbortController();
    const cancel = after(TYPING_MS, () => {
      const path = `/search?q=${encodeURIComponent(query)}&limit=${ASKED_MAX}`;
      callApi<SearchView>(path, { signal: ending.signal }).then(
        (answer) => {
          found.value = { for: query, answer };
        },
        () => {}, // The search itself is still offered.
      );
    });
    return () => {
      cancel();
      ending.abort();
    };
  });
}

/** Not while one writes something (WCAG 2.1.4), and not with a modifier. */
function useSlashKey(hasKey: boolean, input: { current: HTMLInputElement | null }) {
  useEffect(() => {
    if (!hasKey) return;
    const pressed = (event: KeyboardEvent) => {
      const writes =
        event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes) return;
      if (!singleKeysOn.peek()) return;
      if (!input.current?.checkVisibility()) return;
      event.preventDefault();
      input.current.focus();
      input.current.select();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [hasKey, input]);
}
