// Pages that most visitors never open: their code is loaded when they are first shown.

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

/** Wraps a component that is loaded on first use; shows an empty page until then. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const state = useSignal<"loading" | "loaded" | "failed">(loaded ? "loaded" : "loading");
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          state.value = "loaded";
        },
        () => {
          state.value = "failed";
        },
      );
    }, [state]);
    const Component = loaded;
    if (state.value === "loaded" && Component) return <Component {...props} />;
    return (
      <main id="main" class="desk" aria-busy={state.value === "loading"}>
        {state.value === "failed" ? (
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
