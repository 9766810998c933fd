/** What a table says as rows and series: the table stays the source, a picture is only another way to see it. */

const SIGNS = /[\s,\u00a0%％]/g;
const TIME = /^\d{4}(-\d{2}){0,2}$/;

/** The number of a cell, `data-value` before its text; null where the cell holds none (–, empty). */
export function numberOf(cell) {
  const text = (cell.dataset.value ?? cell.textContent).replaceAll(SIGNS, "").replace("−", "-");
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}

const words = (cell) => cell.textContent.trim().replaceAll(/\s+/g, " ");
const link = (cell) => cell?.querySelector("a[href]")?.getAttribute("href") ?? "";

/**
 * {labels, series: [{label, values, texts, links}], several}; a series without a number is left out, and `several` says
 * whether the table has more than one, so that the one that stays must be named. The first column names the rows, the others are series, without
 * those whose head has `data-chart="no"`. A row with `data-chart="no"` (a sum) is left out. A cell's own link goes
 * before that of its row's name.
 */
export function read(table) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.dataset.chart !== "no" && row.cells.length === heads.length);
  const columns = heads.map((_, index) => index).filter((index) => index > 0 && heads[index].dataset.chart !== "no");
  const series = columns.map((index) => ({
    label: words(heads[index]),
    values: rows.map((row) => numberOf(row.cells[index])),
    texts: rows.map((row) => words(row.cells[index])),
    links: rows.map((row) => link(row.cells[index]) || link(row.cells[0])),
  }));
  return { labels: rows.map((row) => words(row.cells[0])), series: series.filter(({ values }) => values.some((value) => value !== null)), several: columns.length > 1 };
}

/** Whether the rows follow one another in time: then they run from left to right. */
export const isTime = (labels) => labels.length > 0 && labels.every((label) => TIME.test(label));

/** A long name in lines of about `most` letters, broken behind punctuation and spaces or before a bracket alone. */
export function inLines(text, most) {
  const found = [""];
  for (const phrase of text.split(/(?<=[：:、，, ])|(?=[（(])/u)) {
    if (found.at(-1) && (found.at(-1) + phrase).length > most) found.push("");
    found[found.length - 1] += phrase;
  }
  return found.map((line) => line.trim());
}

/** The next value that there is from (row, series), `step` further along the rows; null at either end. */
export function next({ labels, series }, { row, one }, step) {
  for (let place = row + step; place >= 0 && place < labels.length; place += step) {
    if (series[one].values[place] !== null) return { row: place, one };
  }
  return null;
}
