// The channel's team: moderators, editors and VIPs, which the channel owner adds and removes.

import { useSignal } from "@preact/signals";
import type { RoleHolderView } from "#schema/api/channel-roles.ts";
import { ApiError, errorText } from "../api.ts";
import { call } from "../session.ts";
import { capitalized } from "../ui/capitalized.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { loginError } from "../ui/form-errors.ts";
import { isolated } from "../ui/isolated-name.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { PeopleRows } from "./people-rows.tsx";

type Kind = "moderators" | "editors" | "vips";

const KINDS: { kind: Kind; word: string; one: string; may: string }[] = [
  {
    kind: "moderators",
    word: "Moderators",
    one: "moderator",
    may: "Can delete messages, time people out and ban them.",
  },
  {
    kind: "editors",
    word: "Editors",
    one: "editor",
    may: "Can moderate, change title and settings, start and stop broadcasts. They never see your stream key.",
  },
  { kind: "vips", word: "VIPs", one: "VIP", may: "Have a badge in chat, and chat limits do not apply to them." },
];

export function Team({ login }: { login: string }) {
  const kind = useSignal<Kind>("moderators");
  return (
    <Panel id="team" title="Your team" look="team">
      <fieldset class="segments" aria-label="Role">
        {KINDS.map((one) => (
          <button
            type="button"
            key={one.kind}
            aria-pressed={kind.value === one.kind}
            onClick={() => {
              kind.value = one.kind;
            }}
          >
            {one.word}
          </button>
        ))}
      </fieldset>
      <Holders key={kind.value} channel={login} kind={kind.value} />
    </Panel>
  );
}

function Holders({ channel, kind }: { channel: string; kind: Kind }) {
  const path = `/channels/${channel}/${kind}`;
  const list = useList<RoleHolderView>(`${path}?limit=100`);
  const login = useSignal("");
  const said = useSignal("");
  const { one, may } = KINDS.find((each) => each.kind === kind)!;
  const form = useForm({
    check: () => ({ holder: loginError(login.value.trim()) && "Enter a login: 3–25 letters, digits or _." }),
    async send() {
      said.value = "";
      const name = login.value.trim().toLowerCase();
      try {
        await call(`${path}/${name}`, { method: "PUT", body: {} });
      } catch (error) {
        if (error instanceof ApiError && error.code === "not_found")
          throw new ApiError(404, "validation_failed", "", [{ path: "holder", message: "nobody has this login." }]);
        throw error;
      }
      login.value = "";
      said.value = `${name} is ${one === "editor" ? "an" : "a"} ${one} now.`;
      await list.reload();
    },
  });
  const remove = async ({ id, login, displayName }: RoleHolderView) => {
    try {
      await call(`${path}/${login}`, { method: "DELETE", body: {} });
      list.items.value = (list.items.value ?? []).filter((each) => each.id !== id);
      said.value = `${isolated(displayName)} is no longer ${one === "editor" ? "an" : "a"} ${one}.`;
    } catch (error) {
      said.value = capitalized(errorText(error));
    }
  };
  return (
    <div class="stack">
      <p class="muted">{may}</p>
      <form {...form.props} class="stack">
        <FormNotice form={form} />
        <div class="beside">
          <Field
            name="holder"
            label={`Add a ${one}`}
            value={login}
            error={form.errors.fields.holder}
            autocomplete="off"
          />
          <Submit form={form} word="Add" />
        </div>
      </form>
      <ListState list={list}>Nobody yet.</ListState>
      <PeopleRows
        people={list.items.value}
        word="Remove"
        label={(name) => `Remove ${name} as ${one}`}
        onRemove={remove}
      />
      <LoadMore list={list} />
      <p class="field-hint" role="status">
        {said}
      </p>
    </div>
  );
}
