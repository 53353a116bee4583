// Terms that nobody may say in the room, and those that AutoMod lets pass: several are added at once, one a line.

import { useSignal } from "@preact/signals";
import type { TermKind, TermView } from "#schema/api/terms.ts";
import { errorText } from "../../api.ts";
import { call } from "../../session.ts";
import { capitalized } from "../../ui/capitalized.ts";
import { whenText } from "../../ui/dates.ts";
import { CloseIcon } from "../../ui/icons.tsx";
import { type List, useList } from "../../ui/list.ts";
import { ListState } from "../../ui/list-state.tsx";
import { LoadMore } from "../../ui/load-more.tsx";
import { Panel } from "../../ui/panel.tsx";
import { words } from "../../words/studio-chat.ts";
import { AddTerms } from "./add-terms.tsx";

export function Terms({ login }: { login: string }) {
  const path = `/channels/${login}/chat/terms`;
  const list = useList<TermView>(`${path}?limit=100`);
  const said = useSignal("");
  const add = (terms: readonly TermView[]) => {
    list.items.value = [...terms, ...(list.items.peek() ?? [])];
    said.value = words.termsAdded(terms.length);
  };
  const remove = async ({ id, text }: TermView) => {
    try {
      await call(`${path}/${id}`, { method: "DELETE", body: {} });
      list.items.value = (list.items.peek() ?? []).filter((term) => term.id !== id);
      said.value = words.termRemoved(text);
    } catch (error) {
      said.value = capitalized(errorText(error));
    }
  };
  return (
    <Panel id="terms" title={words.terms} about={words.termsAbout}>
      <AddTerms path={path} onAdded={add} />
      <ListState list={list}>{words.noTerms}</ListState>
      <TermRows list={list} onRemove={(term) => void remove(term)} />
      <LoadMore list={list} />
      <p class="field-hint" role="status">
        {said}
      </p>
    </Panel>
  );
}

const KINDS: readonly TermKind[] = ["blocked", "permitted"];

const TermRows = ({ list, onRemove }: { list: List<TermView>; onRemove(term: TermView): void }) => (
  <>
    {KINDS.map((kind) => {
      const terms = list.items.value?.filter((term) => term.kind === kind) ?? [];
      if (terms.length === 0) return null;
      return (
        <section key={kind} class="terms">
          <h3>{words.termKinds[kind]}</h3>
          <ul aria-label={words.termKinds[kind]}>
            {terms.map((term) => (
              <li key={term.id} class="term">
                <span dir="auto">{term.text}</span>
                {term.expiresAt ? <span class="muted">{whenText(term.expiresAt)}</span> : null}
                <button
                  type="button"
                  class="icon-button"
                  aria-label={words.removeTerm(term.text)}
                  title={words.removeTerm(term.text)}
                  onClick={() => onRemove(term)}
                >
                  <CloseIcon size="text" />
                </button>
              </li>
            ))}
          </ul>
        </section>
      );
    })}
  </>
);
