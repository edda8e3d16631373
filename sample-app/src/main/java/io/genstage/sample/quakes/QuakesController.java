package io.genstage.sample.quakes;

import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows what has become of the feed.
 */
@RestController
class QuakesController {

	private final QuakeRepository repository;

	private final Located located;

	private final Alerts alerts;

	QuakesController(QuakeRepository repository, Located located, Alerts alerts) {
		this.repository = repository;
		this.located = located;
		this.alerts = alerts;
	}

	@GetMapping("/quakes/summary")
	Summary summary() {
		QuakeRepository.Totals totals = this.repository.totals();
		return new Summary(totals.stored(), totals.byType(), totals.byNetwork(), totals.largest().orElse(null),
				this.alerts.raised(), this.located.rejected());
	}

	/**
	 * The answer.
	 *
	 * @param stored how many quakes are in the database
	 * @param byType how many of each type
	 * @param byNetwork how many each network reported
	 * @param largest the one of the highest magnitude, if there is one
	 * @param alerts how many strong ones came by since the application started
	 * @param rejected how many features were malformed since the application started
	 */
	record Summary(long stored, Map<String, Long> byType, Map<String, Long> byNetwork, @Nullable Quake largest,
			long alerts, long rejected) {
	}

}
