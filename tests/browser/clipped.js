// What cannot be read on the page as it stands: each fault as "kind: words". Run in the page; measures, changes nothing.
() => {
  const found = new Set();
  const tell = (kind, text) => found.add(`${kind}: ${text.replace(/\s+/g, " ").trim().slice(0, 90)}`);
  const styles = new Map();
  const style = (one) => styles.get(one) ?? styles.set(one, getComputedStyle(one)).get(one);
  const hides = (value) => value === "hidden" || value === "clip";
  const SLACK = 2;

  // Icons are letters of a font; what only a screen reader reads is a pixel; what floats is not where it stands.
  const passed = (one) => one.closest(
    ".stIconMaterial, [data-testid=stIconMaterial], [aria-hidden=true], script, style, noscript, option, .modebar, .hoverlayer, " +
    "[data-testid=stTooltipContent], [data-testid=stToolbar], [data-testid=stElementToolbar], canvas, " +
    ".on-paper, .palette, [data-testid=stDecoration]");
  const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !one.closest("[data-testid=stSidebar][data-collapsed=true]");
  const ancestors = function* (one) {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) yield up;
  };
  const tiny = (one) => {
    for (let up = one; up; up = up.parentElement) {
      const position = style(up).position;
      if (position === "absolute" || position === "fixed") {
        const box = up.getBoundingClientRect();
        if (box.width <= 1.5 || box.height <= 1.5) return true;
      }
    }
    return false;
  };
  // The part of a rectangle that its scrolling boxes show; nothing where it is scrolled away.
  const inSight = (one, box) => {
    let { left, right, top, bottom } = box;
    for (const up of ancestors(one)) {
      const { overflowX, overflowY } = style(up);
      // The page itself scrolls to whatever is on it.
      if (["stMain", "stSidebarContent"].includes(up.dataset.testid)) break;
      if (overflowX === "visible" && overflowY === "visible") continue;
      const frame = up.getBoundingClientRect();
      if (overflowX !== "visible") [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
      if (overflowY !== "visible") [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
    }
    return right > left && bottom > top ? { left, right, top, bottom } : null;
  };

  const shown = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data, one = node.parentElement;
    if (!text.trim() || passed(one) || !seen(one) || tiny(one)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((line) => line.width > 0.5);
    if (!lines.length) continue;
    const inPicture = one.closest("svg");
    const whole = { left: Math.min(...lines.map((l) => l.left)), right: Math.max(...lines.map((l) => l.right)),
                    top: Math.min(...lines.map((l) => l.top)), bottom: Math.max(...lines.map((l) => l.bottom)) };
    // 1. Cut by a box that hides what does not fit; where it scrolls, nothing is lost.
    let beyondX = false, beyondY = false;
    for (const up of inPicture ? [] : [one, ...ancestors(one)]) {
      const { overflowX, overflowY, display } = style(up);
      if (display === "inline" || display === "contents") continue;
      const frame = up.getBoundingClientRect();
      if (!beyondX && hides(overflowX) && (whole.right > frame.right + SLACK || whole.left < frame.left - SLACK ||
          (up === one && up.scrollWidth > up.clientWidth + 1))) { tell("cut", text); break; }
      // Letters stand higher than a tight line: half a line lost is a loss.
      if (!beyondY && hides(overflowY) && frame.height > 0 &&
          (whole.bottom > frame.bottom + 6 || whole.top < frame.top - 6)) { tell("cut", text); break; }
      // A table may be pushed sideways; anything else that has to be is cut for who does not know.
      const pushed = overflowX === "auto" || overflowX === "scroll";
      if (!beyondX && pushed && !up.matches(".issues, pre, code, [role=tablist], [data-testid=stMain], [data-testid=stSidebarContent]") &&
          (whole.right > frame.right + SLACK || whole.left < frame.left - SLACK)) { tell("pushed", text); break; }
      beyondX ||= pushed;
      beyondY ||= overflowY === "auto" || overflowY === "scroll";
    }
    // 2. A number or a word torn over two lines, which says another number.
    if (!inPicture && lines.length > 1) {
      for (const match of text.matchAll(/\d[\d.,:\/-]*\d\s?%?|\d\s?%|[A-Za-z]{3,20}/g)) {
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        const tops = new Set([...range.getClientRects()].filter((r) => r.width > 0.5).map((r) => Math.round(r.top)));
        const alone = !/[\w/.-]/.test((text[match.index - 1] ?? " ") + (text[match.index + match[0].length] ?? " "));
        if (tops.size > 1 && alone) tell("torn", `${match[0]} in ${text}`);
      }
    }
    if (inPicture) continue;
    const fixed = [one, ...ancestors(one)].some((up) => ["fixed", "sticky"].includes(style(up).position));
    if (!fixed) for (const line of lines) {
      const box = inSight(one, line);
      if (box) shown.push({ ...box, text, of: one });
    }
  }

  // 3. Words of a drawing outside of it, or on top of each other.
  for (const picture of document.querySelectorAll("svg.main-svg, svg")) {
    if (picture.parentElement.closest("svg") || !seen(picture) || passed(picture)) continue;
    const frame = picture.getBoundingClientRect();
    for (const one of picture.querySelectorAll("text")) {
      if (!one.textContent.trim() || passed(one) || !seen(one)) continue;
      const box = one.getBoundingClientRect();
      if (!box.width) continue;
      if (box.right > frame.right + SLACK || box.left < frame.left - SLACK ||
          box.bottom > frame.bottom + SLACK || box.top < frame.top - SLACK) tell("outside", one.textContent);
      const rows = one.querySelectorAll("tspan.line");
      for (const row of rows.length ? rows : [one]) {
        const line = row.getBoundingClientRect();
        const turned = /rotate\((?!0)/.test(one.getAttribute("transform") ?? "");
        const box = turned ? null : inSight(picture, line);
        if (box) shown.push({ ...box, text: row.textContent, of: one });
      }
    }
  }

  // 4. Words over words.
  shown.sort((a, b) => a.top - b.top);
  for (let i = 0; i < shown.length; i++) {
    const a = shown[i];
    for (let j = i + 1; j < shown.length && shown[j].top < a.bottom - 3; j++) {
      const b = shown[j];
      if (a.of === b.of || a.of.contains(b.of) || b.of.contains(a.of)) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - b.top;
      // Tall line boxes touch where letters do not.
      if (across > 2 && down > 0.35 * Math.min(a.bottom - a.top, b.bottom - b.top)) tell("over", `${a.text} | ${b.text}`);
    }
  }

  // 5. What a box for entering or choosing holds.
  for (const box of document.querySelectorAll("input[type=text], input[role=combobox], input:not([type])")) {
    if (seen(box) && !tiny(box) && (box.value || box.placeholder)) {
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = style(box).font;
      const room = box.clientWidth - parseFloat(style(box).paddingLeft) - parseFloat(style(box).paddingRight);
      // One that takes the whole window has no more room to take.
      if (pen.measureText(box.value || box.placeholder).width > room + 1 && room < 0.62 * innerWidth) tell("cut", `[${box.value || box.placeholder}]`);
    }
  }

  // 6. Headings of tables, which are painted: as wide as their column leaves room.
  for (const canvas of document.querySelectorAll("[data-testid=stDataFrame] canvas")) {
    let fiber = canvas[Object.keys(canvas).find((key) => key.startsWith("__reactFiber"))];
    while (fiber && !(fiber.memoizedProps?.columns?.[0]?.title !== undefined && fiber.memoizedProps.columns[0].width)) fiber = fiber.return;
    if (!fiber) { tell("unknown", "a table's columns"); continue; }
    const pen = document.createElement("canvas").getContext("2d");
    const theme = fiber.memoizedProps.theme;
    pen.font = `${theme?.headerFontStyle ?? "600 13px"} ${theme?.fontFamily ?? style(canvas).fontFamily}`;
    for (const column of fiber.memoizedProps.columns) {
      if (pen.measureText(column.title).width > column.width - 2 * (theme?.cellHorizontalPadding ?? 8) + 1) tell("heading", column.title);
    }
  }

  // 7. Wider than the window.
  for (const one of [document.documentElement, document.querySelector("[data-testid=stMain]")])
    if (one && one.scrollWidth > one.clientWidth + 1) tell("wide", "the page");
  // 8. A drawing that leaves its bars no room.
  for (const plot of document.querySelectorAll(".js-plotly-plot")) {
    const size = plot._fullLayout?._size;
    if (size && seen(plot) && size.w < 0.25 * plot.clientWidth) tell("narrow", plot.closest("[class*=st-key-]")?.className.match(/st-key-\S+/)?.[0] ?? "a chart");
  }
  return [...found];
}
