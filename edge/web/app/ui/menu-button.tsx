// A button that opens a menu. Arrow down begins at the first entry, arrow up at the last.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Menu, type MenuProps } from "./menu.tsx";

interface MenuButtonProps extends Pick<MenuProps, "groups" | "head" | "side"> {
  /** Name of the button. */
  label: string;
  /** Of the menu, for screen readers. Default: as the button. */
  menuLabel?: string;
  /** Shown by the pointer. Default: the name. */
  tooltip?: string;
  /** Class of the button. */
  look: string;
  onOpen?(): void;
  /** Face of the button. */
  children: ComponentChildren;
}

export function MenuButton(props: MenuButtonProps) {
  const { label, menuLabel = label, tooltip = label, look, groups, head, side, onOpen, children } = props;
  const open = useSignal<"no" | "yes" | "first" | "last">("no");
  const button = useRef<HTMLButtonElement>(null);
  const show = (where: "yes" | "first" | "last") => {
    open.value = where;
    onOpen?.();
  };
  const close = () => {
    open.value = "no";
  };
  const begins = open.value === "first" || open.value === "last" ? open.value : undefined;
  return (
    <>
      <button
        ref={button}
        type="button"
        class={look}
        aria-haspopup="menu"
        // The open menu changes it.
        aria-expanded="false"
        aria-label={label}
        title={tooltip}
        onClick={() => (open.value === "no" ? show("yes") : close())}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          event.stopPropagation();
          show(event.key === "ArrowDown" ? "first" : "last");
        }}
      >
        {children}
      </button>
      {open.value !== "no" && button.current ? (
        <Menu
          label={menuLabel}
          groups={groups}
          opener={button.current}
          onClose={close}
          head={head}
          side={side}
          {...(begins && { begins })}
        />
      ) : null}
    </>
  );
}
