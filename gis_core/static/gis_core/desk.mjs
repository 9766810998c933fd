/** The dispatcher's hands: choosing cases, drawing round them, handing them over, undoing; keys and buttons alike. */

import { byId } from "./elements.mjs";
import * as drawer from "./drawer.mjs";
import { Drawing } from "./lasso.mjs";
import * as list from "./list.mjs";
import { past } from "./query.mjs";
import * as selection from "./selection.mjs";
import { SelectionOnMap } from "./selection_map.mjs";
import * as undo from "./undo.mjs";

const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, dialog *";
let caseMap = null;
let drawing = null;
let rings = null;
let from = null; // what had the focus before a drawing

const tools = () => [...document.querySelectorAll("[data-draw]")];

function press(tool) {
  for (const button of tools()) button.setAttribute("aria-pressed", button.dataset.draw === tool);
}

function draw(tool) {
  if (!drawing) return;
  const same = drawing.tool === tool;
  if (drawing.on) drawing.end();
  if (same) return;
  from = document.activeElement;
  press(tool);
  drawing.start(tool);
}

function drawn() {
  press("");
  if (from?.isConnected) from.focus({ preventScroll: true });
}

/** Once there is a map: its tools, its rings. */
export function joinMap(made) {
  caseMap = made;
  drawing = new Drawing(made.map, { onShape: (polygon) => selection.choose({ polygon }), onEnd: drawn });
  rings = new SelectionOnMap(made, { cases: selection.cases, onShiftClick: selection.toggle });
  const group = byId("draw-tools");
  made.map.addControl({ onAdd: () => group, onRemove: () => group.remove() }, "bottom-left");
  group.hidden = false;
}

function chooseView() {
  const bbox = caseMap?.extent();
  selection.choose(bbox ? { bbox } : {});
}

function handOver() {
  const numbers = selection.numbersOrFocused();
  if (byId("hand-over-open") && numbers.length) drawer.open(numbers);
}

const handOverKey = () => byId("hand-over-open") && { a: unlessPast(handOver) };

/** On a day gone by nothing is done; its buttons are away. */
const unlessPast = (does) => () => past() || does();

export const keys = () => ({
  x: unlessPast(selection.toggleFocused), X: unlessPast(selection.rangeToFocused), l: unlessPast(() => draw("lasso")),
  z: undo.now, ...handOverKey(),
});

/** One step back: out of the drawing, then out of the drawer. */
export function back() {
  if (drawing?.on) {
    drawing.end();
    return true;
  }
  return drawer.close();
}

export const clear = () => selection.clear();

/** The areas and cells are asked for when somebody first wants to choose by them. */
async function fillMenu() {
  const places = byId("select-places");
  if (places.childElementCount) return;
  try {
    await list.fill(places, places.dataset.url);
  } catch {
    places.replaceChildren();
  }
}

function chosenPlace(event) {
  const { value, dataset } = event.target;
  if (value && dataset.select) selection.choose({ [dataset.select]: value });
}

/** The bar stands under the list, or on the map while that is alone. */
function placeBar() {
  const home = byId("split").dataset.view === "map" ? byId("canvas") : byId("list");
  if (byId("selection").parentElement !== home) home.append(byId("selection"));
}

export function start() {
  selection.start();
  selection.onChange(() => rings?.show());
  drawer.start({ onHanded: selection.drop });
  undo.start();
  byId("select-menu").addEventListener("toggle", fillMenu);
  byId("select-places").addEventListener("change", chosenPlace);
  byId("select-listed").addEventListener("click", selection.chooseListed);
  byId("select-view").addEventListener("click", chooseView);
  byId("select-clear").addEventListener("click", selection.clear);
  byId("hand-over-open")?.addEventListener("click", handOver);
  for (const button of tools()) button.addEventListener("click", () => draw(button.dataset.draw));
  document.addEventListener("keydown", (event) => {
    const all = (event.ctrlKey || event.metaKey) && event.key === "a" && !event.shiftKey && !event.altKey;
    if (!all || event.defaultPrevented || event.target.closest(TYPING) || drawer.isOpen()) return;
    event.preventDefault();
    unlessPast(selection.chooseListed)();
  });
  new MutationObserver(placeBar).observe(byId("split"), { attributeFilter: ["data-view"] });
  placeBar();
}
