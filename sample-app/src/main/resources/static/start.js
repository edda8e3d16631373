"use strict";

// Shows what the sample answers, and asks it for what the buttons say. Everything that comes from there is set as text.

const EVERY_MS = 1000;
const HEALTH_EVERY_MS = 5000;
const PATIENCE_MS = 8000;
const byId = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");

let timer = 0;
let healthAt = 0;
let answeredAt = Date.now();

function write(target, text) {
	if (target.textContent !== text) {
		target.textContent = text;
	}
}

async function get(path) {
	const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store",
		signal: AbortSignal.timeout(PATIENCE_MS) });
	return { ok: answer.ok, body: await answer.json() };
}

/** Returns the answer of a request that changes something; one that was refused is an error that says why. */
async function post(path, body) {
	const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" },
		body: JSON.stringify(body) });
	const said = await answer.json().catch(() => ({}));
	if (!answer.ok) {
		throw new Error(said.detail ?? `The application answered ${answer.status}.`);
	}
	return said;
}

async function update() {
	clearTimeout(timer);
	try {
		const [signing, quakes, switches] = await Promise.all(["signing", "quakes/summary", "switches"].map(get));
		showSigning(signing.body);
		showQuakes(quakes);
		showSwitches(switches.body);
		await updateHealth();
		answeredAt = Date.now();
	}
	catch {
		// Said by the time of the last answer.
	}
	showFreshness();
	if (!document.hidden) {
		clearTimeout(timer);
		timer = setTimeout(update, EVERY_MS);
	}
}

/** Less often, since each answer of it that isn't good is logged. */
async function updateHealth() {
	if (Date.now() - healthAt >= HEALTH_EVERY_MS) {
		healthAt = Date.now();
		write(byId("health"), String((await get("actuator/health")).body.status).toLowerCase());
	}
}

function showFreshness() {
	const seconds = Math.round((Date.now() - answeredAt) / 1000);
	const stale = seconds * 1000 > EVERY_MS + 2000;
	write(byId("freshness"), stale ? `Stale since ${seconds} s: the application doesn't answer` : "Live, every second");
	byId("freshness").classList.toggle("stale", stale);
}

function showSigning(signing) {
	for (const [id, value] of [["arrived", signing.arrived], ["outside", signing.outside], ["signed", signing.signed],
		["turned-away", signing.turnedAway], ["refused", signing.refused]]) {
		write(byId(id), number.format(value));
	}
	write(byId("line"), `${number.format(signing.line)} of ${number.format(signing.capacity)}`);
}

function showQuakes(quakes) {
	for (const [id, value] of [["stored", quakes.body.stored], ["alerts", quakes.body.alerts],
		["dead-letters", quakes.body.deadLetters]]) {
		write(byId(id), quakes.ok ? number.format(value) : "unknown");
	}
}

function showSwitches(switches) {
	for (const button of document.querySelectorAll("[data-switch]")) {
		button.setAttribute("aria-pressed", String(switches[button.dataset.switch] === true));
	}
}

/** Does what a button is for, and says what has become of it. */
async function act(action) {
	const said = byId("said");
	try {
		const text = await action();
		said.classList.remove("bad");
		write(said, text);
	}
	catch (failure) {
		said.classList.add("bad");
		write(said, failure instanceof TypeError ? "The application doesn't answer." : failure.message);
	}
	healthAt = 0;
	await update();
}

for (const button of document.querySelectorAll("[data-readers]")) {
	button.addEventListener("click", () => act(async () => {
		const readers = Number(button.dataset.readers);
		await post("signing/crowds", { readers });
		return readers === 1 ? "1 reader has come." : `${number.format(readers)} readers have come.`;
	}));
}

for (const button of document.querySelectorAll("[data-switch]")) {
	button.addEventListener("click", () => act(async () => {
		const on = button.getAttribute("aria-pressed") !== "true";
		showSwitches(await post(`switches/${button.dataset.switch}`, { on }));
		return `${button.textContent}: ${on ? "on" : "off"}.`;
	}));
}

byId("read").addEventListener("click", () => act(async () => {
	await post("quakes/readings", {});
	return "The feed is being read.";
}));

byId("replay").addEventListener("click", () => act(async () => {
	const replayed = await post("quakes/replay", {});
	const all = replayed.accepted + replayed.failedAgain + replayed.left;
	return all === 0 ? "There are no dead letters."
		: `Of ${number.format(all)} dead letters ${number.format(replayed.accepted)} are quakes now.`;
}));

document.addEventListener("visibilitychange", () => {
	if (document.hidden) {
		clearTimeout(timer);
	}
	else {
		update();
	}
});

setInterval(showFreshness, 1000);
update();
