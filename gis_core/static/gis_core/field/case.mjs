import { element } from "../elements.mjs";
export const screen = { name: "case", show: (root) => root.replaceChildren(element("p", {}, "case")) };
