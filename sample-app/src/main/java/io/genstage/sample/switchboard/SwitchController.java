package io.genstage.sample.switchboard;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Makes trouble, and ends it.
 */
@RestController
@RequestMapping("/switches")
class SwitchController {

	private final Switchboard switches;

	SwitchController(Switchboard switches) {
		this.switches = switches;
	}

	@GetMapping
	Map<String, Boolean> all() {
		Map<String, Boolean> all = new LinkedHashMap<>();
		for (Switch one : Switch.values()) {
			all.put(one.id(), this.switches.isOn(one));
		}
		return all;
	}

	/**
	 * Sets one of them.
	 * @param id its name
	 * @param wanted how it is to be set
	 * @return how all are set now
	 */
	@PostMapping("/{id}")
	Map<String, Boolean> set(@PathVariable String id, @RequestBody Wanted wanted) {
		Switch which = Switch.of(id)
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such switch"));
		if (wanted.on() == null) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'on' must be true or false");
		}
		this.switches.set(which, wanted.on());
		return all();
	}

	/**
	 * How a switch is to be set.
	 *
	 * @param on whether it is to be on
	 */
	record Wanted(@Nullable Boolean on) {
	}

}
