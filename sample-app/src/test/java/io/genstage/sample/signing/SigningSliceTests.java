package io.genstage.sample.signing;

import io.genstage.boot.test.autoconfigure.GenStageTest;
import io.genstage.test.StageProbes;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

/**
 * The stages of the book signing without the rest of the application.
 */
@GenStageTest({ SigningConfiguration.class, TicketCheck.class, Author.class })
@EnableConfigurationProperties(SigningProperties.class)
class SigningSliceTests {

	private static final Reader ADA = new Reader("Ada", "SIGN-0001");

	private static final Reader BOB = new Reader("Bob", "PARK-0001");

	@Autowired
	private StageProbes probes;

	@MockitoBean
	private Pen pen;

	@Test
	void theAuthorSignsTheBookOfWhoHasATicket() throws InterruptedException {
		this.probes.emit("line", ADA, BOB);
		verify(this.pen).sign(ADA);
		verifyNoMoreInteractions(this.pen);
	}

}
