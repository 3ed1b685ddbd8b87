// The conversation: turns that are done, what goes on now, and the question that is open.

import { $, el } from "/static/dom.js";

// What the record of a turn tells as well, once the turn is done.
const RECORDED = ["understood", "tool", "measured", "verdict", "step", "answer"];

export class Talk {
  constructor(view, address, say) {
    this.view = view;
    this.address = address;
    this.say = say;
    this.number = 0; // of the last line that is shown
    this.pinned = true; // the end stays in sight until somebody scrolls away from it
    const scroller = $("scroller");
    scroller.addEventListener("scroll", () => {
      this.pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
    });
    const sizes = new ResizeObserver(() => this.pinned && this.end());
    for (const part of [scroller, $("turns"), $("live"), $("question")]) sizes.observe(part);
  }

  // Everything anew.
  show({ view, lines, doing, said }) {
    $("turns").replaceChildren(...view.turns.map((turn, at) => this.turn(turn, at + 1)));
    this.view.tellRegion();
    const left = doing ? lines : lines.filter(({ mark }) => !RECORDED.includes(mark) && mark !== "look");
    this.begin(doing ?? (left.length ? said : null));
    for (const line of left) this.line(line, true);
    this.number = lines.at(-1)?.number ?? 0;
    this.ask(view.question, doing);
    this.down();
  }

  // A turn begins: what goes on in it is told below.
  begin(doing) {
    $("live").replaceChildren();
    this.number = 0;
    if (doing) $("live").append(el("p", { class: "said", text: doing }));
  }

  line(line, again = false) {
    if (line.number <= this.number) return;
    this.number = line.number;
    if (line.mark === "look") {
      if (again) return; // it was shown then
      const [left, right] = line.pictures.length > 1 ? line.pictures : ["fused", line.pictures[0]];
      this.view.pair(left, right);
      return;
    }
    const shown = el("p", { class: line.mark, text: line.text, title: line.detail || null });
    $("live").append(shown);
    if (line.picture) {
      $("live").append(el("img", { src: `${this.address}/drawn/${line.picture}`, alt: line.text, width: 640, height: 480 }));
    }
    if (line.now && !again) this.view.arrived(line.now);
    this.down();
  }

  down() {
    this.pinned = true;
    this.end();
  }

  // The end, or the beginning of a question that is too long to be seen whole.
  end() {
    const [scroller, question] = [$("scroller"), $("question")];
    const end = scroller.scrollHeight - scroller.clientHeight;
    const asked = question.hidden ? end : question.offsetTop - scroller.offsetTop - 8;
    scroller.scrollTop = Math.min(end, asked);
  }

  turn(turn, number) {
    const head = el("p", { class: "said", text: turn.text });
    const parts = [head];
    if (turn.marked) {
      parts.push(
        el("p", { class: "this" }, `“this”, the ${turn.marked.name}: ${turn.marked.told} `, this.region("Show it", turn.marked.mask)),
      );
    }
    for (const { question, answer } of turn.asked) {
      parts.push(el("p", {}, el("span", { class: "who", text: "wordfuse asked: " }), question));
      parts.push(el("p", {}, el("span", { class: "who", text: "you answered: " }), answer || "nothing"));
    }
    if (turn.refusal) {
      parts.push(el("p", { class: "outcome failed", text: "Not done" }), el("p", { text: turn.refusal }));
    } else if (turn.reply) {
      parts.push(el("p", { text: turn.reply }));
    } else {
      const words = turn.understood.join("; then ");
      parts.push(el("p", {}, el("span", { class: "who", text: "Understood: " }), words));
    }
    if (turn.picture) {
      const name = `answer-${turn.picture.replace(/^.*\//, "").replace(/\.png$/, "")}`;
      const { width, height } = this.view;
      parts.push(el("img", { src: `${this.address}/files/${name}`, alt: turn.pictured, width, height }));
    }
    for (const step of turn.steps) parts.push(this.step(step, turn.steps.length > 1));
    if (turn.summed) parts.push(el("p", { text: turn.summed }));
    if (turn.why.length) {
      const figures = turn.why.map((line) => el("p", { class: "note fact", text: line }));
      parts.push(el("details", {}, el("summary", { class: "note", text: "Why" }), ...figures));
    }
    return el("li", { class: "turn", "data-turn": number }, ...parts);
  }

  step(step, several) {
    const parts = [];
    if (several) parts.push(el("p", { text: step.words }));
    parts.push(el("p", { class: `outcome ${step.outcome.kind}`, text: step.outcome.words }));
    for (const one of step.measured.filter(({ main }) => main)) {
      parts.push(el("p", { class: "note fact", title: one.exact, text: `${one.words}: ${one.before} → ${one.after} (goal ${one.goal})` }));
    }
    if (step.output && step.outcome.kind === "failed") {
      parts.push(el("p", { class: "note fact", text: "It is kept as far as it came; Undo takes it back." }));
    }
    if (step.notice) parts.push(el("p", { class: "note fact", text: step.notice }));
    if (step.missing.length) parts.push(el("p", { class: "note fact", text: `Not found: ${step.missing.join(", ")}` }));
    const acts = [];
    if (step.output) acts.push(this.button("Before and after", () => this.beforeAfter(step.output)));
    if (step.mask) acts.push(this.region(`Region (${step.area})`, step.mask));
    if (acts.length) parts.push(el("div", { class: "acts" }, ...acts));
    return el("div", { class: "step" }, ...parts);
  }

  button(text, act) {
    return el("button", { type: "button", text, onclick: act });
  }

  // Lays a mask over the picture, and takes it away again.
  region(text, mask) {
    const pressed = (button) => button.getAttribute("aria-pressed") === "true";
    const show = ({ currentTarget }) => this.view.veil(pressed(currentTarget) ? "" : this.view.maskAt(mask));
    return el("button", { type: "button", text, "data-mask": mask, "aria-pressed": "false", onclick: show });
  }

  beforeAfter(output) {
    const ids = this.view.view.pictures.map(({ id }) => id);
    const at = ids.indexOf(output);
    this.view.pair(ids[Math.max(2, at - 1)], output);
  }

  ask(question, doing) {
    const open = question && !doing;
    $("question").hidden = !open;
    $("words-name").textContent = open ? "Your answer, or another wish" : "What should the picture look like?";
    if (!open) return;
    $("question-text").textContent = question.text;
    $("or-point").hidden = !question.region;
    $("question-picture").hidden = !question.numbered;
    if (question.numbered) {
      $("question-picture").src = `${this.address}/drawn/which?${Date.now()}`;
      $("question-picture").width = this.view.width;
      $("question-picture").height = this.view.height;
      $("question-picture").alt = `The picture with numbers from 1 to ${question.numbered} on what may be meant by ${question.about}.`;
    }
    $("answers").replaceChildren(...question.options.map((text, at) => {
      const button = this.button(text, () => this.say(text));
      if (question.meanings[at] !== text) button.title = question.meanings[at];
      return button;
    }));
  }
}
