// Fields that several account forms share: e-mail address, new password, code from the authenticator app.

import { Field, type FieldProps } from "./field.tsx";
import { PASSWORD_HINT } from "./form-errors.ts";

type SharedProps = Pick<FieldProps, "value" | "error" | "autofocus">;

export const EmailField = (props: SharedProps & Pick<FieldProps, "label" | "hint">) => (
  <Field name="email" type="email" inputmode="email" autocomplete="email" {...props} />
);

export const NewPasswordField = (props: SharedProps & Pick<FieldProps, "label">) => (
  <Field name="password" type="password" hint={PASSWORD_HINT} autocomplete="new-password" {...props} />
);

export const AppCodeField = (props: SharedProps) => (
  <Field
    name="otp"
    label="Code from your app"
    autocomplete="one-time-code"
    inputmode="numeric"
    maxLength={8}
    code
    {...props}
  />
);
