// Every text of every drawing on the page: its contrast with what is painted beneath it, at fifteen points of its box.
// Gives how many were judged and those that fail: too little contrast, painted over, or not to be seen at all.
() => {
  const LEAST = 4.5;
  const channel = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((m, n) => m - n);
    return (light + 0.05) / (dark + 0.05);
  };
  const colour = (text) => {
    const found = /^rgba?\(([^)]+)\)$/.exec(text);
    return found && [...found[1].split(/[ ,/]+/).map(Number), 1].slice(0, 4);
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));

  // Whether the point lies in the stroke or the fill of a shape; a `use` is the shape that it names, moved.
  const painted = (node, x, y) => {
    const isUse = node.tagName === "use";
    const shape = isUse ? document.querySelector(node.getAttribute("href") || node.getAttribute("xlink:href")) : node;
    if (!(shape instanceof SVGGeometryElement)) return "fill";
    const matrix = node.getScreenCTM();
    const at = isUse ? matrix.translate(node.x.baseVal.value, node.y.baseVal.value) : matrix;
    const point = new DOMPoint(x, y).matrixTransform(at.inverse());
    if (getComputedStyle(node).stroke !== "none" && shape.isPointInStroke(point)) return "stroke";
    return shape.isPointInFill(point) ? "fill" : null;
  };

  // The colours that a node may show at a point: one, none, or those of its hatching.
  const paints = (node, x, y) => {
    if (!(node instanceof SVGElement)) return [colour(getComputedStyle(node).backgroundColor)].filter((c) => c && c[3]);
    const kind = ["svg", "g", "text"].includes(node.tagName) ? null : painted(node, x, y);
    if (!kind) return [];
    const style = getComputedStyle(node);
    const pattern = /^url\("?#([^")]+)"?\)/.exec(style[kind]);
    const colours = pattern
      ? [...document.getElementById(pattern[1]).querySelectorAll("*")].flatMap((part) => {
          const inner = getComputedStyle(part);
          return [colour(inner.fill), colour(inner.stroke)];
        })
      : [colour(style[kind])];
    const alpha = Number(style[`${kind}Opacity`]) * Number(style.opacity);
    return colours.filter(Boolean).map((c) => [...c.slice(0, 3), c[3] * alpha]).filter((c) => c[3]);
  };
  const isOpaque = (colours) => colours.length && colours.every((c) => c[3] === 1);

  const failures = [];
  let judged = 0;
  for (const svg of document.querySelectorAll("figure svg")) {
    if (!svg.checkVisibility()) continue;
    svg.scrollIntoView({ block: "center", behavior: "instant" });
    for (const text of svg.querySelectorAll("text")) {
      const ink = colour(getComputedStyle(text).fill);
      const box = text.getBBox();
      const matrix = text.getScreenCTM();
      let worst = Infinity;
      let isCovered = false;
      for (const u of [0.02, 0.25, 0.5, 0.75, 0.98])
        for (const v of [0.3, 0.5, 0.7]) {
          const { x, y } = new DOMPoint(box.x + u * box.width, box.y + v * box.height).matrixTransform(matrix);
          const stack = document.elementsFromPoint(x, y);
          const place = stack.indexOf(text);
          if (place < 0) continue;
          isCovered ||= stack.slice(0, place).some((node) => isOpaque(paints(node, x, y)));
          const layers = stack.slice(place + 1).map((node) => paints(node, x, y)).filter((layer) => layer.length);
          const last = layers.findIndex(isOpaque);
          let grounds = [[255, 255, 255]];
          for (const layer of layers.slice(0, last < 0 ? undefined : last + 1).reverse())
            grounds = layer.flatMap((c) => (c[3] === 1 ? [c.slice(0, 3)] : grounds.map((ground) => over(c, ground))));
          worst = Math.min(worst, ...grounds.map((ground) => contrast(over(ink, ground), ground)));
        }
      judged += 1;
      if (isCovered || !(worst >= LEAST && worst < Infinity))
        failures.push([svg.closest("figure").id, text.textContent, Math.round(worst * 100) / 100, isCovered]);
    }
  }
  return { judged, failures };
}
