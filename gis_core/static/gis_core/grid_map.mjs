/** The map of a grid draft: cells, the corners of the chosen one, faults; what is dragged or moved with the keys is shown
 *  at once in every cell that shares it, and told when it is let go. */

import { handles, shifted, withMoves } from "./grid_draft.mjs";
import { token } from "./symbols.mjs";

const FONT = ["sans-serif"];
const REACH = 8; // pixels that a finger or a hand may be off a corner
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const NAMED = 11; // zoom from which cells have room for their numbers; below, a sign tells what colour alone would not
const PAUSE = 700; // ms after the last arrow until a move is told
const STATE = ["get", "state"];

/** Where a cell's name stands, once whatever tiles it lies in: the middle of gravity of its first ring. */
function middle({ geometry }) {
  const ring = geometry.coordinates[0][0];
  const [x0, y0] = ring[0];
  let [twice, east, north] = [0, 0, 0];
  for (let at = 0; at < ring.length - 1; at += 1) {
    const [ax, ay, bx, by] = [ring[at][0] - x0, ring[at][1] - y0, ring[at + 1][0] - x0, ring[at + 1][1] - y0];
    const cross = ax * by - bx * ay;
    [twice, east, north] = [twice + cross, east + (ax + bx) * cross, north + (ay + by) * cross];
  }
  return twice ? [x0 + east / (3 * twice), y0 + north / (3 * twice)] : ring[0];
}

const collection = (features) => ({ type: "FeatureCollection", features });
const point = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
const byState = (fresh, changed, retired, same) => ["match", STATE, "new", fresh, "changed", changed, "retired", retired, same];

/** Sources and layers over the land's own; colours are read again with the theme. */
export function layersOf(style) {
  const layer = (id, source, type, rest) => ({ id, source, type, ...rest });
  for (const name of ["cells", "names", "fault", "corners"]) style.sources[name] = { type: "geojson", data: collection([]) };
  const chosen = ["boolean", ["get", "chosen"], false];
  style.layers.push(
    layer("cells-fill", "cells", "fill", {
      paint: {
        "fill-color": ["case", chosen, token("accent"), byState(token("good"), token("warn"), token("muted"), token("surface"))],
        "fill-opacity": ["case", chosen, 0.3, byState(0.28, 0.28, 0.12, 0.35)],
      },
    }),
    layer("cells-line", "cells", "line", {
      filter: ["!=", STATE, "retired"],
      paint: { "line-color": ["case", chosen, token("accent"), token("grid-line")], "line-width": ["case", chosen, 2.5, 1] },
    }),
    layer("cells-retired", "cells", "line", {
      filter: ["==", STATE, "retired"],
      paint: { "line-color": token("muted"), "line-width": 1.2, "line-dasharray": [3, 2] },
    }),
    layer("fault-fill", "fault", "fill", { paint: { "fill-color": token("danger"), "fill-opacity": 0.25 } }),
    layer("fault-line", "fault", "line", { paint: { "line-color": token("danger"), "line-width": 3 } }),
    layer("cells-sign", "names", "symbol", {
      maxzoom: NAMED, filter: ["!=", STATE, "same"],
      layout: { "text-field": byState("＋", "△", "×", ""), "text-font": FONT, "text-size": 12, "text-allow-overlap": true },
      paint: { "text-color": token("land-text"), "text-halo-color": token("land-halo"), "text-halo-width": 1.4 },
    }),
    layer("cells-name", "names", "symbol", {
      minzoom: NAMED,
      layout: {
        "text-field": ["concat", byState("＋", "△", "×", ""), ["slice", ["get", "code"], 12]], "text-font": FONT,
        "text-size": 12, "text-padding": 4,
      },
      paint: { "text-color": token("land-text"), "text-halo-color": token("land-halo"), "text-halo-width": 1.4 },
    }),
    layer("corners-dot", "corners", "circle", {
      paint: {
        "circle-radius": ["case", ["get", "held"], 7, ["get", "edge"], 4, 5],
        "circle-color": ["case", ["get", "held"], token("accent"), token("surface")],
        "circle-opacity": ["case", ["get", "edge"], 0.85, 1],
        "circle-stroke-color": token("accent"), "circle-stroke-width": ["case", ["get", "edge"], 1.2, 2],
      },
    }),
  );
}

export class GridMap {
  /** `onChoose(key, more)`, `onHold()`, `onMove(moves, snap)` when something was moved and let go, `onPrune(place)` when a
   *  corner shall go. */
  constructor(map, draft, { onChoose, onHold, onMove, onPrune }) {
    Object.assign(this, { map, draft, onChoose, onHold, onMove, onPrune, chosen: [], held: null, moves: [], fault: null, drawing: false });
    map.on("click", (event) => this.clicked(event));
    for (const begin of ["mousedown", "touchstart"]) map.on(begin, (event) => this.taken(event));
    map.on("dblclick", (event) => this.clickedTwice(event));
    map.getContainer().addEventListener("keydown", (event) => this.key(event), true);
    map.on("styledata", () => this.paint());
  }

  get cell() {
    return this.chosen.length === 1 ? this.draft.cells.get(this.chosen[0]) : null;
  }

  choose(keys) {
    this.chosen = keys.filter((key) => this.draft.cells.has(key));
    this.held = null;
    this.paint();
  }

