package io.genstage.sample;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows what there is to see.
 */
@RestController
class HomeController {

	@GetMapping("/")
	List<String> home() {
		return List.of("GET /quakes/summary", "GET /signing",
				"POST /signing/arrivals {\"name\": \"Ada\", \"ticket\": \"SIGN-0001\"}", "GET /actuator/genstage",
				"GET /actuator/genstage/{stage}", "GET /actuator/health", "GET /actuator/metrics");
	}

}
