// The tab of personal access tokens, with which bots and scripts sign in.

import { useSignal } from "@preact/signals";
import type { TokenView } from "#schema/api/personal-tokens.ts";
import { wallMs } from "../clock.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { dateText, whenText } from "../ui/dates.ts";
import { KeyIcon } from "../ui/desk-icons.tsx";
import { type List, useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { Panel } from "../ui/panel.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { words } from "../words/settings.ts";
import { FreshToken, NewToken } from "./new-personal-token.tsx";
import type { TabProps } from "./tab-props.ts";

/** A token that expires within this time is marked. */
const SOON_MS = 7 * 86_400_000;

type Creating = { phase: "idle" } | { phase: "choosing" } | { phase: "created"; token: string };

export function TokensTab(_: TabProps) {
  const list = useList<TokenView>("/me/tokens");
  const creating = useSignal<Creating>({ phase: "idle" });
  const reset = () => {
    creating.value = { phase: "idle" };
  };
  const now = creating.value;
  return (
    <div class="settings-panels">
      {now.phase === "choosing" ? (
        <NewToken
          onCancel={reset}
          onCreated={(token) => {
            creating.value = { phase: "created", token };
            void list.reload();
          }}
        />
      ) : null}
      {now.phase === "created" ? <FreshToken token={now.token} onDone={reset} /> : null}
      <Tokens
        list={list}
        onNew={
          now.phase === "idle"
            ? () => {
                creating.value = { phase: "choosing" };
              }
            : null
        }
      />
    </div>
  );
}

/** `onNew`: null while a token is being created. */
function Tokens({ list, onNew }: { list: List<TokenView>; onNew: (() => void) | null }) {
  const success = useSuccess();
  const deleting = useSignal<TokenView | null>(null);
  const ask = (one: TokenView | null) => () => {
    deleting.value = one;
  };
  const remove = async ({ id, name }: TokenView) => {
    success.value = null;
    await call(`/me/tokens/${id}`, { method: "DELETE" });
    list.items.value = (list.items.value ?? []).filter((one) => one.id !== id);
    success.value = words.tokenDeleted(name);
  };
  const asked = deleting.value;
  return (
    <Panel id="tokens" title={words.yourTokens} about={words.tokensAbout}>
      <ListState list={list}>{words.noTokens}</ListState>
      <ul class="rows">
        {list.items.value?.map((one) => (
          <li key={one.id}>
            <KeyIcon />
            <div class="row-text">
              <strong>{one.name}</strong> <code class="muted">…{one.hint}</code>
              <ExpiryMark expiresAt={one.expiresAt} />
              <span class="muted">
                {words.tokenUsed(
                  one.lastUsedAt ? words.lastUsedWhen(whenText(one.lastUsedAt)) : words.neverUsed,
                  dateText(one.createdAt),
                  expiryText(one.expiresAt),
                )}
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
              aria-label={words.deleteToken(one.name)}
              onClick={ask(one)}
            >
              {words.delete}
            </button>
          </li>
        ))}
      </ul>
      <Success text={success} />
      {onNew ? (
        <div class="panel-actions">
          <button type="button" class="button primary" onClick={onNew}>
            {words.newToken}
          </button>
        </div>
      ) : null}
      {asked ? (
        <Confirm
          title={words.deleteTokenAsk(asked.name)}
          word={words.delete}
          act={() => remove(asked)}
          onClose={ask(null)}
        >
          {words.deleteTokenWhat}
        </Confirm>
      ) : null}
    </Panel>
  );
}

function ExpiryMark({ expiresAt }: { expiresAt: string | null }) {
  const leftMs = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - wallMs();
  if (leftMs > SOON_MS) return null;
  return <span class="state-mark warn">{leftMs < 0 ? words.expired : words.expiresSoon}</span>;
}

function expiryText(expiresAt: string | null): string {
  if (expiresAt === null) return words.neverExpires;
  const when = whenText(expiresAt);
  return Date.parse(expiresAt) < wallMs() ? words.hasExpired(when) : words.expires(when);
}
