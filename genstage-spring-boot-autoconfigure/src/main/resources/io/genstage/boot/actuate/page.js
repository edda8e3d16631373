"use strict";

// Shows what the endpoint says, and computes nothing but rates. Everything that comes from there is set as text.

const EVERY_MS = 2000;
const PATIENCE_MS = 8000;
const REMEMBERED = 150;
const PACE_MS = 30000;
const LARGE_ABOVE = 24;
const COMPACT_ABOVE = 80;
const SMALLEST_SCALE = .72;
const SVG = "http://www.w3.org/2000/svg";

const base = document.body.dataset.genstage;
const deadLetters = document.body.dataset.deadletters;
const byId = (id) => document.getElementById(id);

const page = {
	topology: null,
	numbers: null,
	before: null,
	rates: new Map(),
	history: new Map(),
	paces: new Map(),
	after: null,
	next: null,
	answeredAt: 0,
	askedAt: Date.now(),
	paused: false,
	timer: 0,
	sortBy: null,
	descending: false,
	views: new Map(),
	rows: new Map(),
	open: null,
};

// ---- What a stage's time goes to, the shares of its bar, in the order they are drawn

const ACTIVITIES = [
	{ key: "handling", word: "handling", style: "handling", parts: ["handling"] },
	{ key: "result", word: "awaiting", legend: "awaiting results", style: "result", parts: ["waiting", "retrying"], pattern: "dots" },
	{ key: "blocked", word: "blocked", style: "blocked", parts: ["blocked"], pattern: "hatch" },
	{ key: "limited", word: "held back", style: "limited", parts: ["rate_limited", "collecting", "paused", "restarting"],
		pattern: "bars" },
	{ key: "starved", word: "starved", legend: "starved: waiting for events", style: "starved", parts: ["starved"] },
];

const WORDS = {
	CREATED: "not started",
	STARTING: "starting",
	RUNNING: "running",
	PAUSING: "pausing",
	PAUSED: "paused",
	RESTARTING: "restarting",
	STOPPING: "stopping",
	COMPLETED: "completed",
	STOPPED: "stopped",
	FAILED: "failed",
	DRAINING: "draining",
};

const number = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const one = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

const rateText = (rate) => rate === undefined || rate === null ? "" : (rate >= 1000 ? short : one).format(rate) + "/s";
const ageText = (millis) => millis >= 1000 ? one.format(millis / 1000) + " s" : millis > 0 ? `${millis} ms` : "";
const brief = (count) => (count < 10000 ? number : short).format(count);
const leftText = (seconds) => seconds < 60 ? `${Math.max(Math.round(seconds), 1)} s` : seconds < 3600
	? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
const word = (state) => WORDS[state] ?? String(state).toLowerCase();

// ---- Elements

function element(name, attributes, ...children) {
	return filled(document.createElement(name), attributes, children);
}

