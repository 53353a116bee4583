// Pages that are not in the first load: their code is loaded when they are first shown, or asked for before.

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

export interface LazyPage<Props extends object> {
  /** Shows an empty page until its code is there. */
  Component: ComponentType<Props>;
  /** Resolves when the code is there, or cannot be loaded. */
  preload(): Promise<void>;
}

/** Wraps a component that is loaded on first use. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPage<Props> {
  let loaded: ComponentType<Props> | null = null;
  const fetched = async () => {
    loaded = await load();
  };
  function Lazy(props: Props) {
    const state = useSignal<"loading" | "loaded" | "failed">(loaded ? "loaded" : "loading");
    useEffect(() => {
      if (loaded) return;
      fetched().then(
        () => {
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
  }
  return { Component: Lazy, preload: () => fetched().catch(() => {}) };
}

/** Wraps a part of a page that is loaded on first use. Nothing is shown until its code is there, and if it cannot be loaded. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Part(props: Props) {
    const isLoaded = useSignal(loaded !== null);
    useEffect(() => {
      if (isLoaded.value) return;
      load().then(
        (part) => {
          loaded = part;
          isLoaded.value = true;
        },
        () => {},
      );
    }, [isLoaded]);
    const Shown = loaded;
    return isLoaded.value && Shown ? <Shown {...props} /> : null;
  };
}
