// What the banner about an unconfirmed e-mail address says. Few people see it: it is loaded for them.

import { CloseIcon } from "./icons.tsx";
import { ResendEmail } from "./resend-email.tsx";

export const UnconfirmedAside = ({ email, onClose }: { email: string; onClose(): void }) => (
  <aside class="unconfirmed" aria-label="Your e-mail address">
    <p>
      Confirm your e-mail address: we sent a link to <strong>{email}</strong>.
    </p>
    <ResendEmail />
    <button type="button" class="icon-button" onClick={onClose} aria-label="Not now" title="Not now">
      <CloseIcon />
    </button>
  </aside>
);
