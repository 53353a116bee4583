// Shown above what is polled: that it is loading, or that the server is away.

import { Late } from "../ui/late.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { words } from "../words/ui.ts";
import type { Polled } from "./use-polled.ts";

export const PolledState = ({ polled: { value, trouble } }: { polled: Polled<unknown> }) => (
  <>
    <div role="alert">{trouble ? <p class="notice bad">{trouble}</p> : null}</div>
    {value === null && !trouble ? (
      <>
        <Skeleton shape="panel" />
        <Late>{words.stillLoading}</Late>
      </>
    ) : null}
  </>
);
