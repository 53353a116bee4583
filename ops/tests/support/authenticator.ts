// An authenticator app for tests: time-based codes (RFC 6238), never the same twice, because the server accepts each once.

import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { until } from "./until.ts";

const STEP_MS = 30_000;

export class Authenticator {
  /** Base32, without spaces. */
  readonly secret: string;
  private usedStep = 0;

  /** `shown`: the secret as displayed on the page. */
  constructor(shown: string) {
    this.secret = shown.replaceAll(" ", "");
  }

  /** A code that was not returned before; waits for it if needed. The server accepts the code of the next time step already. */
  async nextCode(): Promise<string> {
    const step = Math.max(Math.floor(Date.now() / STEP_MS), this.usedStep + 1);
    await until("the next code to be valid", () => Date.now() / STEP_MS >= step - 1, { withinMs: STEP_MS + 5_000 });
    this.usedStep = step;
    return generateHOTP(base32.decode(this.secret, { strict: false }), step);
  }
}
