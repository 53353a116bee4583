// A table: caption, columns that can be sorted, 50 rows and then more. In a narrow window each row is a block with labels.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { ChevronIcon } from "./icons.tsx";
import type { List } from "./list.ts";
import { LoadMore } from "./load-more.tsx";
import { nextOrder, ordered, type SortValue, type TableOrder } from "./table-order.ts";

export interface Column<Row> {
  word: string;
  /** What opens the row is a link in the first cell. */
  cell(row: Row): ComponentChildren;
  /** On the right, with figures of one width. Default false. */
  isFigure?: boolean;
  /** Long text: may break anywhere. Default false. */
  isWide?: boolean;
  /** Only for a table whose rows are all there: it sorts those that are shown. Default: the column cannot be sorted. */
  sortBy?(row: Row): SortValue;
}

interface TableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string;
  /** Loads further rows. Default: all are there. */
  list?: Pick<List<Row>, "hasMore" | "more">;
}

const ROWS_SHOWN = 50;

export function Table<Row>({ caption, columns, rows, keyOf, list }: TableProps<Row>) {
  const order = useSignal<TableOrder | null>(null);
  const length = useSignal(ROWS_SHOWN);
  const sortBy = columns.find(({ word }) => word === order.value?.column)?.sortBy;
  const all = sortBy ? ordered(rows, sortBy, order.value!.isDescending) : rows;
  const shown = list ? all : all.slice(0, length.value);
  const rest: Pick<List<Row>, "hasMore" | "more"> = list ?? {
    hasMore: rows.length > shown.length,
    async more() {
      length.value += ROWS_SHOWN;
    },
  };
  return (
    <div class="table-box">
      <table class="table">
        <caption class="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.word} column={column} order={order.value} onOrder={(next) => (order.value = next)} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.word} data-label={column.word} class={lookOf(column)}>
                  <div>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <LoadMore list={rest} />
    </div>
  );
}

interface HeadProps<Row> {
  column: Column<Row>;
  order: TableOrder | null;
  onOrder(order: TableOrder | null): void;
}

function Head<Row>({ column, order, onOrder }: HeadProps<Row>) {
  const { word, isFigure = false, sortBy } = column;
  const isHere = order?.column === word;
  const direction = !isHere ? undefined : order.isDescending ? "descending" : "ascending";
  return (
    <th scope="col" class={lookOf(column)} aria-sort={sortBy ? (direction ?? "none") : undefined}>
      {sortBy ? (
        <button type="button" class="table-sort" onClick={() => onOrder(nextOrder(order, word, isFigure))}>
          {word}
          <ChevronIcon size="text" />
        </button>
      ) : (
        word
      )}
    </th>
  );
}

const lookOf = ({ isFigure, isWide }: Pick<Column<never>, "isFigure" | "isWide">) =>
  isFigure ? "table-figure" : isWide ? "table-wide" : undefined;
