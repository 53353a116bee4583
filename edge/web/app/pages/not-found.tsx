// The page for an address that does not exist. Few see it, so that its code is loaded when it is needed.

import { lazyPart } from "../ui/lazy.tsx";
import type { MissingProps } from "./missing.tsx";

export const NotFound = lazyPart<MissingProps>(
  async () => (await import("./missing.tsx")).Missing,
  <main id="main" class="missing" aria-busy="true" />,
);
