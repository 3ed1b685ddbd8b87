import { $, el, get, post } from "/static/dom.js";
import { Film } from "/static/film.js";
import { Marks } from "/static/marks.js";
import { Talk } from "/static/talk.js";
import { View } from "/static/view.js";

const name = document.body.dataset.run;
const address = `/api/runs/${encodeURIComponent(name)}`;
let shown = null; // the last whole view
let doing = "opening";
let own = null; // the share of infrared that the pair has by itself
let held = null; // what had the focus last: what is made anew or cannot be used for a while loses it

const view = new View(address);
const marks = new Marks(view, address, tell);
const talk = new Talk(view, address, say);
const film = new Film(view, address, act, () => doing || !shown);
view.arrived = (id) => {
  // A step is done in the middle of a turn: shown at once, before the view with it comes.
  if (!view.view) return; // a turn that was cut off is finished while the run is opened
  if (!view.names.has(id)) view.names.set(id, "just now");
  view.veil("");
  view.put("right", id);
};

// A question which region is meant can be answered by pointing.
marks.changed = () => {
  $("this-one").hidden = !marks.chosen;
};
$("this-one").addEventListener("click", () => say("this"));
$("point-it").addEventListener("click", () => {
  document.querySelector('input[name="mode"][value="point"]').click();
  $("frame").scrollIntoView({ block: "nearest" });
  $("pen").focus({ preventScroll: true });
});

function tell(text, bad = false) {
  $("state").textContent = text;
  $("state").title = text;
  $("state").classList.toggle("bad", bad);
}

async function act(which, sent = {}) {
  try {
    return await post(`${address}/${which}`, sent);
  } catch (error) {
    tell(error.message, true);
    return null;
  }
}

async function say(text) {
  const said = text.trim();
  if (!said || doing) return;
  const mark = marks.chosen && /\b(this|these|that|those|here|it|them|him|her)\b/i.test(said) ? marks.chosen.id : null;
  if (marks.chosen && !mark) {
    tell("Say “this” for what you marked, or unmark it.", true);
    return;
  }
  film.pause();
  if (await act("say", { text: said, mark, frame: film.away ? film.number : null })) {
    $("words").value = "";
    $("hint").hidden = true;
    if (mark) marks.clear();
  }
}

function enable() {
  $("send").disabled = Boolean(doing) || !shown;
  $("stop").disabled = !doing || doing === "opening";
  $("undo").disabled = Boolean(doing) || !shown?.undo;
  $("redo").disabled = Boolean(doing) || !shown?.redo;
  $("inspect").disabled = Boolean(doing) || !shown;
  $("share-use").disabled = Boolean(doing) || own === null;
  $("share-own").disabled = Boolean(doing) || own === null || !shown?.share_free || shown?.share === null;
  for (const button of document.querySelectorAll("#answers button, #this-one, #back-to, #findings button")) {
    button.disabled = Boolean(doing);
  }
  if (!doing) $("progress").hidden = true;
  film.enable();
}

// Whoever steers by keyboard or listens goes on where they were.
document.addEventListener("focusin", ({ target }) => {
  held = { target, key: target.dataset.key };
});
function refocus() {
  if (doing || !held || document.activeElement !== document.body) return;
  const again = held.target.isConnected ? held.target : document.querySelector(`[data-key="${held.key}"]`);
  const usable = again && !again.disabled && again.getClientRects().length ? again : $("words");
  usable.focus({ preventScroll: true });
}

function announce(before) {
  const turn = shown.turns.at(-1);
  if (!before || !turn || shown.turns.length <= before.turns.length) return;
  const ended = turn.steps.map(({ words, outcome }) => `${words}: ${outcome.words}`).join("; ");
  $("came").textContent = turn.refusal ? `Not done: ${turn.refusal}` : turn.reply || turn.summed || ended;
}

// A view is shown whole before the next one is.
let showing = Promise.resolve();
function showNext(told) {
  showing = showing.then(() => showAll(told)).catch((error) => tell(error.message, true));
}

