// Pages that most visitors never open: their code comes when they are first shown.

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

/** A component in the place of one that is still to be loaded; until then an empty page of the same frame. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const state = useSignal<"loading" | "there" | "away">(loaded ? "there" : "loading");
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          state.value = "there";
        },
        () => {
          state.value = "away";
        },
      );
    }, [state]);
    const Component = loaded;
    if (state.value === "there" && Component) return <Component {...props} />;
    return (
      <main id="main" class="desk" aria-busy={state.value === "loading"}>
        {state.value === "away" ? (
          <p class="notice bad" role="alert">
            This page could not be loaded.{" "}
            <a href={window.location.pathname + window.location.search} target="_self">
              Try again
            </a>
          </p>
        ) : null}
      </main>
    );
  };
}
