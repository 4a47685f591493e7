"use strict";
(() => {
  const all = (where, what) => Array.from(where.querySelectorAll(what));
  document.documentElement.classList.add("scripted");

  // ---- language
  const pages = all(document, ".page");
  const speak = (language) => {
    document.documentElement.lang = language;
    document.title = pages.find((page) => page.dataset.language === language).dataset.title;
  };
  all(document, "input[name=language]").forEach((input) => {
    input.addEventListener("change", () => speak(input.value));
    if (input.checked) speak(input.value); // a browser may restore the reader's last choice
  });

  // ---- one of several figures at a time
  const show = (slides, chosen) => slides.forEach((slide, place) => { slide.hidden = place !== chosen; });
  all(document, ".slides").forEach((box) => {
    const slides = all(box, ".slide"), slider = box.querySelector("input"), told = box.querySelector("output");
    const button = box.querySelector(".play");
    let playing = 0;
    const go = () => {
      const place = Number(slider.value), name = slides[place].dataset.name;
      show(slides, place);
      slider.setAttribute("aria-valuetext", name);
      told.textContent = box.dataset.announce.replace("{place}", place + 1).replace("{all}", slides.length).replace("{name}", name);
    };
    const stop = () => { clearInterval(playing); playing = 0; button.textContent = button.dataset.play; };
    button.addEventListener("click", () => {
      if (playing) { stop(); return; }
      button.textContent = button.dataset.pause;
      playing = setInterval(() => { slider.value = (Number(slider.value) + 1) % slides.length; go(); }, 1600);
    });
    slider.addEventListener("input", () => { if (playing) stop(); go(); });
    box.querySelector(".controls").hidden = false;
    go();
  });
  all(document, ".pick").forEach((box) => {
    const slides = all(box, ".slide"), select = box.querySelector("select");
    if (!select) return;
    box.querySelector(".controls").hidden = false;
    select.addEventListener("change", () => show(slides, Number(select.value)));
    show(slides, Number(select.value));
  });

  // ---- panning and zooming: one view for all maps of a figure group, so that periods stay comparable
  const LARGEST = 8;
  const groupOf = (map) => map.closest(".slides, .pick") || map.closest("figure");
  const apply = (map, box) => all(groupOf(map), ".map > svg").forEach((svg) => svg.setAttribute("viewBox", box.join(" ")));
  const whole = (svg) => svg.dataset.box.split(" ").map(Number);
  const current = (svg) => svg.getAttribute("viewBox").split(" ").map(Number);
  const inside = ([x, y, w, h], [left, top, width, height]) => {
    const wide = Math.min(w, width), high = Math.min(h, height);
    return [Math.min(Math.max(x, left), left + width - wide), Math.min(Math.max(y, top), top + height - high), wide, high];
  };
  const zoom = (map, factor, at) => {
    const svg = map.querySelector("svg"), [x, y, w, h] = current(svg), frame = whole(svg);
    const times = Math.min(Math.max(w * factor, frame[2] / LARGEST), frame[2]) / w;
    const [ax, ay] = at || [0.5, 0.5];
    apply(map, inside([x + ax * w * (1 - times), y + ay * h * (1 - times), w * times, h * times], frame));
  };
  const pan = (map, across, down) => {
    const svg = map.querySelector("svg"), [x, y, w, h] = current(svg);
    apply(map, inside([x + across * w, y + down * h, w, h], whole(svg)));
  };
  const reset = (map) => apply(map, whole(map.querySelector("svg")));
  const KEYS = {
    ArrowLeft: (map) => pan(map, -0.15, 0), ArrowRight: (map) => pan(map, 0.15, 0),
    ArrowUp: (map) => pan(map, 0, -0.15), ArrowDown: (map) => pan(map, 0, 0.15),
    "+": (map) => zoom(map, 0.7), "-": (map) => zoom(map, 1 / 0.7), "0": reset,
  };
  all(document, ".map").forEach((map) => {
    const svg = map.querySelector("svg");
    let from = null;
    map.addEventListener("keydown", (event) => {
      if (event.target === map && KEYS[event.key]) { KEYS[event.key](map); event.preventDefault(); }
    });
    map.addEventListener("click", (event) => {
      const asked = event.target.dataset.zoom;
      if (asked === "in") zoom(map, 0.7);
      if (asked === "out") zoom(map, 1 / 0.7);
      if (asked === "reset") reset(map);
    });
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return; // a plain wheel scrolls the page
      const seen = svg.getBoundingClientRect();
      zoom(map, event.deltaY < 0 ? 0.85 : 1 / 0.85, [(event.clientX - seen.left) / seen.width, (event.clientY - seen.top) / seen.height]);
      event.preventDefault();
    }, { passive: false });
    svg.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; svg.setPointerCapture(event.pointerId); });
    svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const seen = svg.getBoundingClientRect();
      pan(map, (from[0] - event.clientX) / seen.width, (from[1] - event.clientY) / seen.height);
      from = [event.clientX, event.clientY];
    });
    ["pointerup", "pointercancel"].forEach((name) => svg.addEventListener(name, () => { from = null; }));
  });

  // ---- tables that sort; what is withheld or unknown stays at the end
  all(document, "table.sortable").forEach((table) => {
    const heads = all(table, "thead th"), body = table.tBodies[0];
    heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      const key = (row) => row.cells[column].dataset.sort, numeric = (row) => row.cells[column].classList.contains("n");
      const rows = Array.from(body.rows);
      const known = rows.filter((row) => key(row) !== ""), unknown = rows.filter((row) => key(row) === "");
      known.sort((a, b) => (numeric(a) ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b), document.documentElement.lang)) * (up ? 1 : -1));
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      body.append(...known, ...unknown);
    }));
  });

  // ---- which map is the real one?
  all(document, ".line-up").forEach((box) => {
    const buttons = all(box, "button"), told = box.parentElement.querySelector(".told");
    buttons.forEach((button) => button.addEventListener("click", () => {
      buttons.forEach((other) => {
        other.setAttribute("aria-pressed", String(other === button));
        other.classList.toggle("real", other.dataset.sign === box.dataset.real);
      });
      const hit = button.dataset.sign === box.dataset.real;
      told.textContent = hit ? box.dataset.hit + " " + box.dataset.right : box.dataset.miss + " " + box.dataset.right;
    }));
  });

  // ---- prove us wrong: estimates that were computed, by the choices behind them
  const SVG = "http://www.w3.org/2000/svg";
  const line = (svg, x, from, to, width, colour) => {
    const drawn = document.createElementNS(SVG, "line");
    Object.entries({ x1: x, x2: x, y1: from, y2: to, stroke: colour, "stroke-width": width }).forEach(([name, value]) => drawn.setAttribute(name, value));
    svg.append(drawn);
  };
  const curve = (place, values, chosen) => {
    const order = values.map((value, index) => [value, index]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const low = Math.min(0, order[0][0]), high = Math.max(0, order[order.length - 1][0]), span = high - low || 1;
    const y = (value) => 95 - 90 * (value - low) / span;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 600 100");
    svg.setAttribute("preserveAspectRatio", "none");
    order.forEach(([value, index], rank) => {
      const x = 600 * (rank + 0.5) / order.length, mine = index === chosen;
      line(svg, x, y(0), y(value) === y(0) ? y(0) - 0.6 : y(value), mine ? Math.max(4, 600 / order.length) : Math.max(0.6, 420 / order.length), mine ? "#a3006a" : "#6b6b6b");
    });
    const zero = document.createElementNS(SVG, "line");
    Object.entries({ x1: 0, x2: 600, y1: y(0), y2: y(0), stroke: "#222", "stroke-width": 0.8 }).forEach(([name, value]) => zero.setAttribute(name, value));
    svg.append(zero);
    place.replaceChildren(svg);
  };
  all(document, ".choices").forEach((section) => {
    const found = JSON.parse(section.querySelector("script").textContent).findings;
    const universes = all(section, ".universe");
    universes.forEach((box, place) => {
      const { rows, words } = found[place], selects = all(box, "select");
      const values = rows.map((row) => row[row.length - 1]);
      const tell = () => {
        const wanted = selects.map((select) => Number(select.value));
        const chosen = rows.findIndex((row) => wanted.every((value, column) => row[column] === value));
        const agree = box.querySelector(".agree");
        box.querySelector(".value").textContent = chosen < 0 ? agree.dataset.untried : words[chosen];
        const same = values.filter((value) => Math.sign(value) === Math.sign(values[0])).length;
        agree.textContent = agree.dataset.words.replace("{agree}", same).replace("{all}", values.length);
        curve(box.querySelector(".curve"), values, chosen);
      };
      selects.forEach((select) => select.addEventListener("change", tell));
      tell();
    });
    const question = section.querySelector(".question");
    question.addEventListener("change", () => universes.forEach((box, place) => { box.hidden = place !== Number(question.value); }));
  });
})();
