// A region that loads: after 200 ms a skeleton of what will be there, after 5 s words, and then the content in the same place.

import type { ComponentChildren } from "preact";
import { words } from "../words/ui.ts";
import { Late } from "./late.tsx";

interface LoadingProps {
  isLoading: boolean;
  skeleton: ComponentChildren;
  children: ComponentChildren;
}

export const Loading = ({ isLoading, skeleton, children }: LoadingProps) => (
  <div aria-busy={isLoading}>
    {isLoading ? (
      <>
        {skeleton}
        <Late>{words.stillLoading}</Late>
      </>
    ) : (
      children
    )}
  </div>
);
