package io.genstage.sample.switchboard;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.stereotype.Component;

/**
 * Has all switches, which are off at the start.
 */
@Component
public class Switchboard {

	private final Set<Switch> on = ConcurrentHashMap.newKeySet();

	/**
	 * Returns how a switch is set now.
	 * @param which the switch
	 * @return whether it is on
	 */
	public boolean isOn(Switch which) {
		return this.on.contains(which);
	}

	/**
	 * Sets a switch. What is under way notices when it looks at it again.
	 * @param which the switch
	 * @param on whether it is to be on
	 */
	public void set(Switch which, boolean on) {
		if (on) {
			this.on.add(which);
		}
		else {
			this.on.remove(which);
		}
	}

}
