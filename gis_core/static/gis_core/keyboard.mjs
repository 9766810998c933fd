/** Keys. Single letters work in the list and where nothing has the focus, and can be switched off. */

import { byId } from "./elements.mjs";

const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable], dialog *, .maplibregl-canvas";

function lettersOn() {
  try {
    return localStorage.getItem("letter-keys") !== "off";
  } catch {
    return true;
  }
}

function setLetters(on) {
  try {
    localStorage.setItem("letter-keys", on ? "on" : "off");
  } catch {
    byId("keys-on").checked = true;
  }
}

const showKeys = () => byId("keys").showModal();

let going = 0; // while it runs, the next letter names a screen

/** After g: the screen that the overview names by this letter. */
function go(key) {
  clearTimeout(going);
  going = 0;
  byId("keys").querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
}

const awaitScreen = () => { going = setTimeout(() => { going = 0; }, 1500); };

/** `keys` maps a key to what it does; `onEscape` goes one step back and says whether there was one. */
export function start({ keys, onEscape }) {
  const all = { "?": showKeys, g: awaitScreen, "/": () => byId("search").focus(), ...keys };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest(TYPING);
    if (event.key === "Escape" && !event.target.closest("dialog")) {
      if (typing && typing.id === "search") typing.blur();
      else onEscape();
    } else if (going && !typing) {
      event.preventDefault();
      go(event.key);
    } else if (!typing && lettersOn() && all[event.key]) {
      event.preventDefault();
      all[event.key]();
    }
  });
  byId("keys-open").addEventListener("click", showKeys);
  byId("keys-on").checked = lettersOn();
  byId("keys-on").addEventListener("change", (event) => setLetters(event.target.checked));
}
