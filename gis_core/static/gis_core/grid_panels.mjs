/** Beside the map of a draft: the chosen cell with its words and its corners, what is wrong, what differs from the grid in
 *  force, and publishing. Everything that the hand does on the map is done here by word and number. */

import { byId, element, number } from "./elements.mjs";
import { likest } from "./grid_draft.mjs";

const KINDS = {
  new: () => gettext("new"), changed: () => gettext("changed"), corners: () => gettext("only corners of neighbours"),
  retired: () => gettext("ended cell"), same: () => gettext("the same"),
};
const VERBS = {
  draw: () => gettext("draw"), split: () => gettext("split"), merge: () => gettext("merge"), move: () => gettext("move"),
  prune: () => gettext("remove the corner"),
  change: () => gettext("change"), retire: () => gettext("end the cell"),
};
const MOST_NAMED = 6; // codes of cells that are chosen together
const MOST = 200; // faults and changes listed
const AGAIN = 600; // ms after a step until the whole is checked again

const places = (text) => text.split(/[\n;；]+/).map((line) => line.trim().split(/[\s,，]+/).map(Number)).filter((one) => one.length === 2 && one.every(Number.isFinite));
const size = (m2) => (m2 === null ? "–" : number(Math.round(m2)));

export class GridPanels {
  constructor(editor) {
    this.editor = editor;
    byId("cell-form").addEventListener("submit", (event) => this.save(event));
    byId("corner-form").addEventListener("submit", (event) => this.moveTo(event));
    byId("corner-next").addEventListener("click", () => this.view.step(1));
    byId("corner-previous").addEventListener("click", () => this.view.step(-1));
    byId("corner-add").addEventListener("click", () => this.addCorner());
    byId("corner-remove").addEventListener("click", () => this.view.prune());
    byId("cell-finder").addEventListener("submit", (event) => this.find(event));
    byId("by-numbers").addEventListener("submit", (event) => this.byNumbers(event));
    byId("publish-open").addEventListener("click", () => this.openPublishing());
    byId("publish-form").addEventListener("submit", (event) => this.publish(event));
    byId("publish-cancel").addEventListener("click", () => byId("publish").close());
    byId("discard").addEventListener("click", () => this.discard());
    for (const tab of document.querySelectorAll("[role=tab]")) {
      tab.addEventListener("click", () => this.open(tab));
      tab.addEventListener("keydown", (event) => this.tabKey(event, tab));
    }
  }

  get view() {
    return this.editor.view;
  }

  get draft() {
    return this.editor.draft;
  }

