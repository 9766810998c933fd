/** Draws every `figure.chart` from its own table, which stays behind a button: the same numbers, as words. */

import { barLook, lineLook, pageLook } from "./chart_look.mjs";
import { inLines, isTime, next, read } from "./chart_table.mjs";
import { element } from "./elements.mjs";

const GAP = 10, ABOVE_AND_BELOW = 64, LEAST = 180, TALL = 260, MOST_NUMBERS = 24; // CSS pixels; bars that carry their number
const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** Beside each bar its number, as the table writes it: a look is enough, no pointer is needed. */
const numbers = {
  id: "numbers",
  afterDatasetsDraw(chart, _args, { told, colour, font, across }) {
    if (!told) return;
    const pen = chart.ctx;
    pen.save();
    pen.font = `${font.size}px ${font.family}`;
    pen.fillStyle = colour;
    pen.textAlign = across ? "left" : "center";
    pen.textBaseline = across ? "middle" : "bottom";
    chart.data.datasets.forEach((_, place) => {
      chart.getDatasetMeta(place).data.forEach((bar, row) => {
        if (told[place].values[row] !== null) pen.fillText(told[place].texts[row], bar.x + (across ? font.size / 2 : 0), bar.y - (across ? 0 : font.size / 3));
      });
    });
    pen.restore();
  },
};

function axis(look, more = {}) {
  return { grid: { color: look.line, drawTicks: false }, border: { color: look.edge }, ticks: { color: look.muted, font: look.font, padding: look.font.size / 2, autoSkipPadding: look.font.size, ...more.ticks }, ...more.axis };
}

/** Bars of what does not follow in time lie down: names have room, and more of them only make it longer. */
const liesDown = (kind, labels) => kind === "bar" && !isTime(labels);

function configuration({ kind, stacked, most, told }, look, pen, open) {
  const bars = kind === "bar";
  const across = liesDown(kind, told.labels);
  const few = bars && !stacked && told.labels.length * told.series.length <= MOST_NUMBERS;
  const letters = pen.canvas.parentElement.clientWidth / look.font.size / 3; // a third of the width is for names
  const lines = (_value, index) => (across ? inLines(told.labels[index], letters) : told.labels[index]);
  const named = axis(look, { ticks: { maxRotation: 0, callback: lines }, axis: { grid: { display: false }, stacked, offset: true } });
  const counted = axis(look, { axis: { beginAtZero: true, max: most, stacked, grace: few ? "8%" : 0 }, ticks: { precision: 0, maxTicksLimit: 6 } });
  return {
    type: kind,
    data: {
      labels: told.labels,
      datasets: told.series.map(({ label, values }, place) => ({ label, data: values, ...(bars ? barLook(pen, place, look) : lineLook(place, look)) })),
    },
    options: {
      indexAxis: across ? "y" : "x", scales: across ? { x: counted, y: named } : { x: named, y: counted },
      animation: false, responsive: true, maintainAspectRatio: false, devicePixelRatio: Math.max(2, devicePixelRatio), locale: document.documentElement.lang,
      layout: { padding: { right: (across && few ? 4.4 : 0.7) * look.font.size, top: few && !across ? 1.4 * look.font.size : 0 } },
      interaction: { mode: "nearest", intersect: false, axis: across ? "y" : "x" },
      onClick: (_event, found) => found.length && open(found[0]),
      onHover: ({ native }, found) => native?.target.classList.toggle("opens", Boolean(found.length && told.series[found[0].datasetIndex].links[found[0].index])),
      plugins: {
        legend: { display: told.several, position: "bottom", labels: { color: look.text, font: look.font, usePointStyle: !bars, boxWidth: (bars ? 2 : 0.7) * look.font.size, boxHeight: (bars ? 1 : 0.7) * look.font.size, padding: 1.3 * look.font.size } },
        numbers: { told: few ? told.series : null, colour: look.text, font: look.font, across },
        tooltip: {
          backgroundColor: look.raised, titleColor: look.text, bodyColor: look.text, borderColor: look.edge, borderWidth: 1, titleFont: look.font, bodyFont: look.font, displayColors: false,
          callbacks: { label: ({ datasetIndex, dataIndex }) => `${told.series[datasetIndex].label} ${told.series[datasetIndex].texts[dataIndex]}` },
        },
      },
    },
    plugins: [numbers],
  };
}

