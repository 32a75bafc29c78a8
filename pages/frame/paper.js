// A chart is drawn for its place on the screen, in pixels: with a view box it takes whatever width a sheet gives it.
if (!window.scalesOnPaper) {
  window.scalesOnPaper = true;
  const charts = () => document.querySelectorAll("svg.main-svg");
  addEventListener("beforeprint", () => charts().forEach((svg) => {
    const [width, height] = ["width", "height"].map((side) => svg.getAttribute(side));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.parentElement.style.setProperty("--shape", `${width} / ${height}`);
  }));
  addEventListener("afterprint", () => charts().forEach((svg) => svg.removeAttribute("viewBox")));
}