  open(tab) {
    for (const one of document.querySelectorAll("[role=tab]")) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
      byId(one.getAttribute("aria-controls")).hidden = one !== tab;
    }
    if (tab.id === "tab-compare") this.compare();
  }

  tabKey(event, tab) {
    const way = { ArrowRight: "nextElementSibling", ArrowLeft: "previousElementSibling" }[event.key];
    const other = way && tab[way];
    if (!other) return;
    other.focus();
    this.open(other);
  }

  /** The chosen cell and the buttons as things stand. */
  show() {
    const { chosen, cell } = this.view;
    const standing = chosen.filter((key) => this.draft.cells.get(key)?.properties.state !== "retired");
    byId("tool-split").disabled = !(cell && standing.length && this.draft.editable);
    byId("tool-merge").disabled = standing.length < 2;
    byId("tool-retire").disabled = !standing.length;
    byId("closer").hidden = this.draft.editable;
    for (const verb of ["undo", "redo"]) {
      byId(`tool-${verb}`).disabled = !this.draft[verb];
      byId(`${verb}-verb`).textContent = VERBS[this.draft[verb]]?.() ?? "";
    }
    byId("cell-none").hidden = chosen.length === 1;
    byId("cell-none").textContent = chosen.length > 1 ? this.several(chosen) : byId("cell-none").dataset.none;
    byId("cell").hidden = !cell;
    byId("cells-known").replaceChildren(...[...this.draft.cells.values()].map((one) => element("option", { value: one.properties.code }, one.properties.name)));
    if (cell) this.fill(cell);
  }

  fill({ properties }) {
    const form = byId("cell-form").elements;
    for (const name of ["code", "name", "kind", "area_code", "parent_code", "patrol_days"]) {
      if (document.activeElement !== form[name]) form[name].value = properties[name] ?? "";
    }
    byId("cell-state").textContent = KINDS[properties.state]();
    byId("cell-form").inert = properties.state === "retired";
    byId("corner-form").hidden = properties.state === "retired" || !this.draft.editable;
    this.place();
  }

  /** The corner or edge in hand, in numbers. */
  place() {
    const handle = this.view.held === null ? null : this.view.handles()[this.view.held];
    const form = byId("corner-form").elements;
    byId("corner-what").textContent = !handle ? gettext("No corner is in hand.") : handle.ends ? gettext("an edge, by its middle") : gettext("a corner");
    byId("corner-add").disabled = !handle?.ends;
    byId("corner-move").disabled = !handle;
    byId("corner-remove").disabled = !handle || Boolean(handle.ends);
    [form.lon.value, form.lat.value] = handle ? handle.place.map((one) => one.toFixed(7)) : ["", ""];
  }

  async save(event) {
    event.preventDefault();
    const { cell } = this.view;
    const said = Object.fromEntries(new FormData(byId("cell-form")));
    const days = said.patrol_days === "" ? null : Number(said.patrol_days);
    const changed = Object.fromEntries(Object.entries({ ...said, patrol_days: days }).filter(([name, value]) => value !== (cell.properties[name] ?? (name === "patrol_days" ? null : ""))));
    const { ok } = await this.editor.act("change", { cell: cell.id, ...changed }, gettext("Kept in the draft."));
    if (ok) document.activeElement?.blur();
  }

  moveTo(event) {
    event.preventDefault();
    const handle = this.view.handles()[this.view.held];
    const form = byId("corner-form").elements;
    const [east, north] = [Number(form.lon.value) - handle.place[0], Number(form.lat.value) - handle.place[1]];
    const moves = (handle.ends ?? [handle.place]).map((place) => [place, [place[0] + east, place[1] + north]]);
    this.editor.move(moves, 0);
  }

  addCorner() {
    const { place } = this.view.handles()[this.view.held];
    this.editor.move([[place, place]], 0);
  }

  /** How many are chosen, and which; the first is what they become when they are merged. */
  several(chosen) {
    const codes = chosen.slice(0, MOST_NAMED).map((key) => this.draft.cells.get(key).properties.code).join("、");
    const words = { number: chosen.length, codes: chosen.length > MOST_NAMED ? `${codes} …` : codes };
    return interpolate(gettext("%(number)s cells are chosen; merged, the first keeps its code: %(codes)s"), words, true);
  }

  /** The cell of the code, alone or beside those that are chosen already. */
  find(event) {
    event.preventDefault();
    const code = byId("cell-find").value.trim();
    const cell = [...this.draft.cells.values()].find((one) => one.properties.code === code);
    byId("cell-find-fault").textContent = cell ? "" : gettext("No cell in view has this code: move the map there first.");
    if (!cell) return;
    const more = event.submitter?.value === "more";
    if (!more || !this.view.chosen.includes(cell.id)) this.editor.choose(cell.id, more);
    byId("cell-find").select();
    const corners = this.view.chosen.flatMap((key) => this.draft.cells.get(key).geometry.coordinates.flat(2));
    const [lon, lat] = [corners.map((one) => one[0]), corners.map((one) => one[1])];
    this.view.zoomTo([Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)]);
  }

  /** Draw by numbers: a corner a line. */
  async byNumbers(event) {
    event.preventDefault();
    const ring = places(byId("numbers").value);
    byId("numbers-fault").textContent = ring.length < 3 ? gettext("A shape needs at least three corners.") : "";
    if (ring.length < 3) return;
    const ok = await this.editor.draw({ polygon: { type: "Polygon", coordinates: [[...ring, ring[0]]] } });
    if (ok) byId("numbers").value = "";
  }

  check() {
    clearTimeout(this.timer);
    byId("check-says").textContent = gettext("Checking …");
    this.timer = setTimeout(() => this.checked(), AGAIN);
  }

  async checked() {
    const found = await this.draft.ask("faults/");
    if (!found) return;
    this.found = found;
    const { faults } = found;
    const refusing = faults.filter((one) => one.refuses).length;
    byId("check-number").textContent = faults.length ? number(faults.length) : "";
    byId("gap-rate").textContent = `${(found.gap_rate * 100).toFixed(2)} %`;
    byId("check-says").textContent = !faults.length
      ? gettext("No fault is found: all ground is in one cell each.")
      : refusing ? interpolate(gettext("%(number)s faults must be mended before publishing."), { number: refusing }, true) : gettext("Nothing stands against publishing; gaps only warn.");
    byId("faults").replaceChildren(...faults.slice(0, MOST).map((one) => this.row(one)));
    byId("faults-more").hidden = faults.length <= MOST;
    this.tellGap(faults);
    if (!byId("panel-compare").hidden) this.compare();
  }

  /** Which gap a link led here for, once it is known what is wrong; then it is shown. */
  tellGap(faults) {
    const box = this.cameFor;
    if (!box) return;
    this.cameFor = null;
    const gap = likest(box, faults.filter((one) => one.kind === "gap"));
    byId("came-for").hidden = false;
    byId("came-for").lastElementChild.textContent = gap
      ? interpolate(gettext("You came for this gap: %(gap)s"), { gap: gap.sentence }, true)
      : gettext("The gap that you came for is not in this draft any more.");
    if (gap) this.view.showFault(gap.geometry);
  }

  row(fault) {
    const show = element("button", { type: "button", class: "fault-show" }, element("span", { class: fault.refuses ? "chip bad" : "chip warn" }, fault.refuses ? gettext("must be mended") : gettext("to note")), element("span", {}, fault.sentence));
    show.addEventListener("click", () => this.showFault(fault));
    const row = element("li", { "data-kind": fault.kind }, show);
    if (fault.kind === "gap" && fault.geometry.type === "Polygon") {
      const fill = element("button", { type: "button", class: "small fill" }, gettext("Make it a cell"));
      fill.addEventListener("click", () => this.editor.draw({ polygon: fault.geometry, snap_m: 0 }));
      row.append(fill);
    }
    return row;
  }

  showFault(fault) {
    this.view.fault = fault.geometry;
    this.view.choose(fault.cells);
    this.view.zoomTo(fault.box);
    this.show();
  }

  async compare() {
    const found = await this.draft.ask("compare/");
    if (!found) return;
    byId("compare-counts").replaceChildren(...Object.entries(found.counts).map(([kind, count]) => element("li", {}, `${KINDS[kind]()} `, element("b", {}, number(count)))));
    byId("compare-rows").replaceChildren(...found.changes.slice(0, MOST).map((one) => this.changeRow(one)));
    byId("compare-none").hidden = found.changes.length > 0;
    byId("compare-table").hidden = !found.changes.length;
  }

  changeRow(change) {
    const show = element("button", { type: "button", class: "quiet" }, change.name || change.code);
    show.addEventListener("click", () => {
      this.view.choose([change.cell]);
      this.view.zoomTo(change.box);
      this.show();
    });
    return element("tr", {}, element("td", {}, KINDS[change.kind]()), element("td", {}, show, element("small", {}, change.code)),
      element("td", { class: "number" }, size(change.before_m2)), element("td", { class: "number" }, size(change.after_m2)));
  }

  async openPublishing() {
    byId("publish").showModal();
    byId("publish-fault").replaceChildren();
    const found = await this.draft.ask("compare/");
    const told = found ? Object.entries(found.counts).filter(([kind, count]) => count && kind !== "same").map(([kind, count]) => `${KINDS[kind]()} ${number(count)}`) : [];
    byId("publish-says").textContent = told.join(" · ") || gettext("Nothing differs from the grid in force.");
  }

  async publish(event) {
    event.preventDefault();
    const day = byId("publish-form").elements.valid_from.value;
    const { ok, why, answer } = await this.draft.act("publish", { valid_from: day });
    if (ok) location.assign(byId("grid-desk").dataset.list);
    else byId("publish-fault").replaceChildren(...[why, ...(answer.conflicts ?? []), ...(answer.faults ?? []).map((one) => one.sentence)].map((one) => element("li", {}, one)));
  }

  async discard() {
    if (!confirm(gettext("Give this draft up? It stays in the list, and nothing of it comes into force."))) return;
    const { ok, why } = await this.draft.act("discard");
    if (ok) location.assign(byId("grid-desk").dataset.list);
    else byId("grid-says").textContent = why;
  }
}
