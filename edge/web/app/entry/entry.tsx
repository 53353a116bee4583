// The pages of getting in: signing in and up, and what the links of our letters lead to.

import { Forgot } from "./forgot.tsx";
import { Register } from "./register.tsx";
import { Reset } from "./reset.tsx";
import { SignIn } from "./sign-in.tsx";
import { Verify } from "./verify.tsx";

const PAGES = { login: SignIn, register: Register, forgot: Forgot, reset: Reset, verify: Verify };

export function Entry({ page }: { page: keyof typeof PAGES }) {
  const Shown = PAGES[page];
  return <Shown key={page} />;
}