function drawing(name, attributes, ...children) {
	return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(created, attributes, children) {
	for (const [key, value] of Object.entries(attributes ?? {})) {
		set(created, key, value);
	}
	created.append(...children);
	return created;
}

function set(target, key, value) {
	if (value === null || value === undefined || value === false) {
		target.removeAttribute(key);
	}
	else if (target.getAttribute(key) !== String(value)) {
		target.setAttribute(key, String(value));
	}
}

function write(target, text) {
	if (target.textContent !== text) {
		target.textContent = text;
	}
}

// ---- Asking

async function ask(query, headers) {
	const answer = await fetch(base + query, {
		headers: { Accept: "application/json", ...headers },
		cache: "no-store",
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	if (answer.status === 304) {
		return null;
	}
	if (!answer.ok || !(answer.headers.get("content-type") ?? "").includes("json")) {
		throw new Error(answer.status === 401 || answer.status === 403 || answer.redirected
			? "You may not see the pipelines. Please log in." : `The application answered ${answer.status}.`);
	}
	return answer.json();
}

function query(view) {
	return `?view=${view}` + (page.after ? `&after=${encodeURIComponent(page.after)}` : "");
}

async function update() {
	page.askedAt = Date.now();
	try {
		const numbers = await ask(query("numbers"));
		if (!page.topology || page.topology.version !== numbers.topology) {
			const known = page.topology ? { "If-None-Match": `"${page.topology.version}"` } : {};
			const topology = await ask(query("topology"), known);
			if (topology) {
				page.topology = topology;
				drawPipelines();
			}
		}
		// The same answer again, which all who ask within a second share, has no rates.
		page.before = page.numbers?.time === numbers.time ? page.before : page.numbers;
		page.numbers = numbers;
		page.next = numbers.next ?? null;
		page.answeredAt = Date.now();
		say(null);
		computeRates();
		show();
	}
	catch (failure) {
		say(failure instanceof TypeError || failure.name === "TimeoutError" ? null : failure.message);
	}
	showFreshness();
	schedule();
}

function schedule() {
	clearTimeout(page.timer);
	if (!page.paused && !document.hidden) {
		page.timer = setTimeout(update, EVERY_MS);
	}
}

function say(message) {
	byId("notice").hidden = !message;
	write(byId("notice"), message ?? "");
}

function showFreshness() {
	const seconds = Math.round((Date.now() - (page.answeredAt || page.askedAt)) / 1000);
	const stale = !page.paused && seconds * 1000 > EVERY_MS + 2000;
	const text = page.paused ? "Updates are paused" : stale ? `Stale since ${seconds} s: the application doesn't answer`
		: page.answeredAt ? "Live, every 2 s" : "Connecting";
	write(byId("freshness"), text);
	byId("freshness").classList.toggle("stale", stale);
}

// ---- Rates

function computeRates() {
	const seconds = page.before ? (Date.parse(page.numbers.time) - Date.parse(page.before.time)) / 1000 : 0;
	const earlier = new Map(allStages(page.before).map((stage) => [stage.name, stage]));
	for (const stage of allStages(page.numbers)) {
		const last = earlier.get(stage.name);
		const rate = { in: difference(stage.in, last?.in, seconds, last), out: difference(stage.out, last?.out, seconds, last),
			spent: spent(stage.times, last?.times),
			sent: (stage.edges ?? []).map((edge, index) =>
				difference(edge.sent, last?.edges?.[index]?.sent, seconds, last)) };
		page.rates.set(stage.name, rate);
		if (stage.progress) {
			rememberPace(stage, Date.parse(page.numbers.time));
		}
		const history = page.history.get(stage.name) ?? [];
		const value = flow(stage.name);
		if (value !== null) {
			history.push(value);
			history.splice(0, history.length - REMEMBERED);
			page.history.set(stage.name, history);
		}
	}
}

/** What was done in the last half minute, which the time that is left is taken from. */
function rememberPace(stage, time) {
	const pace = page.paces.get(stage.name) ?? [];
	if (pace.length && (pace[0].total !== stage.progress.total || pace.at(-1).done > stage.progress.done)) {
		pace.length = 0;
	}
	pace.push({ time, done: stage.progress.done, total: stage.progress.total });
	while (pace.length > 2 && time - pace[0].time > PACE_MS) {
		pace.shift();
	}
	page.paces.set(stage.name, pace);
}

function secondsLeft(stage) {
	const pace = page.paces.get(stage.name) ?? [];
	const done = pace.length > 1 ? pace.at(-1).done - pace[0].done : 0;
	return done > 0 ? (stage.progress.total - stage.progress.done) * (pace.at(-1).time - pace[0].time) / 1000 / done : null;
}

/** Milliseconds for each activity since the look before, which is what the bar shows. */
function spent(now, before) {
	return now && before ? ACTIVITIES.map((activity) =>
		activity.parts.reduce((sum, part) => sum + Math.max((now[part] ?? 0) - (before[part] ?? 0), 0), 0)) : null;
}

function difference(now, before, seconds, known) {
	const events = (now ?? 0) - (before ?? 0);
	return known && seconds > 0 && events >= 0 ? events / seconds : null;
}

function allStages(numbers) {
	return (numbers?.pipelines ?? []).flatMap((pipeline) => pipeline.stages);
}

/** Events per second through a stage: what it handles, or emits where it handles none. */
function flow(name) {
	const rate = page.rates.get(name);
	const kind = page.kinds?.get(name);
	return rate ? (kind === "producer" ? rate.out : rate.in) : null;
}

// ---- Graphs

function sizes(stages) {
	if (stages > COMPACT_ABOVE) {
		return { width: 136, height: 30, gap: 56, row: 20, margin: 10, characters: 15, track: 0 };
	}
	if (stages > LARGE_ABOVE) {
		return { width: 168, height: 74, gap: 66, row: 47, margin: 12, characters: 18, track: 28 };
	}
	return { width: 196, height: 78, gap: 108, row: 52, margin: 14, characters: 21, track: 50 };
}

function drawPipelines() {
	page.kinds = new Map(page.topology.pipelines.flatMap((pipeline) => pipeline.stages.map((stage) =>
		[stage.name, stage.kind])));
	const cards = page.topology.pipelines.map(drawPipeline);
	page.views = new Map(cards.map((card) => [card.name, card]));
	byId("pipelines").replaceChildren(...cards.map((card) => card.element));
	drawTable();
}

function drawPipeline(pipeline, index) {
	const size = sizes(pipeline.stages.length);
	const heading = element("h2", { id: `pipeline-${index}` }, pipeline.name);
	const state = element("span", { class: "state" });
	const links = element("span", { class: "links" }, ...["Mermaid", "DOT", "SVG", "Text"].map((view) =>
		element("a", { href: `${base}?view=${view.toLowerCase()}&pipeline=${encodeURIComponent(pipeline.name)}` }, view)));
	const verdict = element("p", { class: "verdict" });
	const live = element("p", { class: "unseen", "aria-live": "polite" });
	const facts = element("ul", { class: "facts" });
	const progress = element("ul", { class: "progress", hidden: true });
	const width = 2 * size.margin + pipeline.columns * size.width + (pipeline.columns - 1) * size.gap;
	const height = 2 * size.margin + (pipeline.rows - 1) * size.row + size.height;
	const svg = drawing("svg", { class: "graph", width, height, viewBox: `0 0 ${width} ${height}`, role: "group",
		"aria-label": `Graph of ${pipeline.name}` });
	// Down to where text can still be read; what is wider than that is scrolled.
	svg.style.minWidth = `${Math.floor(width * SMALLEST_SCALE)}px`;
	svg.append(patterns(index));
	const nodes = new Map();
	const edges = new Map();
	const incoming = ports(pipeline, size);
	for (const stage of pipeline.stages) {
		edges.set(stage.name, (stage.edges ?? []).map((edge) => drawEdge(svg, stage, edge, incoming, size)));
	}
	for (const stage of pipeline.stages) {
		nodes.set(stage.name, drawNode(svg, stage, size, index));
	}
	const card = element("section", { class: "card", "aria-labelledby": `pipeline-${index}` },
		element("div", { class: "card-head" }, heading, state, links), verdict, live, facts, progress,
		element("div", { class: "scroll" }, svg));
	return { name: pipeline.name, element: card, pipeline, state, verdict, live, facts, progress, nodes, edges, size };
}

function patterns(index) {
	const line = (d) => drawing("path", { d, class: "stroke", fill: "none" });
	const pattern = (name, ...content) => drawing("pattern", { id: `${name}-${index}`, width: 6, height: 6,
		patternUnits: "userSpaceOnUse" }, ...content);
	return drawing("defs", {},
		pattern("hatch", line("M-1 1l2 -2M0 6l6 -6M5 7l2 -2")),
		pattern("dots", drawing("circle", { cx: 3, cy: 3, r: 1, class: "stroke" })),
		pattern("bars", line("M3 0v6")));
}

const left = (column, size) => size.margin + column * (size.width + size.gap);
const middle = (row, size) => size.margin + size.height / 2 + row * size.row;

/** Lines that end at one stage do so below each other, those from further up first. */
function ports(pipeline, size) {
	const ports = new Map();
	for (const stage of pipeline.stages) {
		const edges = [...(stage.edges ?? [])].sort((a, b) => a.way.at(-3) - b.way.at(-3));
		const apart = Math.min(20, (size.height - 12) / Math.max(edges.length, 1));
		edges.forEach((edge, index) => ports.set(edge, { offset: (index - (edges.length - 1) / 2) * apart, apart, alone: edges.length === 1 }));
	}
	return ports;
}

function drawEdge(svg, stage, edge, incoming, size) {
	const port = incoming.get(edge);
	const way = edge.way;
	const tipX = left(way.at(-2), size);
	const tipY = middle(way.at(-1), size) + port.offset;
	const before = size.track ? size.track + 20 : 9;
	let path = `M${left(way[0], size) + size.width} ${middle(way[1], size)}`;
	for (let at = 2; at < way.length; at += 2) {
		const last = at + 2 === way.length;
		const start = left(way[at], size) - size.gap;
		const end = last ? tipX - before : left(way[at], size);
		const from = middle(way[at - 1], size);
		const to = last ? tipY : middle(way[at + 1], size);
		const turn = (start + end) / 2;
		path += from === to ? `H${end}` : `H${start}C${turn} ${from} ${turn} ${to} ${end} ${to}`;
	}
	const line = drawing("path", { class: "way", d: `${path}H${tipX - 7}`, "stroke-width": 1.5 });
	const title = drawing("title");
	const group = drawing("g", {}, title, line, drawing("path", { class: "head", d: `M${tipX - 1} ${tipY}l-8 -4.5v9z` }));
	const view = { edge, stage, line, title };
	if (size.track && port.apart >= 9) {
		const track = { x: tipX - size.track - 13, y: tipY - 4, width: size.track, height: 8, rx: 4 };
		const center = track.x + track.width / 2;
		view.track = track.width;
		view.fill = drawing("rect", { ...track, class: "fill", width: 0 });
		group.append(drawing("rect", { ...track, class: "track" }), view.fill);
		if (edge.minDemand > 0 && edge.maxDemand > 0) {
			const x = track.x + track.width * edge.minDemand / edge.maxDemand;
			group.append(drawing("path", { class: "mark", d: `M${x} ${tipY - 5}v10` }));
		}
		if (port.alone && size.track > 40) {
			view.text = drawing("text", { x: center, y: tipY + 18, "text-anchor": "middle" });
			group.append(view.text);
			if (edge.label) {
				group.append(drawing("text", { x: center, y: tipY - 10, "text-anchor": "middle" },
					shortened(edge.label, 14)));
			}
		}
	}
	svg.append(group);
	return view;
}

function shortened(text, characters) {
	const all = [...text];
	return all.length > characters ? all.slice(0, characters - 1).join("") + "\u2026" : text;
}

function drawNode(svg, stage, size, index) {
	const compact = !size.track;
	const x = left(stage.column, size);
	const y = middle(stage.row, size) - size.height / 2;
	const title = drawing("title");
	const group = drawing("g", { class: "node", tabindex: 0, role: "button", "aria-haspopup": "dialog" }, title,
		drawing("rect", { class: "box", x, y, width: size.width, height: size.height, rx: compact ? 7 : 11 }),
		drawing("text", { class: "name", x: x + 12, y: y + (compact ? 19 : 23) },
			shortened(stage.name, size.characters)));
	const view = { group, title, stage, x, y, index };
	if (!compact) {
		view.word = drawing("text", { class: "word", x: x + 12, y: y + 42 });
		view.rate = drawing("text", { x: x + size.width - 12, y: y + 42, "text-anchor": "end" });
		view.waits = drawing("text", { x: x + 12, y: y + 70 });
		view.lost = drawing("text", { class: "lost", x: x + size.width - 12, y: y + 70, "text-anchor": "end" });
		group.append(view.word, view.rate, view.waits, view.lost);
	}
	view.bar = { x: x + 12, y: y + (compact ? 23 : 48), width: size.width - 24, height: compact ? 3 : 8 };
	group.append(drawing("rect", { ...view.bar, class: "track" }));
	view.parts = ACTIVITIES.map((activity) => bar(group, view.bar, activity, index));
	group.append(view.badge = drawing("g", { class: "badge" }));
	group.addEventListener("click", () => openDetails(stage.name));
	group.addEventListener("keydown", (event) => {
		if (event.key === "Enter" || event.key === " ") {
			event.preventDefault();
			openDetails(stage.name);
		}
	});
	svg.append(group);
	return view;
}

function bar(group, place, activity, index) {
	const parts = [drawing("rect", { ...place, class: activity.style, width: 0 })];
	if (activity.pattern) {
		parts.push(drawing("rect", { ...place, fill: `url(#${activity.pattern}-${index})`, width: 0 }));
	}
	group.append(...parts);
	return parts;
}

// ---- Showing numbers

function show() {
	for (const pipeline of page.numbers.pipelines) {
		const view = page.views.get(pipeline.name);
		if (view) {
			showPipeline(view, pipeline);
		}
	}
	showRows();
	byId("pages").hidden = !page.after && !page.next;
	byId("next").disabled = !page.next;
	byId("first").disabled = !page.after;
	if (page.open) {
		showDetailNumbers();
	}
}

function showPipeline(view, pipeline) {
	write(view.state, word(pipeline.state));
	set(view.state, "class", "state " + pipeline.state.toLowerCase());
	write(view.verdict, sentence(pipeline));
	// Read aloud when it is another verdict, not whenever a percentage changes.
	const about = `${pipeline.state} ${pipeline.verdict?.kind} ${pipeline.verdict?.stage}`;
	if (view.about !== about) {
		view.about = about;
		write(view.live, `${pipeline.name}: ${sentence(pipeline)}`);
	}
	showFacts(view, pipeline);
	showProgress(view, pipeline);
	for (const stage of pipeline.stages) {
		const node = view.nodes.get(stage.name);
		if (node) {
			showNode(node, stage, view.size, isJudged(pipeline) && pipeline.verdict.stage === stage.name);
			view.edges.get(stage.name).forEach((edge, index) =>
				showEdge(edge, stage.edges?.[index] ?? {}, page.rates.get(stage.name)?.sent[index], view.size));
		}
	}
}

function isJudged(pipeline) {
	return pipeline.verdict && !["UNKNOWN", "NOT_RUNNING"].includes(pipeline.verdict.kind);
}

function sentence(pipeline) {
	if (isJudged(pipeline)) {
		const said = pipeline.verdict.sentence;
		return said[0].toUpperCase() + said.slice(1) + ".";
	}
	const named = (state) => pipeline.stages.filter((stage) => stage.state === state).map((stage) => stage.name);
	const list = (names) => names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
	const failed = named("FAILED");
	if (failed.length) {
		return `Failed: ${list(failed)}.`;
	}
	const paused = pipeline.stages.filter((stage) => stage.pauseWanted).map((stage) => stage.name);
	if (paused.length) {
		return `Paused by somebody: ${list(paused)}.`;
	}
	const out = pipeline.stages.filter((stage) => stage.outage).map((stage) => stage.name);
	if (out.length) {
		return `Pausing, since everything fails alike: ${list(out)}.`;
	}
	return { COMPLETED: "All stages have completed.", STOPPED: "All stages have stopped.", CREATED: "Not started yet.",
		DRAINING: "Finishing what is under way." }[pipeline.state] ?? "Running.";
}

function showFacts(view, pipeline) {
	const sum = (value) => pipeline.stages.reduce((total, stage) => total + (value(stage) ?? 0), 0);
	const fed = new Set(view.pipeline.stages.flatMap((stage) => (stage.edges ?? []).map((edge) => edge.producer)));
	const rates = (chosen, key) => {
		const all = pipeline.stages.filter(chosen).map((stage) => page.rates.get(stage.name)?.[key]);
		return all.every((rate) => rate === null || rate === undefined) ? null : all.reduce((a, b) => a + (b ?? 0), 0);
	};
	const facts = [
		["in", rateText(rates((stage) => page.kinds.get(stage.name) === "producer", "out")) || "\u2013"],
		["done", rateText(rates((stage) => !fed.has(stage.name), "in")) || "\u2013"],
		["in flight", number.format(sum((stage) => (stage.edges ?? []).reduce((all, edge) => all + (edge.inFlight ?? 0), 0)))],
		["waiting", number.format(sum((stage) => (stage.backlog ?? 0) + (stage.buffered ?? 0)))],
	];
	const oldest = Math.max(0, ...pipeline.stages.map((stage) => stage.oldest ?? 0));
	if (oldest > 0) {
		facts.push(["oldest event", ageText(oldest)]);
	}
	const alarms = [
		["lost", sum((stage) => stage.discarded)],
		["dead letters", sum((stage) => stage.letters)],
		["retrying", sum((stage) => stage.retrying)],
	].filter(([, count]) => count > 0);
	view.facts.replaceChildren(...facts.map(([name, value]) => element("li", {}, element("b", {}, value), " " + name)),
		...alarms.map(([name, count]) => element("li", { class: name === "retrying" ? "" : "bad" },
			element("b", {}, number.format(count)), " " + name)));
}

/** How far each source is that says so: a bar if its total is known. */
function showProgress(view, pipeline) {
	const sources = pipeline.stages.filter((stage) => stage.progress);
	set(view.progress, "hidden", sources.length ? null : "");
	view.progress.replaceChildren(...sources.map((stage) => {
		const { done, total, measure } = stage.progress;
		const known = total !== null && total !== undefined;
		const part = known ? (total > 0 ? Math.min(done / total, 1) : 1) : null;
		const left = known && done < total && stage.state === "RUNNING" ? secondsLeft(stage) : null;
		const text = [known ? `${Math.floor(part * 100)} %, ${number.format(done)} of ${number.format(total)} ${measure}`
			: `${number.format(done)} ${measure}, total unknown`, left !== null ? `about ${leftText(left)} left` : ""]
			.filter(Boolean).join(", ");
		return element("li", {}, element("b", {}, stage.name), ...(known ? [element("progress",
			{ max: 1, value: part, "aria-label": `Progress of ${stage.name}` })] : []), element("span", {}, text));
	}));
}

function shares(stage) {
	const shares = page.rates.get(stage.name)?.spent;
	if (!shares) {
		return null;
	}
	const total = shares.reduce((a, b) => a + b, 0);
	return total > 0 ? shares.map((share) => share / total) : null;
}

function activity(stage) {
	const all = shares(stage);
	if (!all || stage.state !== "RUNNING") {
		return word(stage.state);
	}
	const most = all.indexOf(Math.max(...all));
	return `${ACTIVITIES[most].word} ${Math.round(all[most] * 100)} %`;
}

/** What it says in the node and in the table. */
function does(stage) {
	return stage.outage ? "outage" : stage.pauseWanted ? "paused" : activity(stage);
}

/** For whom it waits, if it has nothing to do because of others. */
function waitsFor(stage) {
	return stage.waitsFor ? `waits for ${stage.waitsFor.join(", ")}` : "";
}

/** As many of the words as there is room for, and none that is cut off, but for the first. */
function fitting(words, characters) {
	let text = shortened(words[0] ?? "", characters);
	for (const word of words.slice(1)) {
		if (text.length + 2 + word.length <= characters) {
			text += `, ${word}`;
		}
	}
	return text;
}

function showNode(view, stage, size, limiting) {
	const ended = ["COMPLETED", "STOPPED", "CREATED"].includes(stage.state);
	set(view.group, "class", ["node", stage.state === "FAILED" ? "failed" : "", stage.pauseWanted ? "paused" : "",
		ended ? "ended" : "", limiting ? "limiting" : ""].filter(Boolean).join(" "));
	const rate = ended ? "" : rateText(flow(stage.name));
	const waits = [["retrying", stage.retrying], ["queued", stage.queued], ["in backlog", stage.backlog],
		["buffered", stage.buffered]].filter(([, count]) => count > 0).map(([name, count]) => `${brief(count)} ${name}`);
	const instances = view.stage.instances ? `${view.stage.instances} instances` : "";
	const doing = does(stage);
	if (view.word) {
		write(view.word, doing);
		write(view.rate, rate);
		const below = waits.length ? waits : instances ? [`\u00d7 ${view.stage.instances}`] : [];
		write(view.waits, fitting(below, stage.discarded ? 14 : size.characters + 6));
		write(view.lost, stage.discarded ? `${short.format(stage.discarded)} lost` : "");
	}
	const all = shares(stage);
	let x = view.bar.x;
	view.parts.forEach((parts, index) => {
		const width = all ? all[index] * view.bar.width : 0;
		parts.forEach((part) => {
			set(part, "x", x);
			set(part, "width", width);
		});
		x += width;
	});
	showBadge(view, stage, size);
	const said = [stage.name, page.kinds.get(stage.name), doing, waitsFor(stage), rate, ...waits, instances,
		stage.discarded ? `${number.format(stage.discarded)} lost` : "",
		stage.letters ? `${number.format(stage.letters)} dead letters` : "",
		stage.restarts ? `restarted ${stage.restarts} times` : "", limiting ? "limits the pipeline" : ""]
		.filter(Boolean).join(", ");
	set(view.group, "aria-label", said);
	write(view.title, said);
}

function showBadge(view, stage, size) {
	const text = stage.letters ? `${short.format(stage.letters)} dead letter${stage.letters === 1 ? "" : "s"}`
		: stage.restarts ? `restarted ${stage.restarts}\u00d7` : "";
	if (view.badge.textContent !== text) {
		const width = 7 + 6.4 * text.length;
		view.badge.replaceChildren(...(text ? [
			drawing("rect", { x: view.x + size.width - width - 6, y: view.y - 9, width: width + 6, height: 18, rx: 9 }),
			drawing("text", { x: view.x + size.width - width / 2 - 3, y: view.y + 4, "text-anchor": "middle" }, text),
		] : []));
	}
}

function showEdge(view, numbers, rate, size) {
	const instances = view.stage.instances ?? 1;
	const most = view.edge.maxDemand * instances;
	const inFlight = numbers.inFlight ?? 0;
	const share = most > 0 ? Math.min(inFlight / most, 1) : 0;
	set(view.line, "stroke-width", Math.min(1.5 + Math.log10(1 + (rate ?? 0)) * (size.track > 40 ? 1 : .5), 6).toFixed(1));
	const text = most > 0 ? `${brief(inFlight)} / ${brief(most)}` : brief(inFlight);
	if (view.fill) {
		set(view.fill, "width", Math.max(share * view.track, inFlight > 0 ? 4 : 0));
		set(view.fill, "class", share >= .85 ? "fill full" : "fill");
	}
	if (view.text) {
		write(view.text, text);
	}
	write(view.title, [`${view.edge.producer} to ${view.stage.name}`, view.edge.label ?? "",
		`${number.format(inFlight)} of at most ${number.format(most)} in flight`,
		`${number.format(numbers.demand ?? 0)} wanted`, `${number.format(numbers.sent ?? 0)} sent`,
		numbers.discarded ? `${number.format(numbers.discarded)} lost` : "", rateText(rate)].filter(Boolean).join(", "));
}

// ---- Table

const inFlight = (stage) => (stage.edges ?? []).reduce((sum, edge) => sum + (edge.inFlight ?? 0), 0);

const COLUMNS = [
	{ name: "Stage", words: true, value: (stage) => stage.name },
	{ name: "Pipeline", words: true, value: (stage, pipeline) => pipeline.name },
	{ name: "Does", words: true, value: (stage) => does(stage) },
	{ name: "Waits for", words: true, value: (stage) => (stage.waitsFor ?? []).join(", ") },
	{ name: "Handled", value: (stage) => stage.in ?? 0 },
	{ name: "Emitted", value: (stage) => stage.out ?? 0 },
	{ name: "Per second", value: (stage) => flow(stage.name) ?? 0, text: (value) => rateText(value) },
	{ name: "Last 5 min", spark: true },
	{ name: "In flight", value: inFlight },
	{ name: "Queued", value: (stage) => stage.queued ?? 0 },
	{ name: "Backlog", value: (stage) => stage.backlog ?? 0 },
	{ name: "Buffered", value: (stage) => stage.buffered ?? 0 },
	{ name: "Retrying", value: (stage) => stage.retrying ?? 0 },
	{ name: "Lost", alarm: true, value: (stage) => stage.discarded ?? 0 },
	{ name: "Dead letters", alarm: true, value: (stage) => stage.letters ?? 0 },
	{ name: "Restarts", value: (stage) => stage.restarts ?? 0 },
];

function drawHeadings() {
	byId("headings").replaceChildren(...COLUMNS.map((column, index) => {
		const heading = element("th", { scope: "col", class: column.words ? "words" : null });
		if (column.spark) {
			heading.append(column.name);
			return heading;
		}
		set(heading, "aria-sort", page.sortBy === index ? (page.descending ? "descending" : "ascending") : "none");
		const button = element("button", { type: "button" }, column.name);
		button.addEventListener("click", () => {
			page.descending = page.sortBy === index ? !page.descending : !column.words;
			page.sortBy = index;
			drawHeadings();
			byId("headings").children[index].querySelector("button").focus();
			if (page.numbers) {
				showRows();
			}
		});
		heading.append(button);
		return heading;
	}));
}

function drawTable() {
	page.rows = new Map();
	for (const stage of page.topology.pipelines.flatMap((pipeline) => pipeline.stages)) {
		const name = element("button", { type: "button" }, stage.name);
		name.addEventListener("click", () => openDetails(stage.name));
		const row = element("tr", {}, element("th", { scope: "row" }, name));
		for (const column of COLUMNS.slice(1)) {
			row.append(column.spark ? element("td", { "aria-hidden": "true" }, spark())
				: element("td", { class: column.words ? "words" : null }));
		}
		row.dataset.stage = stage.name;
		page.rows.set(stage.name, row);
	}
	byId("rows").replaceChildren(...page.rows.values());
}

function spark() {
	return drawing("svg", { class: "spark", width: 90, height: 20, viewBox: "0 0 90 20" }, drawing("path"));
}

function showRows() {
	const all = page.numbers.pipelines.flatMap((pipeline) => pipeline.stages.map((stage) => ({ stage, pipeline })));
	const column = COLUMNS[page.sortBy];
	if (column) {
		const sign = page.descending ? -1 : 1;
		const value = (one) => column.value(one.stage, one.pipeline);
		all.sort((a, b) => sign * (column.words ? String(value(a)).localeCompare(String(value(b))) : value(a) - value(b)));
	}
	const focused = document.activeElement;
	all.forEach(({ stage, pipeline }, place) => {
		const row = page.rows.get(stage.name);
		if (row) {
			showRow(row, stage, pipeline);
			if (byId("rows").children[place] !== row) {
				byId("rows").insertBefore(row, byId("rows").children[place]);
			}
		}
	});
	if (focused instanceof HTMLElement && focused !== document.activeElement) {
		focused.focus({ preventScroll: true });
	}
}

function showRow(row, stage, pipeline) {
	COLUMNS.forEach((column, index) => {
		const cell = row.children[index];
		if (column.spark) {
			set(cell.querySelector("path"), "d", sparkPath(page.history.get(stage.name) ?? []));
		}
		else if (index > 0) {
			const value = column.value(stage, pipeline);
			write(cell, column.words ? value : column.text ? column.text(value) : number.format(value));
			set(cell, "class", column.words ? (stage.state === "FAILED" && column.name === "Does" ? "words bad" : "words")
				: value === 0 ? "zero" : column.alarm ? "bad" : null);
		}
	});
}

function sparkPath(values) {
	const most = Math.max(...values, 1e-9);
	const from = 90 - (values.length - 1) * 90 / (REMEMBERED - 1);
	return values.map((value, index) => `${index ? "L" : "M"}${(from + index * 90 / (REMEMBERED - 1)).toFixed(1)} `
		+ (18 - value / most * 16).toFixed(1)).join("");
}

// ---- Details

async function openDetails(name) {
	page.open = name;
	write(byId("details-heading"), name);
	byId("details-body").replaceChildren(element("p", {}, "Asking"));
	if (!byId("details").open) {
		byId("details").showModal();
	}
	try {
		const stage = await ask("/" + encodeURIComponent(name));
		if (page.open === name) {
			showDetails(stage);
		}
	}
	catch (failure) {
		byId("details-body").replaceChildren(element("p", { class: "notice" }, failure.message));
	}
}

function showDetails(stage) {
	const list = element("dl", { id: "details-numbers" });
	const body = [list];
	if (stage.lastFailure) {
		body.push(element("dl", {}, element("dt", {}, "Last failure"),
			element("dd", { class: "bad" }, `${stage.lastFailure.type}, ${time(stage.lastFailure.time)}`)));
	}
	if (stage.outage) {
		body.push(element("dl", {}, element("dt", {}, "Outage"),
			element("dd", { class: "bad" }, `${stage.outage.causeType}, since ${time(stage.outage.since)}`)));
	}
	for (const overdue of stage.overdue ?? []) {
		body.push(element("dl", {}, element("dt", {}, "Takes long"), element("dd", { class: "bad" }, overdue.what)));
		if (overdue.stack) {
			body.push(element("pre", { class: "stack", tabindex: 0, "aria-label": "Stack of its thread" }, overdue.stack.join("\n")));
		}
	}
	const edges = page.topology.pipelines.flatMap((one) => one.stages).find((one) => one.name === stage.name)?.edges ?? [];
	if (edges.length) {
		body.push(element("h3", {}, "Demand"), element("dl", {}, ...edges.flatMap((edge) => [
			element("dt", {}, edge.producer), element("dd", {}, `at most ${number.format(edge.maxDemand)}, more is asked for at `
				+ number.format(edge.minDemand))])));
	}
	body.push(...settings(stage.settings ?? []));
	if (page.topology.operations) {
		body.push(operations(stage.name));
	}
	byId("details-body").replaceChildren(...body);
	showDetailNumbers();
}

/** Those that somebody has said, then the others, which are more and seldom looked for. */
function settings(all) {
	const isSaid = (setting) => setting.source !== "built-in";
	const said = all.filter(isSaid);
	const others = all.filter((setting) => !isSaid(setting));
	const parts = [];
	if (all.length) {
		parts.push(element("h3", {}, "Settings"), said.length ? settingList(said) : element("p", {}, "All are built-in."));
	}
	if (others.length) {
		parts.push(element("details", { id: "built-in" },
			element("summary", {}, `${number.format(others.length)} built-in settings`), settingList(others)));
	}
	return parts;
}

function settingList(settings) {
	return element("dl", { class: "settings" }, ...settings.flatMap((setting) => [
		element("dt", {}, setting.subscription ? `${setting.name} from ${setting.subscription}` : setting.name),
		element("dd", {}, element("b", {}, setting.value ?? "\u2013"), " ",
			element("span", { class: "origin" }, originOf(setting)))]));
}

const SOURCES = { live: "changed since it was configured", customizer: "customizer", defaults: "for all stages",
	code: "in code" };

function originOf(setting) {
	return [SOURCES[setting.source], setting.said, setting.origin].filter((part) => part).join(", ");
}

function time(text) {
	return new Date(text).toLocaleString();
}

function showDetailNumbers() {
	const list = byId("details-numbers");
	const pipeline = page.numbers.pipelines.find((one) => one.stages.some((stage) => stage.name === page.open));
	const stage = pipeline?.stages.find((one) => one.name === page.open);
	if (list && stage) {
		const shared = shares(stage);
		const times = shared ? ACTIVITIES.map((activity, index) =>
			[activity.word, `${Math.round(shared[index] * 100)} %`]) : [];
		const rows = [["State", word(stage.state)], ["Kind", page.kinds.get(stage.name)], ...times,
			...COLUMNS.slice(3).filter((column) => !column.spark).map((column) => {
				const value = column.value(stage, pipeline);
				return [column.name, column.words ? value || "\u2013" : column.text ? column.text(value) : number.format(value)];
			}), ["Oldest event", ageText(stage.oldest ?? 0) || "\u2013"]];
		list.replaceChildren(...rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
		for (const [name, value] of [["Unsettled", stage.unsettled], ["Settled too late", stage.late]]) {
			if (value) {
				list.append(element("dt", {}, name), element("dd", {}, number.format(value)));
			}
		}
		if (stage.letters) {
			list.append(element("dt", {}, "Desk"), element("dd", {}, element("a",
				{ href: `${deadLetters}?stage=${encodeURIComponent(stage.name)}` }, "Dead letters of this stage")));
		}
	}
}

function operations(name) {
	const result = element("p", { role: "status" });
	const buttons = ["pause", "resume", "restart", "stop", "start", "reset"].map((operation) => {
		const button = element("button", { type: "button" }, operation[0].toUpperCase() + operation.slice(1));
		button.addEventListener("click", async () => {
			if ((operation === "stop" || operation === "restart") && !window.confirm(`${button.textContent} ${name}?`)) {
				return;
			}
			write(result, "Asking");
			write(result, await operate(name, operation));
		});
		return button;
	});
	return element("div", {}, element("div", { class: "operations", role: "group", "aria-label": "Operations" }, ...buttons), result);
}

async function operate(name, operation) {
	const token = document.cookie.split("; ").find((cookie) => cookie.startsWith("XSRF-TOKEN="));
	const headers = { "Content-Type": "application/json", Accept: "application/json" };
	if (token) {
		headers["X-XSRF-TOKEN"] = decodeURIComponent(token.slice("XSRF-TOKEN=".length));
	}
	try {
		const answer = await fetch(`${base}/${encodeURIComponent(name)}`, { method: "POST", headers,
			body: JSON.stringify({ operation }) });
		if (answer.ok) {
			return `Asked to ${operation}.`;
		}
		const body = await answer.json().catch(() => ({}));
		return body.message ?? (answer.status === 403 ? "You may not do that." : `The application answered ${answer.status}.`);
	}
	catch {
		return "The application doesn't answer.";
	}
}

// ---- Beginning

function drawLegend() {
	const swatch = (style, pattern) => {
		const svg = drawing("svg", { width: 22, height: 10, "aria-hidden": "true" });
		if (pattern) {
			svg.append(patterns("legend-" + pattern));
		}
		svg.append(drawing("rect", { class: style, width: 22, height: 10, rx: 3 }));
		if (pattern) {
			svg.append(drawing("rect", { fill: `url(#${pattern}-legend-${pattern})`, width: 22, height: 10 }));
		}
		return svg;
	};
	byId("legend").replaceChildren(
		...ACTIVITIES.map((activity) => element("li", {}, swatch(activity.style, activity.pattern), activity.legend ?? activity.word)),
		element("li", {}, swatch("fill"), "in flight / most that may be"),
		element("li", {}, swatch("fill full"), "nearly full"));
}

byId("pause").addEventListener("click", () => {
	page.paused = !page.paused;
	set(byId("pause"), "aria-pressed", String(page.paused));
	write(byId("pause"), page.paused ? "Go on" : "Pause updates");
	showFreshness();
	if (page.paused) {
		clearTimeout(page.timer);
	}
	else {
		update();
	}
});
byId("close").addEventListener("click", () => byId("details").close());
byId("details").addEventListener("close", () => {
	page.open = null;
});
byId("next").addEventListener("click", () => turnTo(page.next));
byId("first").addEventListener("click", () => turnTo(null));

function turnTo(after) {
	page.after = after;
	page.topology = null;
	page.numbers = null;
	update();
}

document.addEventListener("visibilitychange", () => {
	if (document.hidden) {
		clearTimeout(page.timer);
	}
	else if (!page.paused) {
		update();
	}
});

drawHeadings();
drawLegend();
setInterval(showFreshness, 1000);
update();
