// A notice about something that goes wrong: what, and what to do about it.

import { WarningIcon } from "./icons.tsx";

export const Advice = ({ what, todo }: { what: string; todo: string }) => (
  <p class="advice">
    <WarningIcon size="text" />
    <span>
      <strong>{what}</strong> {todo}
    </span>
  </p>
);
