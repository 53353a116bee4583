// Accounts at other sites that can sign in here: linking and unlinking.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import type { IdentityView, ProviderView } from "#schema/api/identities.ts";
import { callApi, errorText } from "../api.ts";
import { oauthErrorText } from "../entry/providers.tsx";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { Confirm } from "../ui/confirm.tsx";
import { dateText } from "../ui/dates.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { Panel } from "../ui/panel.tsx";
import { ProviderIcon } from "../ui/provider-icon.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { words } from "../words/settings.ts";
import { devicesChanged } from "./devices.tsx";
import { providerReturn } from "./provider-return.ts";
import { reauthenticated } from "./reauthenticate.tsx";
import type { TabProps } from "./tab-props.ts";

export function LinkedAccounts(_: TabProps) {
  const list = useList<IdentityView>("/me/identities");
  const providers = useSignal<ProviderView[] | null>(null);
  const trouble = useSignal<string | null>(
    providerReturn.peek().error ? oauthErrorText(providerReturn.peek().error ?? "") : null,
  );
  const success = useSuccess();
  useEffect(() => {
    callApi<Page<ProviderView>>("/auth/oauth").then(
      ({ items }) => {
        providers.value = items;
      },
      () => {
        providers.value = []; // The linked accounts are shown anyway.
      },
    );
    if (providerReturn.value.linked) success.value = words.isLinked;
    providerReturn.value = {};
  }, [providers, success]);
  const link = async (provider: string) => {
    success.value = trouble.value = null;
    try {
      await reauthenticated(async (proof) => {
        const path = `/me/identities/${provider}`;
        const { url } = await call<{ url: string }>(path, { method: "POST", body: proof });
        window.location.assign(url);
      });
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  const unlinking = useSignal<IdentityView | null>(null);
  const unlink = async ({ provider, label }: IdentityView) => {
    success.value = trouble.value = null;
    await call(`/me/identities/${provider}`, { method: "DELETE" });
    success.value = words.unlinked(label);
    devicesChanged();
    await list.reload();
  };
  const ask = (one: IdentityView | null) => () => {
    unlinking.value = one;
  };
  const linked = list.items.value ?? [];
  const unlinked = ({ id }: ProviderView) => !linked.some(({ provider }) => provider === id);
  const open = list.items.value === null ? [] : (providers.value ?? []).filter(unlinked);
  // No panel when nothing is linked and nothing can be.
  if (linked.length === 0 && open.length === 0 && !trouble.value && !list.trouble) return null;
  return (
    <Panel id="linked" title={words.linked} about={words.linkedAbout}>
      <Alert text={trouble.value} />
      <ListState list={list} />
      <ul class="rows">
        {linked.map((one) => (
          <li key={one.provider}>
            <ProviderIcon provider={one.provider} />
            <div class="row-text">
              <strong>{one.label}</strong>
              <span class="muted">
                <bdi>{one.name}</bdi> · {words.linkedOn(dateText(one.createdAt))}
              </span>
            </div>
            <button type="button" class="button row-end" aria-label={words.unlinkOne(one.label)} onClick={ask(one)}>
              {words.unlink}
            </button>
          </li>
        ))}
        {open.map(({ id, label }) => (
          <li key={id}>
            <ProviderIcon provider={id} />
            <div class="row-text">
              <strong>{label}</strong>
              <span class="muted">{words.notLinked}</span>
            </div>
            <button type="button" class="button row-end" aria-label={words.linkOne(label)} onClick={() => link(id)}>
              {words.link}
            </button>
          </li>
        ))}
      </ul>
      <Success text={success} />
      {unlinking.value ? (
        <Confirm
          title={words.unlinkAsk(unlinking.value.label)}
          word={words.unlink}
          act={() => unlink(unlinking.value as IdentityView)}
          onClose={ask(null)}
        >
          {words.unlinkWhat}
        </Confirm>
      ) : null}
    </Panel>
  );
}
