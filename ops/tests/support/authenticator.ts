// An authenticator app for tests: time-based codes (RFC 6238), never the same twice, as the server wants it.

import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { until } from "./until.ts";

const STEP_MS = 30_000;

export class Authenticator {
  /** Base32, without blanks. */
  readonly secret: string;
  private usedStep = 0;

  /** `shown`: the secret as the page shows it. */
  constructor(shown: string) {
    this.secret = shown.replaceAll(" ", "");
  }

  /** Waits until one counts that was not given before; the code of the next half minute counts already. */
  async nextCode(): Promise<string> {
    const step = Math.max(Math.floor(Date.now() / STEP_MS), this.usedStep + 1);
    await until("the next code to count", () => Date.now() / STEP_MS >= step - 1, { withinMs: STEP_MS + 5_000 });
    this.usedStep = step;
    return generateHOTP(base32.decode(this.secret, { strict: false }), step);
  }
}