  /** Metres that so many pixels are here. */
  metres(pixels) {
    const [a, b] = [this.map.unproject([0, 0]), this.map.unproject([pixels, 0])];
    return (b.lng - a.lng) * 111_320 * Math.cos((this.map.getCenter().lat * Math.PI) / 180);
  }

  handles() {
    return this.cell && this.draft.editable && this.cell.properties.state !== "retired" ? handles(withMoves(this.cell, this.moves)) : [];
  }

  paint() {
    const { map } = this;
    if (!map.getSource("cells")) return;
    const cells = [...this.draft.cells.values()].map((one) => {
      const moved = this.moves.length ? withMoves(one, this.moves) : one;
      return { ...moved, properties: { ...moved.properties, chosen: this.chosen.includes(one.id) } };
    });
    map.getSource("cells").setData(collection(cells));
    map.getSource("names").setData(collection(cells.map((one) => point(middle(one), one.properties))));
    map.getSource("corners").setData(collection(this.handles().map(({ place, ends }, at) => point(place, { at, edge: Boolean(ends), held: at === this.held }))));
    map.getSource("fault").setData(collection(this.fault ? [{ type: "Feature", properties: {}, geometry: this.fault }] : []));
  }

  /** The corner or edge within reach of a pixel, corners first; null where there is none. */
  near({ x, y }) {
    let best = null;
    this.handles().forEach(({ place, ends }, at) => {
      const spot = this.map.project(place);
      const off = Math.hypot(spot.x - x, spot.y - y) + (ends ? 0.5 : 0);
      if (off <= REACH && (!best || off < best.off)) best = { at, off };
    });
    return best && best.at;
  }

  clicked(event) {
    if (this.drawing || this.near(event.point) !== null) return;
    const found = this.map.queryRenderedFeatures(event.point, { layers: ["cells-fill"] });
    const standing = found.find((one) => one.properties.state !== "retired") ?? found[0];
    this.onChoose(standing ? standing.id : null, event.originalEvent.shiftKey || event.originalEvent.ctrlKey);
  }

  /** On a corner it removes it; elsewhere the map zooms. */
  clickedTwice(event) {
    const at = this.drawing ? null : this.near(event.point);
    if (at === null) return;
    event.preventDefault();
    this.hold(at);
    this.prune();
  }

  /** The corner in hand shall go; an edge is none. */
  prune() {
    const handle = this.held === null ? null : this.handles()[this.held];
    if (handle && !handle.ends) this.onPrune(handle.place);
  }

  hold(at) {
    this.held = at;
    this.paint();
    this.onHold();
  }

  /** Next or previous corner, edges too. */
  step(way) {
    const number = this.handles().length;
    if (number) this.hold(this.held === null ? 0 : (this.held + way + number) % number);
  }

  taken(event) {
    const at = this.drawing || event.originalEvent.button ? null : this.near(event.point);
    if (at === null) return;
    event.preventDefault();
    this.hold(at);
    const start = this.map.unproject(event.point);
    const fingers = event.type === "touchstart";
    const [go, end] = fingers ? ["touchmove", "touchend"] : ["mousemove", "mouseup"];
    const from = this.places();
    const moved = ({ point: spot }) => {
      const here = this.map.unproject(spot);
      this.carry(from, here.lng - start.lng, here.lat - start.lat);
    };
    this.map.on(go, moved);
    this.map.once(end, () => {
      this.map.off(go, moved);
      this.letGo();
    });
  }

  /** What moves with what is held: a corner, or both ends of an edge. */
  places() {
    const { place, ends } = this.handles()[this.held];
    return ends ?? [place];
  }

  carry(from, east, north) {
    this.moves = from.map((place) => [place, [place[0] + east, place[1] + north]]);
    this.paint();
  }

  /** `snap`: whether it may land on what lies near; what the keys move goes where they say. */
  letGo(snap = true) {
    clearTimeout(this.timer);
    if (!this.moves.length) return;
    const moves = this.moves.filter(([from, to]) => from[0] !== to[0] || from[1] !== to[1]);
    if (moves.length) this.onMove(moves, snap);
    else this.moves = [];
  }

  /** What was moved is told, or was refused: the draft's own corners hold again. */
  settle() {
    this.moves = [];
    if (this.held >= this.handles().length) this.held = null;
    this.paint();
  }

  /** One metre, ten with Shift; told when the hand rests. */
  nudge([east, north], metres) {
    const from = this.moves.length ? this.moves.map(([start]) => start) : this.places();
    const now = this.moves.length ? this.moves.map(([, end]) => end) : from;
    this.moves = from.map((place, at) => [place, shifted(now[at], east * metres, north * metres)]);
    this.paint();
    this.onHold();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.letGo(false), PAUSE);
  }

  key(event) {
    if (this.drawing || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow && this.held !== null && this.handles().length) this.nudge(arrow, event.shiftKey ? 10 : 1);
    else if (event.key === "Delete" && this.held !== null) this.prune();
    else if (event.key === "]" || event.key === "[") this.step(event.key === "]" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  showFault(geometry) {
    this.fault = geometry;
    this.paint();
  }

  zoomTo([west, south, east, north]) {
    this.map.fitBounds([[west, south], [east, north]], { padding: 80, maxZoom: 17, animate: false });
  }
}
