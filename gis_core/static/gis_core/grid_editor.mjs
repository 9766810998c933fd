/** The page on which a draft of the grid is drawn: tools, the chosen cell, checks, comparison, publishing. */

import { GridDraft } from "./grid_draft.mjs";
import { GridMap, layersOf } from "./grid_map.mjs";
import { byId } from "./elements.mjs";
import { Drawing } from "./lasso.mjs";
import { GridPanels } from "./grid_panels.mjs";
import { smallMap } from "./small_map.mjs";

const SNAP = 10; // pixels within which a drawn corner means its neighbour's
const MOST_SNAP_M = 200;
const AROUND_GAP = 80; // pixels that stay free round the gap that somebody came for

const desk = byId("grid-desk").dataset;
const numbers = (text) => (text ? text.split(",").map(Number) : []);

function say(sentence, fault = false) {
  byId("grid-says").textContent = sentence;
  byId("grid-says").classList.toggle("fault", fault);
}

class Editor {
  constructor(map) {
    this.draft = new GridDraft(desk.api, Number(desk.version), () => this.changed());
    this.map = map;
    this.view = new GridMap(map, this.draft, {
      onChoose: (key, more) => {
        this.choose(key, more);
        if (key !== null) this.panels.open(byId("tab-cell"));
      },
      onHold: () => this.panels.place(),
      onMove: (moves, snap) => this.move(moves, snap ? this.snap : 0),
      onPrune: (place) => this.act("prune", { corners: [place] }, gettext("The corner is gone, from every cell that shared it.")),
    });
    this.panels = new GridPanels(this);
    this.drawing = new Drawing(map, { onShape: (shape) => this.drawn(shape), onEnd: () => this.end() });
    map.on("moveend", () => this.look());
    byId("grid-tools").addEventListener("click", ({ target }) => this.tool(target.closest("button")?.dataset.tool));
    document.addEventListener("keydown", (event) => this.key(event), true);
    this.draft.refresh().then(() => this.look()).then(() => this.panels.check());
    if (desk.box) this.panels.cameFor = numbers(desk.box);
  }

  get snap() {
    return Math.min(this.view.metres(SNAP), MOST_SNAP_M);
  }

  look() {
    const seen = this.map.getBounds();
    return this.draft.look([seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()]);
  }

  changed() {
    this.view.chosen = this.view.chosen.filter((key) => this.draft.cells.has(key));
    this.view.fault = null;
    this.view.settle();
    this.panels.show();
  }

  choose(key, more = false) {
    const before = more ? this.view.chosen : [];
    const all = before.includes(key) ? before.filter((one) => one !== key) : [...before, key];
    this.view.fault = null;
    this.view.choose(key === null ? [] : all);
    this.panels.show();
  }

  /** Do a verb, and say what came of it. */
  async act(verb, body, said) {
    say(gettext("Working …"));
    const { ok, why, answer, changed } = await this.draft.act(verb, body);
    this.view.settle();
    say(ok ? said : why, !ok);
    if (!ok) await this.stale();
    if (ok) this.panels.check();
    return { ok, answer, changed };
  }

  /** Somebody else has drawn: look at what there is now, and say so still. */
  async stale() {
    const before = this.draft.version;
    await this.draft.refresh();
    if (this.draft.version !== before) await this.look();
  }

  tool(name) {
    const chosen = this.view.chosen;
    if (name === "draw" || name === "split") this.begin(name);
    else if (name === "merge") this.act("merge", { cells: chosen }, gettext("The cells are one now.")).then(({ ok }) => ok && this.choose(chosen[0]));
    else if (name === "retire") this.act("retire", { cells: chosen }, gettext("The cells have been ended in the draft."));
    else if (name === "undo" || name === "redo") this.back(name);
  }

  back(verb) {
    return this.act(verb, {}, verb === "undo" ? gettext("Taken back.") : gettext("Done again."));
  }

  begin(name) {
    this.purpose = name;
    this.view.drawing = true;
    this.press(name);
    this.drawing.start(name === "split" ? "line" : "polygon");
  }

  end() {
    this.view.drawing = false;
    this.press("");
  }

  press(name) {
    for (const one of byId("grid-tools").querySelectorAll("[aria-pressed]")) one.setAttribute("aria-pressed", String(one.dataset.tool === name));
  }

  async drawn(shape) {
    if (this.purpose === "split") {
      await this.act("split", { cell: this.view.chosen[0], line: shape.coordinates, snap_m: this.snap }, gettext("The cell is divided; the largest piece keeps its code."));
    } else await this.draw({ polygon: shape, snap_m: this.snap });
  }

  async draw(body) {
    const { ok, changed } = await this.act("draw", body, gettext("The cell is drawn."));
    const made = ok && changed.find((one) => one.properties.state === "new");
    if (made) this.choose(made.id);
    return ok;
  }

  move(moves, snap) {
    const told = moves.map(([from, to]) => ({ from, to }));
    return this.act("move", { moves: told, snap_m: snap }, gettext("Moved, in every cell that shares it."));
  }

  key(event) {
    if (event.key === "Escape" && this.drawing.on) {
      event.stopPropagation();
      this.drawing.end();
      return;
    }
    if (this.drawing.on && event.target.matches("body, main")) this.drawing.key(event); // a click on the sheet took the focus away
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches("input, textarea, select")) return;
    const verb = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
    if (!verb || !this.draft[verb]) return;
    event.preventDefault();
    this.back(verb);
  }
}

async function start() {
  const region = numbers(desk.region).length ? numbers(desk.region) : [73, 18, 135, 54];
  const [west, south, east, north] = desk.box ? numbers(desk.box) : region;
  const more = desk.box ? { fitBoundsOptions: { padding: AROUND_GAP, maxZoom: 17 } } : {};
  const map = await smallMap(byId("map"), { slugs: ["areas"], bounds: [[west, south], [east, north]], own: layersOf, more });
  byId("no-map").hidden = Boolean(map);
  if (!map) return;
  map.once("idle", () => byId("map").classList.add("ready"));
  map.once("load", () => {
    window.gridEditor = new Editor(map);
  });
}

start();
