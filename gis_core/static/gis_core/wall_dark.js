/* The wall is dark whatever the person chose for their own screen; runs before the first paint, after theme.js. */
(() => {
  const root = document.documentElement;
  const dim = () => {
    if (root.dataset.theme !== "dark") root.dataset.theme = "dark";
  };
  dim();
  document.addEventListener("themechange", dim);
})();
