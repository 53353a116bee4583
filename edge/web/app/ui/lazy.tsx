// Pages that are not in the first load: their code is loaded when they are first shown, or asked for before.

import { useSignal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { after } from "../clock.ts";
import { words } from "../words/ui.ts";
import { showTrouble } from "./toast.ts";

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

const RETRY_MS = 5_000;

type LazyPart<Props extends object> = ComponentType<Props> & {
  /** Asks for the code before it is needed. */
  preload(): void;
};

/**
 * Wraps a part of a page that is loaded on first use. `meanwhile`: shown until its code is there; default: nothing. What cannot be loaded is
 * said, and asked for again as long as it is wanted.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: ComponentChildren = null,
): LazyPart<Props> {
  let loaded: ComponentType<Props> | null = null;
  const fetched = async () => {
    loaded ??= await load();
  };
  function Part(props: Props) {
    const isLoaded = useSignal(loaded !== null);
    useEffect(() => {
      let cancel = () => {};
      const ask = (isFirst: boolean) =>
        fetched().then(
          () => {
            isLoaded.value = true;
          },
          () => {
            if (isFirst) showTrouble(words.notLoaded);
            cancel = after(RETRY_MS, () => void ask(false));
          },
        );
      if (!loaded) void ask(true);
      return () => cancel();
    }, [isLoaded]);
    const Shown = loaded;
    return isLoaded.value && Shown ? <Shown {...props} /> : meanwhile;
  }
  return Object.assign(Part as ComponentType<Props>, { preload: () => void fetched().catch(() => {}) });
}
