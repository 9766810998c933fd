/** The map's pictures, drawn from the page's own symbols and tokens: list, legend and map look the same. */

export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const STAGES = ["overdue", "waiting", "assigned", "working", "check", "closed"];
const BOX = 24; // CSS pixels: the 18 of the symbol and room for its outline
const SCALE = 2; // drawn at twice the size, for dense screens

function canvas(size) {
  const sheet = document.createElement("canvas");
  sheet.width = sheet.height = size * SCALE;
  const pen = sheet.getContext("2d");
  pen.scale(SCALE, SCALE);
  return pen;
}

const picture = (pen) => pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);

function stagePicture(stage) {
  const pen = canvas(BOX);
  const shape = new Path2D(document.getElementById(`symbol-${stage}`).getAttribute("d"));
  pen.translate(BOX / 2, BOX / 2);
  pen.lineJoin = pen.lineCap = "round";
  if (stage === "closed") {
    stroke(pen, shape, token("land-halo"), 5);
    stroke(pen, shape, token("s-closed"), 2.6);
  } else {
    pen.fillStyle = token(`s-${stage}`);
    pen.fill(shape);
    stroke(pen, shape, token("s-line"), 1.6);
  }
  return picture(pen);
}

function stroke(pen, shape, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke(shape);
}

const TILE = 12; // side of a pattern that repeats

function hatch() {
  const pen = canvas(TILE);
  pen.strokeStyle = token("hatch");
  pen.lineWidth = 1.4;
  for (const shift of [-TILE, 0, TILE]) {
    pen.beginPath();
    pen.moveTo(shift, TILE);
    pen.lineTo(shift + TILE, 0);
    pen.stroke();
  }
  return picture(pen);
}

function dots() {
  const pen = canvas(TILE);
  pen.fillStyle = token("hatch");
  for (const [x, y] of [[3, 3], [9, 9]]) {
    pen.beginPath();
    pen.arc(x, y, 1.3, 0, 2 * Math.PI);
    pen.fill();
  }
  return picture(pen);
}

/** Upright lines: a cell of which too little was seen. */
function upright() {
  const pen = canvas(TILE);
  pen.strokeStyle = token("c-thin-line");
  pen.lineWidth = 1.2;
  for (const x of [3, 9]) {
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, TILE);
    pen.stroke();
  }
  return picture(pen);
}

/** Both ways: ground in two cells. */
function crossed() {
  const pen = canvas(TILE);
  pen.strokeStyle = token("text");
  pen.lineWidth = 1;
  for (const [from, to] of [[[0, 0], [TILE, TILE]], [[0, TILE], [TILE, 0]]]) {
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }
  return picture(pen);
}

/** Give the map its pictures, or give it them again in another theme's colours. */
export function drawPictures(map) {
  const all = [
    ...STAGES.map((stage) => [`case-${stage}`, stagePicture(stage)]),
    ["gap-gap", hatch()],
    ["gap-unstaffed", dots()],
    ["gap-thin", upright()],
    ["gap-overlap", crossed()],
  ];
  for (const [name, image] of all) {
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: SCALE });
  }
}