async function showAll(told) {
  const before = shown;
  doing = told.doing;
  if (told.failed) {
    $("opening").textContent = told.failed;
    document.body.dataset.views = Number(document.body.dataset.views ?? 0) + 1;
    tell(told.failed, true);
    enable();
    return;
  }
  if (told.view) {
    const fresh = shown === null;
    const made = await film.show(told.view);
    shown = told.view;
    view.show(shown);
    film.shown(made);
    talk.show(told);
    showHistory();
    showPair();
    showMetrics();
    showFiles();
    showShare(fresh);
    if (shown.question) $("came").textContent = `Question: ${shown.question.text}`;
    else if (made) $("came").textContent = "The film is made.";
    else announce(before);
    tell(doing ? `At work: ${doing}` : "Ready");
  } else {
    talk.begin(doing);
    for (const line of told.lines) opens(line);
    tell("Opening");
  }
  document.body.dataset.views = Number(document.body.dataset.views ?? 0) + 1;
  progress(told.progress);
  enable();
  refocus();
}

// The frame is black until there is a picture: it tells why.
function opens(line) {
  talk.line(line);
  $("opening").textContent = `${line.text} ...`;
}

function progress(done) {
  $("progress").hidden = !done;
  if (!done) return;
  $("progress").max = done.of;
  $("progress").value = done.done;
  if (done.stage) tell(`At work: ${done.stage}, ${done.done} of ${done.of} ${done.unit}`);
}

function showHistory() {
  const made = shown.pictures.filter(({ turn }) => turn !== null);
  $("history").replaceChildren(
    ...made.map(({ id, name, turn }) => {
      const label = labelled(name, turn);
      const picture = el("img", { src: view.pictureAt(id, true), alt: "", width: 96, height: 58 });
      const now = id === shown.now;
      const told = now ? `${label}: as it is now` : `Look at ${label}`;
      return el(
        "li",
        {},
        el(
          "button",
          { type: "button", "data-key": `history-${id}`, "aria-label": told, title: told, "aria-current": String(now), onclick: () => lookBack(id) },
          picture,
          el("span", { text: label }),
        ),
      );
    }),
  );
}

const labelled = (name, turn) => (turn === 0 ? "the start" : name.replace(/^after: /, ""));

function lookBack(id) {
  // On a phone both do not fit: then the picture matters more than the button that goes back to it.
  view.put("right", id).then(() => {
    for (const part of ["look-back", "frame"]) $(part).scrollIntoView({ block: "nearest" });
  });
}

// An earlier picture is looked at; to go on from it is another thing, which takes back what came after it.
view.looked = (id) => {
  const made = (shown?.pictures ?? []).filter(({ turn }) => turn !== null);
  const seen = made.find((one) => one.id === id);
  const earlier = seen && id !== shown.now;
  // What is no end of a turn cannot be gone back to, only looked at.
  const ends = earlier && made.findLast(({ turn }) => turn === seen.turn).id === id;
  $("back-to").hidden = !ends;
  $("back-to").onclick = () => act("back", { turns: seen.turn });
  $("history-note").textContent = earlier
    ? `Shown above is “${labelled(seen.name, seen.turn)}”.${ends ? " Go back to it: what came after it is taken back, and Redo brings it again." : ""}`
    : "Choose a picture to look at it again.";
};

function showPair() {
  const facts = [
    `infrared: ${shown.infrared}`,
    `visible: ${shown.visible}`,
    `${shown.width} × ${shown.height} pixels, ${shown.gray ? "gray" : "in colour"}`,
    `language model: ${shown.model}`,
  ];
  $("pair").replaceChildren(
    ...facts.map((text) => el("li", { text })),
    ...shown.warnings.map((text) => el("li", { text, class: "warning" })),
  );
}

function showMetrics() {
  const { fused = {}, result = {} } = shown.metrics ?? {};
  const rows = Object.keys(fused).map((metric) =>
    el("tr", {}, el("th", { scope: "row", text: metric }), el("td", { text: fused[metric].toPrecision(4) }), el("td", { text: result[metric].toPrecision(4) })),
  );
  const none = el("tr", {}, el("td", { colspan: 3, text: "Measured once the question is answered." }));
  $("metrics").replaceChildren(...(rows.length ? rows : [none]));
}

function showFiles() {
  const files = [
    ["result.png", "the picture"],
    ["fused.png", "the fused picture"],
    ["masks.zip", "masks"],
    ["report.html", "open report"],
    ["run.json", "record"],
    ["script.yaml", "words as a script"],
  ];
  const usable = files.filter(([file]) => (file !== "masks.zip" || shown.masks.length) && (file !== "script.yaml" || (shown.turns.length && !shown.film)));
  $("files").replaceChildren(
    ...usable.map(([file, text]) =>
      el("li", {}, el("a", { href: `${address}/files/${file}`, text, target: file === "report.html" ? "_blank" : null, rel: "noopener" })),
    ),
  );
  $("resume").textContent = `wordfuse chat --resume ${/^[\w./-]+$/.test(shown.folder) ? shown.folder : `'${shown.folder}'`}`;
}

