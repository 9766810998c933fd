import { element } from "../elements.mjs";
export const screen = { name: "map", show: (root) => root.replaceChildren(element("p", {}, "map")) };
