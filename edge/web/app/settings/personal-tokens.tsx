// Personal access tokens: what bots and scripts sign in with, what they may do, when they were used and when they end.

import { useSignal } from "@preact/signals";
import type { TokenView } from "#schema/api/personal-tokens.ts";
import { wallMs } from "../clock.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { dateText, whenText } from "../ui/dates.ts";
import { KeyIcon } from "../ui/icons.tsx";
import { type List, useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { FreshToken, NewToken } from "./new-personal-token.tsx";
import { Panel, Said, useSaid } from "./panel.tsx";
import type { TabProps } from "./tab-props.ts";

/** A token that ends within this time is worth a word. */
const SOON_MS = 7 * 86_400_000;

type Making = { phase: "resting" } | { phase: "choosing" } | { phase: "made"; token: string };

export function TokensTab(_: TabProps) {
  const list = useList<TokenView>("/me/tokens");
  const making = useSignal<Making>({ phase: "resting" });
  const rest = () => {
    making.value = { phase: "resting" };
  };
  const now = making.value;
  return (
    <div class="settings-panels">
      {now.phase === "choosing" ? (
        <NewToken
          onCancel={rest}
          onMade={(token) => {
            making.value = { phase: "made", token };
            void list.reload();
          }}
        />
      ) : null}
      {now.phase === "made" ? <FreshToken token={now.token} onDone={rest} /> : null}
      <Tokens
        list={list}
        onNew={
          now.phase === "resting"
            ? () => {
                making.value = { phase: "choosing" };
              }
            : null
        }
      />
    </div>
  );
}

/** `onNew`: null while one is being made. */
function Tokens({ list, onNew }: { list: List<TokenView>; onNew: (() => void) | null }) {
  const said = useSaid();
  const ending = useSignal<TokenView | null>(null);
  const ask = (one: TokenView | null) => () => {
    ending.value = one;
  };
  const end = async ({ id, name }: TokenView) => {
    said.value = null;
    await call(`/me/tokens/${id}`, { method: "DELETE" });
    list.items.value = (list.items.value ?? []).filter((one) => one.id !== id);
    said.value = `${name} is deleted.`;
  };
  const asked = ending.value;
  return (
    <Panel
      id="tokens"
      title="Your access tokens"
      about="For bots and scripts that act as you. Whoever has one can do what it may, without your password."
    >
      <ListState list={list}>None yet.</ListState>
      <ul class="rows">
        {list.items.value?.map((one) => (
          <li key={one.id}>
            <KeyIcon />
            <div class="row-text">
              <strong>{one.name}</strong> <code class="muted">…{one.hint}</code>
              <EndMark expiresAt={one.expiresAt} />
              <span class="muted">
                {one.lastUsedAt ? `last used ${whenText(one.lastUsedAt)}` : "never used"} · made{" "}
                {dateText(one.createdAt)} · {endText(one.expiresAt)}
              </span>
              <span class="row-scopes">
                {one.scopes.map((scope) => (
                  <code key={scope}>{scope}</code>
                ))}
              </span>
            </div>
            <button
              type="button"
              class="button danger row-end"
              aria-label={`Delete the token ${one.name}`}
              onClick={ask(one)}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
      <Said said={said} />
      {onNew ? (
        <div class="panel-actions">
          <button type="button" class="button primary" onClick={onNew}>
            New token
          </button>
        </div>
      ) : null}
      {asked ? (
        <Confirm title={`Delete “${asked.name}”?`} word="Delete" act={() => end(asked)} onClose={ask(null)}>
          What uses it stops working at once.
        </Confirm>
      ) : null}
    </Panel>
  );
}

function EndMark({ expiresAt }: { expiresAt: string | null }) {
  const leftMs = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - wallMs();
  if (leftMs > SOON_MS) return null;
  return <span class="state-mark warn">{leftMs < 0 ? "Ended" : "Ends soon"}</span>;
}

function endText(expiresAt: string | null): string {
  if (expiresAt === null) return "no end";
  return `${Date.parse(expiresAt) < wallMs() ? "ended" : "ends"} ${whenText(expiresAt)}`;
}