class Drawn {
  constructor(figure, Chart) {
    const { chart: kind, stacked, most } = figure.dataset;
    Object.assign(this, { Chart, kind, stacked: stacked !== undefined, most: Number(most) || undefined, table: figure.querySelector("table"), at: null });
    const caption = figure.querySelector("figcaption");
    this.title = caption?.dataset.title ?? caption?.textContent.trim() ?? "";
    this.canvas = element("canvas", { tabindex: "0", role: "img" });
    this.plot = element("div", { class: "chart-plot" }, this.canvas);
    this.says = element("p", { class: "visually-hidden", role: "status" });
    this.button = element("button", { type: "button", class: "chart-turn" });
    this.button.addEventListener("click", () => this.turn(!this.plot.hidden));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.canvas.addEventListener("blur", () => this.show(null));
    (caption ?? figure).append(this.button);
    this.holder = this.table.closest(".scroll-x") ?? this.table;
    this.holder.before(this.plot, this.says);
    this.turn(false);
    this.draw();
  }

  draw() {
    this.told = read(this.table);
    this.chart?.destroy();
    const look = pageLook(this.plot);
    const { labels, series } = this.told;
    const bars = this.stacked ? 1 : Math.max(1, series.length);
    const wanted = liesDown(this.kind, labels) ? labels.length * bars * (look.font.size + GAP) + ABOVE_AND_BELOW : TALL;
    this.plot.style.setProperty("--chart-height", `${Math.max(LEAST, wanted)}px`);
    const hint = gettext("%(title)s, as a picture of the table. Arrow keys go from value to value, Enter opens the list behind it.");
    this.canvas.setAttribute("aria-label", interpolate(hint, { title: this.title }, true));
    const open = ({ datasetIndex, index }) => this.open({ one: datasetIndex, row: index });
    this.chart = new this.Chart(this.canvas, configuration(this, look, this.canvas.getContext("2d"), open));
    this.at = null;
  }

  /** Either the table or the picture; the button says which comes next. */
  turn(asTable) {
    this.plot.hidden = asTable;
    this.holder.hidden = !asTable;
    this.button.textContent = asTable ? gettext("Show as a picture") : gettext("Show as a table");
  }

  key(event) {
    const { series } = this.told;
    if (event.key === "Enter" && this.at) return this.open(this.at);
    if (event.key === "Escape") return this.show(null);
    if (!(event.key in STEPS) || !series.length) return undefined;
    event.preventDefault();
    const otherSeries = series.length > 1 && (event.key === "ArrowUp" || event.key === "ArrowDown") !== (this.chart.options.indexAxis === "y");
    const step = STEPS[event.key];
    if (!this.at) return this.show(next(this.told, { row: -1, one: 0 }, 1));
    if (otherSeries) return this.show({ ...this.at, one: (this.at.one + step + series.length) % series.length });
    return this.show(next(this.told, this.at, step) ?? this.at);
  }

  show(at) {
    this.at = at;
    const active = at ? [{ datasetIndex: at.one, index: at.row }] : [];
    this.chart.setActiveElements(active);
    this.chart.tooltip.setActiveElements(active, { x: 0, y: 0 });
    this.chart.update("none");
    this.says.textContent = at ? [this.told.labels[at.row], this.told.series[at.one].label, this.told.series[at.one].texts[at.row]].join(" · ") : "";
  }

  open({ one, row }) {
    const href = this.told.series[one]?.links[row];
    if (href) location.assign(href);
  }
}

const drawn = new Map();

/** Draw what is not drawn yet below `root`, and anew what is; where the library does not come, tables stay as they are. */
export async function draw(root = document) {
  const figures = [...root.querySelectorAll("figure.chart[data-chart]")].filter((figure) => figure.querySelector("tbody td"));
  if (!figures.length) return;
  await import("../chart/chart.umd.min.js");
  for (const figure of figures) {
    if (drawn.has(figure)) drawn.get(figure).draw();
    else drawn.set(figure, new Drawn(figure, globalThis.Chart));
  }
}

export const forget = (figure) => {
  drawn.get(figure)?.chart.destroy();
  drawn.delete(figure);
};

const again = () => drawn.forEach((one) => one.draw());
let theme = "";

/** Paper is white, whatever the screen is. */
function onPaper(begins) {
  const root = document.documentElement;
  if (begins) theme = root.dataset.theme;
  root.dataset.theme = begins ? "light" : theme;
  again();
}

document.addEventListener("themechange", again);
addEventListener("beforeprint", () => onPaper(true));
addEventListener("afterprint", () => onPaper(false));
if (document.querySelector("figure.chart[data-chart]")) draw().catch(() => {});
