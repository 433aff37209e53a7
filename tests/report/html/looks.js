// What is wrong with how the page can be read, one line each.
() => {
  const wrong = [];
  const name = (e) => `<${e.tagName.toLowerCase()} class="${e.getAttribute("class") ?? ""}"> ${e.textContent.trim().slice(0, 40)}`;
  const byId = (ids) => ids.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
  const label = (e) =>
    e.getAttribute("aria-label") || (e.hasAttribute("aria-labelledby") && byId(e.getAttribute("aria-labelledby"))) ||
    e.textContent.trim();

  for (const e of document.querySelectorAll("svg, img"))
    if (!e.closest("[aria-hidden=true]") && !(e.getAttribute("role") === "img" && label(e))) wrong.push(`no name: ${name(e)}`);
  for (const e of document.querySelectorAll("input, select, textarea"))
    if (![...(e.labels ?? [])].some((l) => l.textContent.trim())) wrong.push(`no label: ${name(e)}`);
  for (const e of document.querySelectorAll("button, a, summary")) if (!label(e)) wrong.push(`no name: ${name(e)}`);
  for (const e of document.querySelectorAll("[role=region], [tabindex='0']"))
    if (!e.getAttribute("aria-label")) wrong.push(`no name: ${name(e)}`);
  for (const e of document.querySelectorAll("table")) if (!e.querySelector("th[scope]")) wrong.push(`no headers: ${name(e)}`);
  for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) wrong.push(`an order of its own: ${name(e)}`);
  for (const e of document.querySelectorAll(".code, .scroll, pre"))
    if (e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0) wrong.push(`no key scrolls it: ${name(e)}`);
  if (!document.documentElement.lang) wrong.push("no language");
  if (document.querySelectorAll("main").length !== 1) wrong.push("not one main");

  let before = 0;
  for (const e of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(e.tagName[1]);
    if (level > before + 1) wrong.push(`a level is skipped: ${name(e)}`);
    before = level;
  }

  const color = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) =>
    ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1 });
  const background = (e) => {
    const layers = [];
    for (let each = e; each; each = each.parentElement) layers.push(color(getComputedStyle(each).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  let checked = 0;
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!own || !e.checkVisibility() || ["SCRIPT", "STYLE", "title", "desc"].includes(e.tagName)) continue;
    const style = getComputedStyle(e);
    const behind = background(e);
    const text = over(color(e.closest("svg") ? style.fill : style.color), behind);
    const [high, low] = [light(text), light(behind)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) wrong.push(`contrast ${ratio.toFixed(2)}: ${name(e)}`);
    checked += 1;
  }
  if (checked < 5) wrong.push("hardly any text");
  return [...new Set(wrong)];
};
