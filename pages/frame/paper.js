// A chart is drawn for its place on the screen, in pixels: with a view box it takes whatever width a sheet gives it.
// In the dark its colours are those of the dark palette, which are set to the light ones until the sheets are out.
if (!window.scalesOnPaper) {
  window.scalesOnPaper = true;
  const charts = () => document.querySelectorAll("svg.main-svg");
  const inTheDark = new Map();
  addEventListener("beforeprint", () => {
    charts().forEach((svg) => {
      const [width, height] = ["width", "height"].map((side) => svg.getAttribute(side));
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.parentElement.style.setProperty("--shape", `${width} / ${height}`);
    });
    const lights = JSON.parse(document.querySelector(".palette.dark")?.dataset.lights ?? "{}");
    document.querySelectorAll("svg.main-svg [style*=rgb]").forEach((part) => {
      // Cells of a heat map are a picture with words on it: the style sheet turns them over together.
      if (part.closest(".heatmaplayer")) return;
      const dark = part.getAttribute("style");
      const light = dark.replace(/rgb\(\d+, \d+, \d+\)/g, (colour) => lights[colour] ?? colour);
      if (light === dark) return;
      inTheDark.set(part, dark);
      part.setAttribute("style", light);
    });
  });
  addEventListener("afterprint", () => {
    charts().forEach((svg) => svg.removeAttribute("viewBox"));
    inTheDark.forEach((dark, part) => part.setAttribute("style", dark));
    inTheDark.clear();
  });
}
