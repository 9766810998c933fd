/** A style sheet that only some pages need, loaded when it is needed; ours come after it and win. */
export function styleSheet(href) {
  return new Promise((resolve) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = resolve;
    document.head.prepend(link);
  });
}
