/** A draft of the grid as this page has it: its cells in view, and what is done on them, each time with the version that
 *  was seen. The server cuts, snaps and shares corners; here is only what it answered. */

import { send } from "./sending.mjs";

const AROUND = 0.4; // of the view that is asked for beyond each of its sides

const covers = (outer, inner) => outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];

export class GridDraft {
  /** `onChange(draft)` whenever cells or the draft changed. */
  constructor(address, version, onChange) {
    Object.assign(this, { address, version, onChange, cells: new Map(), loaded: null, editable: true, undo: "", redo: "" });
  }

  async ask(what) {
    const answer = await fetch(`${this.address}${what}`, { headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : null;
  }

  /** Cells of a box [west, south, east, north] and a little around it; nothing where they are here in full. */
  async look(box) {
    if (this.loaded && this.editable && covers(this.loaded, box)) return;
    const [across, up] = [(box[2] - box[0]) * AROUND, (box[3] - box[1]) * AROUND];
    const wider = [box[0] - across, box[1] - up, box[2] + across, box[3] + up];
    const found = await this.ask(`cells/?bbox=${wider.map((one) => one.toFixed(6)).join(",")}`);
    if (!found) return;
    this.cells = new Map(found.features.map((one) => [one.id, one]));
    Object.assign(this, { loaded: wider, editable: found.editable });
    this.onChange(this);
  }

  async refresh() {
    const found = await this.ask("");
    if (found) this.tell(found);
    this.loaded = null;
  }

  tell({ version, undo, redo, status }) {
    Object.assign(this, { version, undo, redo, status });
  }

  /** `{ ok, why, changed }`; a draft that others changed is looked at anew. */
  async act(verb, body = {}) {
    const { ok, answer, why } = await send(`${this.address}${verb}/`, body, { "If-Match": `"${this.version}"` });
    if (ok && answer.draft) {
      this.tell(answer.draft);
      for (const one of answer.changed) this.cells.set(one.id, one);
      for (const key of answer.gone) this.cells.delete(key);
      this.onChange(this);
    }
    return { ok, why, answer, changed: answer.changed ?? [] };
  }

  standing() {
    return [...this.cells.values()].filter((one) => one.properties.state !== "retired");
  }
}

const LEAST_ALIKE = 0.5; // share of two boxes' common ground in their whole
const ground = ([west, south, east, north]) => Math.max(0, east - west) * Math.max(0, north - south);

/** Of things with a `box` the one whose box is most like this one; null where none is like it. */
export function likest(box, things) {
  let best = { alike: LEAST_ALIKE, one: null };
  for (const one of things) {
    const both = ground([0, 1, 2, 3].map((at) => (at < 2 ? Math.max : Math.min)(box[at], one.box[at])));
    const alike = both / (ground(box) + ground(one.box) - both);
    if (alike >= best.alike) best = { alike, one };
  }
  return best.one;
}

const SAME = 1e-9;
const metres = (lat) => [1 / (111_320 * Math.cos((lat * Math.PI) / 180)), 1 / 110_940];

/** So many metres east and north of a place. */
export function shifted([lon, lat], east, north) {
  const [x, y] = metres(lat);
  return [lon + east * x, lat + north * y];
}

export const same = (a, b) => Math.abs(a[0] - b[0]) <= SAME && Math.abs(a[1] - b[1]) <= SAME;

/** Corners of a cell, and the middles of its edges: `{ place, ends }`, `ends` of an edge alone. */
export function handles(cell) {
  const found = [];
  for (const polygon of cell.geometry.coordinates) {
    for (const ring of polygon) {
      for (let at = 0; at < ring.length - 1; at += 1) {
        const [here, next] = [ring[at], ring[at + 1]];
        found.push({ place: here }, { place: [(here[0] + next[0]) / 2, (here[1] + next[1]) / 2], ends: [here, next] });
      }
    }
  }
  return found;
}

/** The cell as it would be with `moves` ([from, to] each) made; the same object where none is its own. */
export function withMoves(cell, moves) {
  let moved = false;
  const place = (corner) => {
    const move = moves.find(([from]) => same(from, corner));
    if (move) moved = true;
    return move ? move[1] : corner;
  };
  const coordinates = cell.geometry.coordinates.map((polygon) => polygon.map((ring) => ring.map(place)));
  return moved ? { ...cell, geometry: { ...cell.geometry, coordinates } } : cell;
}
