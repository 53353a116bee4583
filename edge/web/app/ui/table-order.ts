// The order of a table's rows: as they came, or by one column.

export type SortValue = string | number | null;

export interface TableOrder {
  column: string;
  isDescending: boolean;
}

/** What a press on a column's button leads to: one way, the other way, and back to the order in which the rows came. */
export function nextOrder(order: TableOrder | null, column: string, isFigure: boolean): TableOrder | null {
  const first = isFigure; // The largest figure is what one looks for.
  if (order?.column !== column) return { column, isDescending: first };
  return order.isDescending === first ? { column, isDescending: !first } : null;
}

/** Stable; rows without a value come last either way. */
export function ordered<Row>(rows: readonly Row[], sortBy: (row: Row) => SortValue, isDescending: boolean): Row[] {
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [sortBy(a), sortBy(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (typeof x === "number" && typeof y === "number" ? x - y : `${x}`.localeCompare(`${y}`, "en"));
  });
}
