// Accounts at other sites that can sign in here: linking and unlinking.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import type { IdentityView, ProviderView } from "#schema/api/identities.ts";
import { callApi, errorText } from "../api.ts";
import { oauthErrorText } from "../entry/providers.tsx";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { dateText } from "../ui/dates.ts";
import { capitalized } from "../ui/form-errors.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { Panel } from "../ui/panel.tsx";
import { ProviderIcon } from "../ui/provider-icon.tsx";
import { devicesChanged } from "./devices.tsx";
import { Success, useSuccess } from "./panel.tsx";
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
    if (providerReturn.value.linked) success.value = "Linked. You can sign in with it from now on.";
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
    success.value = `${label} is unlinked.`;
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
    <Panel id="linked" title="Linked accounts" about="You can sign in here with your accounts at these sites.">
      <Alert text={trouble.value} />
      <ListState list={list} />
      <ul class="rows">
        {linked.map((one) => (
          <li key={one.provider}>
            <ProviderIcon provider={one.provider} />
            <div class="row-text">
              <strong>{one.label}</strong>
              <span class="muted">
                <bdi>{one.name}</bdi> · linked {dateText(one.createdAt)}
              </span>
            </div>
            <button type="button" class="button row-end" aria-label={`Unlink ${one.label}`} onClick={ask(one)}>
              Unlink
            </button>
          </li>
        ))}
        {open.map(({ id, label }) => (
          <li key={id}>
            <ProviderIcon provider={id} />
            <div class="row-text">
              <strong>{label}</strong>
              <span class="muted">Not linked</span>
            </div>
            <button type="button" class="button row-end" aria-label={`Link ${label}`} onClick={() => link(id)}>
              Link
            </button>
          </li>
        ))}
      </ul>
      <Success text={success} />
      {unlinking.value ? (
        <Confirm
          title={`Unlink ${unlinking.value.label}?`}
          word="Unlink"
          act={() => unlink(unlinking.value as IdentityView)}
          onClose={ask(null)}
        >
          You can no longer sign in with it. Other devices that signed in with it are signed out.
        </Confirm>
      ) : null}
    </Panel>
  );
}
