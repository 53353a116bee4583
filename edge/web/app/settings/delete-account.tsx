// One's data to take away, and the end of the account.

import { useSignal } from "@preact/signals";
import { errorText } from "../api.ts";
import { navigate } from "../router.ts";
import { call, endSession } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { saveFile } from "../ui/download.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Panel, Said, useSaid } from "./panel.tsx";
import { proved } from "./reauthenticate.tsx";

const EXPORT_TIMEOUT_MS = 10 * 60_000;

export function ExportData({ login }: { login: string }) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const said = useSaid();
  const take = async () => {
    busy.value = true;
    said.value = trouble.value = null;
    try {
      const text = await call<string>("/me/export", { as: "text", timeoutMs: EXPORT_TIMEOUT_MS });
      saveFile(`${login}.json`, "application/json", text);
      said.value = "Saved among your downloads.";
    } catch (error) {
      trouble.value = errorText(error);
    }
    busy.value = false;
  };
  return (
    <Panel
      id="export"
      title="Your data"
      about="Everything we keep about you as one JSON file: account, channel, broadcasts, chat lines, follows, devices."
    >
      <Alert text={trouble.value} />
      <div class="panel-actions">
        <button type="button" class="button" onClick={take} disabled={busy.value}>
          {busy.value ? "One moment…" : "Download my data"}
        </button>
        <Said said={said} />
      </div>
    </Panel>
  );
}

export function DeleteAccount({ login }: { login: string }) {
  const asking = useSignal(false);
  return (
    <Panel
      id="delete"
      title="Delete the account"
      about="Your channel, stream key, chat lines, follows and tokens go with it, and nobody can bring them back."
      danger
    >
      <div class="panel-actions">
        <button
          type="button"
          class="button danger"
          onClick={() => {
            asking.value = true;
          }}
        >
          Delete my account…
        </button>
      </div>
      {asking.value ? (
        <DeleteDialog
          login={login}
          onClose={() => {
            asking.value = false;
          }}
        />
      ) : null}
    </Panel>
  );
}

function DeleteDialog({ login, onClose }: { login: string; onClose(): void }) {
  const typed = useSignal("");
  const form = useForm({
    check: () => ({ typed: typed.value.trim().toLowerCase() === login ? null : `Type ${login} to go on.` }),
    async send() {
      if (!(await proved((proof) => call("/me", { method: "DELETE", body: proof })))) return;
      navigate("/"); // First, or the page would lead to signing in.
      endSession();
    },
  });
  return (
    <Dialog title="Delete your account for good?" onClose={onClose}>
      <ul class="dialog-list">
        <li>A broadcast that is running ends at once.</li>
        <li>Your channel, your chat lines and your follows are deleted.</li>
        <li>Nobody can take your name for 90 days.</li>
        <li>There is no way back. Download your data first if you want it.</li>
      </ul>
      <form onSubmit={form.submit} noValidate class="stack">
        <FormNotice form={form} />
        <Field
          name="typed"
          label={`To confirm, type your login: ${login}`}
          value={typed}
          error={form.errors.fields.typed}
          autocomplete="off"
          autofocus
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Keep it
          </button>
          <Submit form={form} word="Delete for good" kind="danger solid" />
        </div>
      </form>
    </Dialog>
  );
}
