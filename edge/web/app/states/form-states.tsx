// Rows of forms, a whole form, switches.

import { useSignal } from "@preact/signals";
import { Choice } from "../ui/choice.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { emailError, passwordError } from "../ui/form-errors.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Switch } from "../ui/switch.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { State } from "./state.tsx";

export const FormStates = () => (
  <>
    <Rows />
    <WholeForm />
    <Switches />
  </>
);

function Rows() {
  const text = useSignal("tidewalker");
  const secret = useSignal("four words in a row");
  const about = useSignal("");
  const reason = useSignal<"" | "spam">("");
  return (
    <State name="form rows">
      <Field name="plain" label="Name" value={text} hint="3–25 letters, digits or _." autocomplete="off" />
      <Field
        name="wrong"
        label="Taken name"
        value={text}
        error="This name is taken. Try another one."
        autocomplete="off"
      />
      <Field name="secret" label="Secret" type="password" value={secret} autocomplete="off" />
      <TextArea id="about" name="about" label="About" value={about} rows={2} maxLength={500} isOptional />
      <Choice
        id="why"
        label="What is wrong?"
        value={reason}
        error="Choose what is wrong."
        options={[
          ["", "Please choose"],
          ["spam", "Spam or scam"],
        ]}
      />
    </State>
  );
}

function WholeForm() {
  const email = useSignal("");
  const password = useSignal("");
  const form = useForm({
    check: () => ({ email: emailError(email.value), password: passwordError(password.value) }),
    send: async () => {},
  });
  return (
    <State name="form">
      <form class="stack" {...form.props}>
        <FormNotice form={form} />
        <Field name="email" label="E-mail" value={email} error={form.errors.fields.email} autocomplete="off" />
        <Field
          name="password"
          label="New password"
          type="password"
          value={password}
          error={form.errors.fields.password}
          hint="10 characters or more."
          autocomplete="off"
        />
        <div class="panel-actions">
          <Submit form={form} word="Save" />
        </div>
      </form>
    </State>
  );
}

function Switches() {
  const on = useSignal(true);
  const turn = (next: boolean) => {
    on.value = next;
  };
  return (
    <State name="switches">
      <Switch name="switch-on" label="Recording" hint="Each broadcast becomes a video." on={on.value} onChange={turn} />
      <Switch name="switch-off" label="Slow mode" on={!on.value} onChange={(next) => turn(!next)} />
      <Switch name="switch-busy" label="Being saved" on disabled onChange={turn} />
    </State>
  );
}