async function showShare(fresh) {
  if (fresh) {
    try {
      ({ own } = await get(`${address}/share`));
    } catch {
      own = null;
    }
  }
  $("infrared").disabled = own === null;
  if (own !== null) $("infrared").value = Math.round(100 * (shown.share ?? own));
  shareTold();
  $("share-note").textContent = shown.share_free
    ? "Drag to see what another share looks like. It is chosen before the first wish."
    : "Drag to see what another share looks like. After a wish, a share begins a new run of the same pair; or say “more infrared”.";
  $("share-use").textContent = shown.share_free ? "Use it" : "Begin anew with it";
  enable();
}

function shareTold() {
  $("share-value").textContent = `${$("infrared").value}%`;
}

$("infrared").addEventListener("input", () => {
  shareTold();
  if (own !== null) view.preview(Number($("infrared").value) / 100, own);
});
$("share-use").addEventListener("click", async () => {
  const infrared = Number($("infrared").value) / 100;
  view.preview(null);
  if (shown.share_free) {
    await act("share", { infrared });
    return;
  }
  const begun = await act("anew", { infrared });
  if (begun) location.href = `/runs/${encodeURIComponent(begun.run)}`;
});
$("share-own").addEventListener("click", () => {
  view.preview(null);
  act("share", { infrared: null });
});

// What is pointed at or painted over is on the frame that is talked about.
for (const radio of document.querySelectorAll('input[name="mode"]')) {
  radio.addEventListener("change", () => {
    if (radio.checked && radio.value !== "compare" && film.away && !doing) film.here();
  });
}

$("inspect").addEventListener("click", async () => {
  $("findings").replaceChildren(el("li", { text: "Looking ..." }));
  const seen = await act("inspect");
  if (!seen) {
    $("findings").replaceChildren();
    return;
  }
  const items = seen.findings.map((one) => {
    const wish = one.wish
      ? el("button", {
          type: "button",
          text: one.wish,
          onclick: () => {
            $("words").value = one.wish;
            $("hint").hidden = false;
            $("say").scrollIntoView({ block: "nearest" });
            $("words").focus({ preventScroll: true });
          },
        })
      : null;
    return el(
      "li",
      {},
      el("span", { text: `${one.fault} (${one.where}), ${one.severity}.` }),
      el("span", { class: "note", title: one.exact, text: one.remedy ? `${one.measured}. What helps: ${one.remedy}` : one.measured }),
      wish,
    );
  });
  $("findings").replaceChildren(...(items.length ? items : [el("li", { text: "Nothing is wrong that can be measured." })]));
});

$("say").addEventListener("submit", (event) => {
  event.preventDefault();
  say($("words").value);
});
$("words").addEventListener("input", () => ($("hint").hidden = true));
$("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    say($("words").value);
  }
});
$("stop").addEventListener("click", () => act("stop"));
$("undo").addEventListener("click", () => act("undo"));
$("redo").addEventListener("click", () => act("redo"));

function again(events) {
  events.close();
  setTimeout(listen, 5000);
}

function listen() {
  const events = new EventSource(`${address}/events`);
  events.addEventListener("message", ({ data }) => {
    const told = JSON.parse(data);
    if (told.kind === "view") {
      showNext(told);
      if (told.failed) again(events); // the terminal may work on it, and leave
    }
    else if (told.kind === "line") {
      progress(null);
      if (shown) talk.line(told.line);
      else opens(told.line);
    } else if (told.kind === "doing") {
      doing = told.doing;
      if (told.fresh) {
        talk.begin(doing);
        talk.ask(null, doing);
      }
      tell(`At work: ${doing}`);
      enable();
    } else if (told.kind === "progress") progress(told);
    else if (told.kind === "thinking") tell("Thinking about the words");
    else if (told.kind === "thought") tell(`At work: ${doing}`);
    else if (told.kind === "refused") {
      $("opening").textContent = told.error;
      tell(told.error, true);
      again(events);
    }
  });
  events.addEventListener("error", () => {
    // The browser tries again by itself; until then nothing can be done here.
    tell("Not connected to wordfuse; trying again", true);
    if (events.readyState === EventSource.CLOSED) again(events);
  });
}
listen();
enable();
