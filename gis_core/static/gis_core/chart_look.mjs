/** How series are told apart: by colour, and by pattern, dash and point for who does not see colours, and on paper. */

import { token } from "./symbols.mjs";

const SIDE = 8; // of a pattern that repeats, in CSS pixels
const KINDS = 6;
const LETTERS = 12; // CSS pixels: where letters are larger, as on a wall, lines and points grow with them
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4], [1, 4], [12, 4]];
const POINTS = ["circle", "rect", "triangle", "rectRot", "crossRot", "star"];

const strokes = (pen, ...lines) => {
  pen.beginPath();
  for (const [from, to] of lines) {
    pen.moveTo(...from);
    pen.lineTo(...to);
  }
  pen.stroke();
};

const PATTERNS = [
  () => {},
  (pen) => strokes(pen, [[-2, 2], [2, -2]], [[-2, SIDE + 2], [SIDE + 2, -2]], [[SIDE - 2, SIDE + 2], [SIDE + 2, SIDE - 2]]),
  (pen) => {
    pen.beginPath();
    pen.arc(SIDE / 2, SIDE / 2, 1.6, 0, 2 * Math.PI);
    pen.fill();
  },
  (pen) => strokes(pen, [[SIDE / 2, 0], [SIDE / 2, SIDE]]),
  (pen) => strokes(pen, [[0, SIDE / 2], [SIDE, SIDE / 2]]),
  (pen) => strokes(pen, [[0, 0], [SIDE, SIDE]], [[0, SIDE], [SIDE, 0]]),
];

/** The fill of the series of that place: its colour, drawn over with its pattern. */
function fill(pen, place) {
  const kind = place % KINDS;
  const colour = token(`chart-${kind + 1}`);
  if (kind === 0) return colour;
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = SIDE;
  const own = sheet.getContext("2d");
  own.fillStyle = colour;
  own.fillRect(0, 0, SIDE, SIDE);
  own.fillStyle = own.strokeStyle = token("surface");
  own.lineWidth = 1.5;
  PATTERNS[kind](own);
  return pen.createPattern(sheet, "repeat");
}

export function barLook(pen, place, { font: { size } }) {
  const colour = token(`chart-${(place % KINDS) + 1}`);
  return { backgroundColor: fill(pen, place), borderColor: colour, borderWidth: 1, hoverBorderColor: token("text"), hoverBorderWidth: 2, maxBarThickness: 2.6 * size };
}

export function lineLook(place, { font: { size } }) {
  const unit = size / LETTERS;
  const colour = token(`chart-${(place % KINDS) + 1}`);
  return {
    borderColor: colour, backgroundColor: colour, borderWidth: 2 * unit, borderDash: DASHES[place % KINDS].map((length) => length * unit), pointStyle: POINTS[place % KINDS],
    pointRadius: 3.5 * unit, pointHoverRadius: 6 * unit, pointBorderColor: colour, pointBackgroundColor: token("surface"), pointBorderWidth: 2 * unit, spanGaps: false, clip: 6 * unit, // a point on the edge is whole
  };
}

/** Letters, grid and tooltip in the page's own colours and type; `size` of the letters follows the page. */
export function pageLook(element) {
  const { fontFamily } = getComputedStyle(document.body);
  const size = Number.parseFloat(getComputedStyle(element).fontSize);
  return { font: { family: fontFamily, size }, text: token("text"), muted: token("muted"), line: token("line"), edge: token("line-strong"), raised: token("raised") };
}
