/** A small map beside a list: drawn once it is looked at; where it cannot be, a sentence stands in its place. */

export function impossible(frame) {
  frame.classList.remove("drawn");
  frame.classList.add("impossible");
  frame.replaceChildren(Object.assign(document.createElement("p"), {
    className: "note", textContent: gettext("This browser cannot draw the map. The list above is complete without it."),
  }));
}

export function whenSeen(frame, draw, otherwise = () => impossible(frame)) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    draw().catch(otherwise);
  });
  addEventListener("load", () => seen.observe(frame));
}
