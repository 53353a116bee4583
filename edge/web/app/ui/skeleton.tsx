// Grey shapes where content will be, of its true size and number. A screen reader hears of the region that it is busy.

interface SkeletonProps {
  /** `text`: lines of text. `rows`: a list with a picture in front. `panel`: one large box. */
  shape: "text" | "rows" | "panel";
  /** How many lines or rows. Default 3. */
  count?: number;
}

export const Skeleton = ({ shape, count = 3 }: SkeletonProps) => (
  <div class={`skeleton skeleton-${shape}`} aria-hidden="true">
    {shape === "panel" ? (
      <i />
    ) : (
      Array.from({ length: count }, (_, at) => (
        <div key={`${at}`}>
          {shape === "rows" ? <span class="avatar avatar-m" /> : null}
          <i />
        </div>
      ))
    )}
  </div>
);
