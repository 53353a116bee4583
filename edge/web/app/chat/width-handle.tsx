// The left edge of the chat, to be dragged or moved by the arrow keys. The width is kept on this device.

import { changeLook, look } from "../look/current-look.ts";
import { allowedChatWidth, CHAT_WIDTH_PX } from "../look/look.ts";
import { words } from "../words/chat.ts";

const STEP_PX = 20;

export function WidthHandle() {
  const widthPx = look.value.chatWidthPx;
  const set = (px: number, isKept: boolean) => changeLook({ chatWidthPx: allowedChatWidth(px) }, { isKept });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a control (ARIA 1.2 §5.4), which <hr> is not.
    <div
      class="width-handle"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={words.width}
      aria-valuenow={widthPx}
      aria-valuemin={CHAT_WIDTH_PX.min}
      aria-valuemax={CHAT_WIDTH_PX.max}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const { currentTarget: handle, pointerId, clientX } = event;
        if (!handle.hasPointerCapture(pointerId)) return;
        const end = handle.parentElement?.getBoundingClientRect().right ?? clientX;
        set(end - clientX, false);
      }}
      onLostPointerCapture={() => set(look.peek().chatWidthPx, true)}
      onDblClick={() => set(CHAT_WIDTH_PX.usual, true)}
      onKeyDown={(event) => {
        const by = { ArrowLeft: STEP_PX, ArrowRight: -STEP_PX }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        set(widthPx + by, true);
      }}
    />
  );
}
