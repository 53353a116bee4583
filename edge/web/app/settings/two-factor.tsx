// Two-factor sign-in: its state, turning it on and off, new recovery codes.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ProposedTotpView, TotpView } from "#schema/api/two-factor.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { dateText } from "../ui/dates.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { words } from "../words/settings.ts";
import { Mark } from "./mark.tsx";
import { reauthenticated } from "./reauthenticate.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import type { TabProps } from "./tab-props.ts";
import { TwoFactorSetup } from "./two-factor-setup.tsx";

/** With fewer codes left than this, a warning is shown. */
const FEW_CODES = 4;

type Step =
  | { phase: "idle" }
  | { phase: "turning-on"; proposal: ProposedTotpView }
  | { phase: "codes"; codes: string[] }
  | { phase: "asking"; act: "off" | "codes" };

export function TwoFactor({ reloadAccount, account }: TabProps) {
  const totp = useSignal<TotpView | null>(null);
  const step = useSignal<Step>({ phase: "idle" });
  const trouble = useSignal<string | null>(null);
  const success = useSuccess();
  const load = async () => {
    try {
      totp.value = await call<TotpView>("/me/totp");
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  useEffect(() => void load(), []);
  const ask = (act: "off" | "codes") => () => {
    success.value = null;
    step.value = { phase: "asking", act };
  };
  const reset = () => {
    step.value = { phase: "idle" };
  };
  const begin = async () => {
    success.value = trouble.value = null;
    try {
      await reauthenticated(async (proof) => {
        const proposal = await call<ProposedTotpView>("/me/totp", { method: "POST", body: proof });
        step.value = { phase: "turning-on", proposal };
      });
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  const now = step.value;
  const on = totp.value?.enabled ?? account.twoFactor;
  const left = totp.value?.recoveryCodesLeft ?? 0;
  return (
    <Panel
      id="two-factor"
      title={words.twoFactor}
      mark={<Mark on={on} word={on ? words.on : words.off} />}
      about={
        !on
          ? words.twoFactorOff
          : totp.value?.confirmedAt
            ? words.twoFactorOnSince(dateText(totp.value.confirmedAt))
            : words.twoFactorOn
      }
    >
      <Alert text={trouble.value} />
      {now.phase === "turning-on" ? (
        <TwoFactorSetup
          proposal={now.proposal}
          onCancel={reset}
          onDone={(codes) => {
            step.value = { phase: "codes", codes };
            void load();
            void reloadAccount();
          }}
        />
      ) : now.phase === "codes" ? (
        <RecoveryCodes
          codes={now.codes}
          login={account.login}
          onDone={() => {
            reset();
            success.value = words.twoFactorIsOn;
          }}
        />
      ) : now.phase === "asking" ? (
        <WithCode
          act={now.act}
          onCancel={reset}
          onOff={() => {
            reset();
            success.value = words.twoFactorIsOff;
            void load();
            void reloadAccount();
          }}
          onCodes={(codes) => {
            step.value = { phase: "codes", codes };
            void load();
          }}
        />
      ) : on ? (
        <>
          {left < FEW_CODES && totp.value ? (
            <p class="notice warn">{words.fewCodesLeft(left)}</p>
          ) : (
            <p class="muted">{words.codesLeft(left)}</p>
          )}
          <div class="panel-actions">
            <button type="button" class="button" onClick={ask("codes")}>
              {words.newCodes}
            </button>
            <button type="button" class="button danger" onClick={ask("off")}>
              {words.turnOff}
            </button>
          </div>
        </>
      ) : (
        <div class="panel-actions">
          <button type="button" class="button primary" onClick={begin} disabled={totp.value === null}>
            {words.turnOn}
          </button>
        </div>
      )}
      <Success text={success} />
    </Panel>
  );
}

interface WithCodeProps {
  act: "off" | "codes";
  onCancel(): void;
  onOff(): void;
  onCodes(codes: string[]): void;
}

/** Both actions require a code, so that an unlocked browser alone is not enough. */
function WithCode({ act, onCancel, onOff, onCodes }: WithCodeProps) {
  const otp = useSignal("");
  const form = useForm({
    check: () => ({ otp: otp.value.trim() ? null : words.enterCode }),
    send: () =>
      reauthenticated(async (proof) => {
        const body = { otp: otp.value.trim(), ...proof };
        if (act === "off") {
          await call("/me/totp/removal", { method: "POST", body });
          onOff();
        } else {
          const { recoveryCodes } = await call<{ recoveryCodes: string[] }>("/me/totp/recovery-codes", {
            method: "POST",
            body,
          });
          onCodes(recoveryCodes);
        }
      }),
  });
  return (
    <form {...form.props} class="stack inset">
      <FormNotice form={form} />
      <Field
        name="otp"
        label={act === "off" ? words.codeForOff : words.codeForCodes}
        value={otp}
        error={form.errors.fields.otp}
        hint={act === "off" ? words.codeForOffHint : words.codeForCodesHint}
        autocomplete="one-time-code"
        autofocus
        code
      />
      <div class="panel-actions">
        <Submit
          form={form}
          word={act === "off" ? words.turnOff : words.createCodes}
          kind={act === "off" ? "danger" : "primary"}
        />
        <button type="button" class="button" onClick={onCancel}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}
