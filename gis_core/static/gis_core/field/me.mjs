import { element } from "../elements.mjs";
export const screen = { name: "me", show: (root) => root.replaceChildren(element("p", {}, "me")) };
