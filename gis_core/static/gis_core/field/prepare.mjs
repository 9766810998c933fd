import { element } from "../elements.mjs";
export const screen = { name: "prepare", show: (root) => root.replaceChildren(element("p", {}, "prepare")) };
