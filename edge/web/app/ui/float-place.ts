// The place of what floats beside its opener: below it, or above where there is more room, and within the window.

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Size {
  width: number;
  height: number;
}

/** In CSS px, from the left and top of the window. */
export interface FloatPlace {
  left: number;
  top: number;
  /** What is higher scrolls. */
  heightMax: number;
}

/** Between the opener and what floats. */
const GAP_PX = 4;
/** To the edges of the window. */
const MARGIN_PX = 8;

/** The side of the opener where it floats if there is room. */
export type FloatSide = "above" | "below";

/** `wanted`: its size where it has all the room it wants. Their right edges stand in line where that fits, else the left ones. */
export function floatPlace(opener: Box, wanted: Size, window: Size, side: FloatSide = "below"): FloatPlace {
  const below = window.height - MARGIN_PX - (opener.bottom + GAP_PX);
  const above = opener.top - GAP_PX - MARGIN_PX;
  const [here, there] = side === "below" ? [below, above] : [above, below];
  const isBelow = (wanted.height <= here || here >= there) === (side === "below");
  const heightMax = Math.max(0, isBelow ? below : above);
  const height = Math.min(wanted.height, heightMax);
  const leftMax = window.width - MARGIN_PX - wanted.width;
  const inLine = opener.right - wanted.width;
  return {
    left: Math.max(MARGIN_PX, Math.min(leftMax, inLine < MARGIN_PX ? opener.left : inLine)),
    top: isBelow ? opener.bottom + GAP_PX : opener.top - GAP_PX - height,
    heightMax,
  };
}
