/** A table on wide screens that becomes cards on narrow ones. */
import type { ComponentChildren } from 'preact';
import { say, type Words } from './language.ts';

export interface Column<Row> {
  name: Words;
  cell: (row: Row) => ComponentChildren;
  /** Right-aligned, for numbers and money. */
  isNumber?: boolean;
  /** Never squeezed to a word a line. */
  isWide?: boolean;
}

export interface TableProps<Row> {
  caption: Words;
  columns: Column<Row>[];
  rows: readonly Row[];
  idOf: (row: Row) => string;
  /** Shown as new for a moment. */
  fresh?: ReadonlySet<string>;
  rowTestId?: string;
}

export function Table<Row>({ caption, columns, rows, idOf, fresh, rowTestId }: TableProps<Row>) {
  return (
    <table>
      <caption class="hidden">{say(caption)}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.name.en} scope="col" class={classOf(column)}>
              {say(column.name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={idOf(row)} data-testid={rowTestId} class={fresh?.has(idOf(row)) ? 'fresh' : ''}>
            {columns.map((column) => (
              <td key={column.name.en} data-name={say(column.name)} class={classOf(column)}>
                <div>{column.cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const classOf = ({ isNumber, isWide }: Pick<Column<never>, 'isNumber' | 'isWide'>): string =>
  isNumber ? 'number' : isWide ? 'wide' : '';
