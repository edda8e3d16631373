package io.genstage.intake;

/**
 * The window of a handler that takes events one by one keeps what every intake keeps.
 */
class OneByOneIntakeTests extends WindowIntakeTests {

	@Override
	boolean handlesOneByOne() {
		return true;
	}

}
