/** What is carried as a picture that does not move, there at once: the library of the map is half a megabyte. It shows
 *  what the map will show, in the same place, and stays where the browser cannot draw the map. */

import { token } from "../symbols.mjs";
import { middle } from "./place.mjs";
import { stageNow } from "./words.mjs";

const TILE = 512; // pixels of the world at zoom 0, as MapLibre has it
const PADDING = 32;
const NEAREST_ZOOM = 15;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** Web Mercator, 0 to 1. */
const flat = ([lon, lat]) => [(lon + 180) / 360, (1 - Math.asinh(Math.tan(radians(lat))) / Math.PI) / 2];

/** How a place comes onto a sheet of so many pixels that holds these bounds. */
function onto([southWest, northEast], width, height) {
  const [[west, south], [east, north]] = [flat(southWest), flat(northEast)];
  const fits = Math.min((width - 2 * PADDING) / (east - west), (height - 2 * PADDING) / (south - north));
  const scale = Math.min(fits, TILE * 2 ** NEAREST_ZOOM);
  return (place) => {
    const [x, y] = flat(place);
    return [(x - (west + east) / 2) * scale + width / 2, (y - (north + south) / 2) * scale + height / 2];
  };
}

function outline({ type, coordinates }, at) {
  const path = new Path2D();
  for (const ring of (type === "Polygon" ? [coordinates] : coordinates).flat()) {
    ring.forEach((place, nth) => path[nth ? "lineTo" : "moveTo"](...at(place)));
    path.closePath();
  }
  return path;
}

function land(pen, { areas, cells }, at) {
  const groups = [...new Set(areas.map(({ group }) => group?.code).filter(Boolean))].sort();
  const paths = areas.map(({ geometry }) => outline(geometry, at));
  areas.forEach(({ group }, nth) => {
    pen.fillStyle = token(group ? `land-${(groups.indexOf(group.code) % 3) + 1}` : "land-none");
    pen.fill(paths[nth], "evenodd");
  });
  pen.strokeStyle = token("grid-line");
  for (const { mine, geometry } of cells) {
    pen.lineWidth = mine ? 2.5 : 0.6;
    pen.stroke(outline(geometry, at));
  }
  [pen.strokeStyle, pen.lineWidth] = [token("land-edge"), 1.5];
  paths.forEach((path) => pen.stroke(path));
}

function names(pen, { areas }, at) {
  Object.assign(pen, { font: `13px ${getComputedStyle(document.body).fontFamily}`, textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3, strokeStyle: token("land-halo"), fillStyle: token("land-text") });
  for (const { name, geometry } of areas) {
    const place = at(middle(geometry));
    pen.strokeText(name, ...place);
    pen.fillText(name, ...place);
  }
}

function symbols(pen, cases, at) {
  Object.assign(pen, { lineWidth: 1.6, lineJoin: "round", strokeStyle: token("s-line") });
  for (const kase of cases) {
    const stage = stageNow(kase);
    const shape = new Path2D();
    shape.addPath(new Path2D(document.getElementById(`symbol-${stage}`).getAttribute("d")), new DOMMatrix().translate(...at([kase.lon, kase.lat])));
    pen.fillStyle = token(`s-${stage}`);
    pen.fill(shape);
    pen.stroke(shape);
  }
}

function person(pen, { lon, lat }, at) {
  Object.assign(pen, { fillStyle: token("accent"), strokeStyle: token("surface"), lineWidth: 3 });
  pen.beginPath();
  pen.arc(...at([lon, lat]), 7, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
}

/** A canvas at the head of `container`; null where the browser has none. */
export function sketch(container, { pack, cases, here }, bounds) {
  const { clientWidth: width, clientHeight: height } = container;
  const sheet = Object.assign(document.createElement("canvas"), { className: "land-sketch", width: width * devicePixelRatio, height: height * devicePixelRatio });
  const pen = sheet.getContext("2d");
  if (!pen || !width) return null;
  const at = onto(bounds, width, height);
  const inside = cases.filter(({ lon, lat }) => {
    const [x, y] = at([lon, lat]);
    return x > 0 && y > 0 && x < width && y < height;
  });
  pen.scale(devicePixelRatio, devicePixelRatio);
  land(pen, pack, at);
  names(pen, pack, at);
  symbols(pen, inside.reverse(), at); // the nearest last, and so on top
  if (here) person(pen, here, at);
  sheet.setAttribute("aria-hidden", "true"); // the list says the same
  container.prepend(sheet);
  return sheet;
}
